package dev.zdm.junit;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeclarationOrderTest {
    @Test
    void methods_and_fields_come_as_the_source_declares_them() {
        assertThat(methods(Sub.class)).containsExactly("z", "m", "i", "y", "b", "a");
        assertThat(fields(Base.class)).containsExactly("two", "one");
    }

    @Test
    void overriding_method_stands_where_the_overridden_one_does() throws NoSuchMethodException {
        DeclarationOrder order = DeclarationOrder.of(Sub.class);

        assertThat(order.of(Sub.class.getDeclaredMethod("m"))).isEqualTo(order.of(Base.class.getDeclaredMethod("m")));
    }

    @Test
    void overloads_are_told_apart() throws NoSuchMethodException {
        DeclarationOrder order = DeclarationOrder.of(Overloads.class);

        assertThat(order.of(Overloads.class.getDeclaredMethod("x", String.class)))
                .isLessThan(order.of(Overloads.class.getDeclaredMethod("x")));
    }

    @Test
    void method_of_another_class_comes_last() throws NoSuchMethodException {
        assertThat(DeclarationOrder.of(Base.class).of(Overloads.class.getDeclaredMethod("x")))
                .isEqualTo(Integer.MAX_VALUE);
    }

    private static List<String> methods(Class<?> type) {
        DeclarationOrder order = DeclarationOrder.of(type);
        List<Method> methods = new ArrayList<>();
        for (Class<?> owner : List.of(Sub.class, Base.class, Face.class)) {
            methods.addAll(Arrays.asList(owner.getDeclaredMethods()));
        }
        return methods.stream()
                .filter(method -> !method.isSynthetic())
                .sorted(Comparator.comparingInt(order::of))
                .map(Method::getName)
                .distinct()
                .toList();
    }

    private static List<String> fields(Class<?> type) {
        DeclarationOrder order = DeclarationOrder.of(type);
        return Arrays.stream(type.getDeclaredFields())
                .filter(field -> !field.isSynthetic())
                .sorted(Comparator.comparingInt(order::of))
                .map(Field::getName)
                .toList();
    }

    static class Base {
        String two = "";
        String one = "";

        void z() {}

        Object m() {
            return two + one;
        }
    }

    interface Face {
        default void i() {}
    }

    static class Sub extends Base implements Face {
        void y() {}

        void b() {}

        @Override
        String m() {
            return "";
        }

        void a() {}
    }

    static class Overloads {
        void x(String text) {}

        void x() {}
    }
}
