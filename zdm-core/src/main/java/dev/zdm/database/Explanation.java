package dev.zdm.database;

/**
 * A failure in the words of every zdm message.
 *
 * @param title what did not work
 * @param expected what should have happened
 * @param found what happened instead, possibly several lines
 * @param remedy what to do
 */
record Explanation(String title, String expected, String found, String remedy) {
    private static final String INDENT = " ".repeat("   expected : ".length());

    DatabaseException toException() {
        return new DatabaseException(toString());
    }

    DatabaseException toException(Throwable cause) {
        return new DatabaseException(toString(), cause);
    }

    @Override
    public String toString() {
        return """
                %s
                   expected : %s
                   found    : %s
                   do       : %s""".formatted(title, expected, indented(found), indented(remedy));
    }

    private static String indented(String text) {
        return text.strip().replace("\n", "\n" + INDENT);
    }
}
