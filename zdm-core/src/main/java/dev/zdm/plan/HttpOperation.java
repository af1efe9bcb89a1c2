package dev.zdm.plan;

import java.util.regex.Pattern;

/**
 * An operation of a {@link Service}: one HTTP request. Anything but a status of 200 to 299 is a failure.
 *
 * <p>In the path and the body {@code {any}} stands for a key of the table, {@code {own}} for one that no other operation
 * works on meanwhile, the same one everywhere in the request, and {@code {unique}} for a word that is never used again.
 *
 * @param name the name in findings and reports, unique within the version
 * @param method the method, such as {@code PUT}
 * @param path the path and query, beginning with {@code /}
 * @param contentType of the body
 * @param body the body; empty: none
 * @param weight how often it runs in relation to the version's other operations; at least 1
 */
public record HttpOperation(String name, String method, String path, String contentType, String body, int weight) {
    private static final Pattern METHOD = Pattern.compile("[A-Z]+");

    /** What forms are sent as. */
    public static final String FORM = "application/x-www-form-urlencoded";

    public HttpOperation {
        if (name.isBlank()) {
            throw new PlanException("an operation needs a name, found ''");
        }
        if (!METHOD.matcher(method).matches()) {
            throw new PlanException(
                    "operation '" + name + "' needs an HTTP method in capital letters, found '" + method + "'");
        }
        if (!path.startsWith("/")) {
            throw new PlanException("the path of operation '" + name + "' begins with /, found '" + path + "'");
        }
        if (weight < 1) {
            throw new PlanException("operation '" + name + "' needs a weight of at least 1, found " + weight);
        }
    }

    /** Returns an operation that reads, {@code HttpOperation.get("find", "/customers/{any}")}. */
    public static HttpOperation get(String name, String path) {
        return new HttpOperation(name, "GET", path, "", "", 1);
    }

    /** Returns an operation that sends a form, {@code HttpOperation.form("rename", "PUT", "/customers/{own}", "name=Ada+{unique}")}. */
    public static HttpOperation form(String name, String method, String path, String form) {
        return new HttpOperation(name, method, path, FORM, form, 1);
    }

    /** Returns an operation that sends JSON. */
    public static HttpOperation json(String name, String method, String path, String json) {
        return new HttpOperation(name, method, path, "application/json", json, 1);
    }

    /** Sets how often it runs in relation to the version's other operations; at least 1. */
    public HttpOperation withWeight(int times) {
        return new HttpOperation(name, method, path, contentType, body, times);
    }
}
