package dev.zdm.junit;

import java.lang.annotation.Annotation;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads an attribute {@code settings} that holds texts of the form {@code name=value}. */
final class NameValues {
    private NameValues() {}

    /** Returns the values by their names, in the order in which they are given. */
    static Map<String, String> read(Class<? extends Annotation> annotation, Class<?> on, String... settings) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String setting : settings) {
            int equals = setting.indexOf('=');
            if (equals < 1) {
                throw Misuse.of(
                        annotation, on, "settings of the form name=value", Misuse.attribute("settings", settings));
            }
            values.put(
                    setting.substring(0, equals).strip(),
                    setting.substring(equals + 1).strip());
        }
        return values;
    }
}
