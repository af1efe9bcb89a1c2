package dev.zdm.database;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The JDBC URL of a server that is there already, taken apart.
 *
 * @param host name or address
 * @param port the port
 * @param database the database that is named
 * @param options what follows the database, such as {@code ?sslmode=require}; or nothing
 */
record ExternalUrl(String host, int port, String database, String options) {
    private static final Pattern FORM =
            Pattern.compile("jdbc:postgresql://(\\[[^\\]/]+\\]|[^/?,:@\\[]+)(?::(\\d{1,5}))?/([^?/%]+)(\\?.*)?");
    private static final Pattern SECRET = Pattern.compile("[?&](user|password)=|//[^/]*@");
    private static final int DEFAULT_PORT = 5432;

    /**
     * Takes a URL apart.
     *
     * @throws IllegalArgumentException if it has another form; the message never repeats a password
     */
    static ExternalUrl parse(String url) {
        Matcher matcher = FORM.matcher(url);
        if (SECRET.matcher(url).find()) {
            throw new IllegalArgumentException(
                    "the URL may not hold a user or a password: they are taken from the environment variables "
                            + ExternalServer.USER + " and " + ExternalServer.PASSWORD);
        }
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "the URL has the form jdbc:postgresql://host:port/database, with one host, not '" + url + "'");
        }
        int port = matcher.group(2) == null ? DEFAULT_PORT : Integer.parseInt(matcher.group(2));
        String options = matcher.group(4) == null ? "" : matcher.group(4);
        return new ExternalUrl(matcher.group(1), port, matcher.group(3), options);
    }

    /** Returns how messages name the server. */
    String server() {
        return host + ":" + port;
    }
}
