package dev.zdm.junit;

import java.io.Console;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tells whether someone watches the output. */
final class Terminal {
    private Terminal() {}

    /**
     * Returns whether output goes to a terminal that can rewrite a line.
     *
     * @param console the JVM's console, null if there is none
     * @param environment the environment variables; build servers set {@code CI}
     */
    static boolean isWatched(@Nullable Console console, Map<String, String> environment) {
        return console != null
                && isTerminal(console)
                && !environment.containsKey("CI")
                && !"dumb".equals(environment.get("TERM"));
    }

    /** From JDK 22 on there is a console also where there is no terminal, and it can be asked. */
    private static boolean isTerminal(Console console) {
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException e) {
            return true;
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }
}
