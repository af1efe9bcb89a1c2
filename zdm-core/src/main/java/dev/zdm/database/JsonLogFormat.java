package dev.zdm.database;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.zdm.postgres.LogEntry;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** One JSON object a line; PostgreSQL 15 and later. Fields it does not know are skipped. */
final class JsonLogFormat implements LogFormat {
    private final JsonFactory json = new JsonFactory();

    @Override
    public String destination() {
        return "jsonlog";
    }

    @Override
    public String suffix() {
        return ".json";
    }

    @Override
    public int endOfRecord(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] == '\n') {
                return i + 1;
            }
        }
        return -1;
    }

    @Override
    public LogEntry parse(String line) {
        try (JsonParser parser = json.createParser(line)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException("not a JSON object");
            }
            Map<String, String> fields = new HashMap<>();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                putField(parser, fields);
            }
            return new LogFields(fields).toEntry();
        } catch (IOException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static void putField(JsonParser parser, Map<String, String> fields) throws IOException {
        String name = parser.currentName();
        if (parser.nextToken().isScalarValue()) {
            fields.put(name, parser.getText());
        } else {
            parser.skipChildren();
        }
    }
}
