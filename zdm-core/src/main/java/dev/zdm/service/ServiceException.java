package dev.zdm.service;

/** A service did not start; the message says what was expected, what was found, and what to do. */
public final class ServiceException extends RuntimeException {
    ServiceException(String title, String expected, String found, String remedy) {
        super("""
                %s
                   expected : %s
                   found    : %s
                   do       : %s""".formatted(title, expected, indented(found), remedy));
    }

    private static String indented(String text) {
        return text.strip().replace("\n", "\n" + " ".repeat("   expected : ".length()));
    }
}
