package dev.zdm.junit;

import dev.zdm.plan.PlanException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/**
 * The order in which the source declares the members of a class: those of superclasses first, then those of
 * interfaces, then its own; an overriding method stands where the overridden one does.
 *
 * <p>Reflection does not promise any order, but compilers write members into the class file as they read them.
 */
final class DeclarationOrder {
    private static final int HEADERS_ONLY = ClassReader.SKIP_CODE | ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES;

    private final Map<String, Integer> positions = new HashMap<>();

    private DeclarationOrder() {}

    /**
     * Reads the order.
     *
     * @throws PlanException if a class file cannot be read
     */
    static DeclarationOrder of(Class<?> type) {
        DeclarationOrder order = new DeclarationOrder();
        order.add(type);
        return order;
    }

    /** Returns the method's place; methods that are in no class file come last. */
    int of(Method method) {
        return positions.getOrDefault(methodKey(method.getName(), Type.getMethodDescriptor(method)), Integer.MAX_VALUE);
    }

    /** Returns the field's place. */
    int of(Field field) {
        return positions.getOrDefault(
                fieldKey(Type.getInternalName(field.getDeclaringClass()), field.getName()), Integer.MAX_VALUE);
    }

    private void add(@Nullable Class<?> type) {
        if (type == null || type == Object.class) {
            return;
        }
        add(type.getSuperclass());
        for (Class<?> implemented : type.getInterfaces()) {
            add(implemented);
        }
        String name = type.getName();
        try (InputStream bytes = type.getResourceAsStream(name.substring(name.lastIndexOf('.') + 1) + ".class")) {
            if (bytes == null) {
                throw unreadable(type, "there is none", null);
            }
            new ClassReader(bytes).accept(new Members(), HEADERS_ONLY);
        } catch (IOException | IllegalArgumentException e) {
            throw unreadable(type, String.valueOf(e.getMessage()), e);
        }
    }

    private static PlanException unreadable(Class<?> type, String why, @Nullable Exception cause) {
        String message = "the order of the phases of " + type.getName() + " is read from its class file, but " + why
                + "; put the class file, or a newer org.ow2.asm:asm, on the class path";
        return cause == null ? new PlanException(message) : new PlanException(message, cause);
    }

    /** Leaves out the return type, so that an override with a narrower one is the same method. */
    private static String methodKey(String name, String descriptor) {
        return name + descriptor.substring(0, descriptor.indexOf(')') + 1);
    }

    private static String fieldKey(String owner, String name) {
        return owner + "." + name;
    }

    private final class Members extends ClassVisitor {
        private String owner = "";

        Members() {
            super(Opcodes.ASM9);
        }

        @Override
        public void visit(
                int version,
                int access,
                String name,
                @Nullable String signature,
                @Nullable String superName,
                String @Nullable [] interfaces) {
            owner = name;
        }

        @Override
        public @Nullable FieldVisitor visitField(
                int access, String name, String descriptor, @Nullable String signature, @Nullable Object value) {
            positions.putIfAbsent(fieldKey(owner, name), positions.size());
            return null;
        }

        @Override
        public @Nullable MethodVisitor visitMethod(
                int access,
                String name,
                String descriptor,
                @Nullable String signature,
                String @Nullable [] exceptions) {
            positions.putIfAbsent(methodKey(name, descriptor), positions.size());
            return null;
        }
    }
}
