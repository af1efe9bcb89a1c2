package dev.zdm.database;

import dev.zdm.postgres.LogEntry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Comma-separated values; a quoted one may hold line ends. For PostgreSQL 14, which has no JSON log. */
final class CsvLogFormat implements LogFormat {
    /** In the order of the columns, which newer versions only add to. */
    private static final List<String> COLUMNS = List.of(
            "timestamp",
            "user",
            "dbname",
            "pid",
            "connection_from",
            "session_id",
            "line_num",
            "ps",
            "session_start",
            "vxid",
            "txid",
            "error_severity",
            "state_code",
            "message",
            "detail",
            "hint",
            "internal_query",
            "internal_position",
            "context",
            "statement",
            "cursor_position",
            "location",
            "application_name");

    @Override
    public String destination() {
        return "csvlog";
    }

    @Override
    public String suffix() {
        return ".csv";
    }

    @Override
    public int endOfRecord(byte[] bytes, int from, int to) {
        boolean quoted = false;
        for (int i = from; i < to; i++) {
            if (bytes[i] == '"') {
                quoted = !quoted;
            } else if (bytes[i] == '\n' && !quoted) {
                return i + 1;
            }
        }
        return -1;
    }

    @Override
    public LogEntry parse(String line) {
        List<String> values = values(line);
        Map<String, String> fields = new HashMap<>();
        for (int i = 0; i < Math.min(values.size(), COLUMNS.size()); i++) {
            if (!values.get(i).isEmpty()) {
                fields.put(COLUMNS.get(i), values.get(i));
            }
        }
        return new LogFields(fields).toEntry();
    }

    private static List<String> values(String record) {
        List<String> values = new ArrayList<>();
        StringBuilder value = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < record.length(); i++) {
            char c = record.charAt(i);
            if (c == '"' && quoted && i + 1 < record.length() && record.charAt(i + 1) == '"') {
                value.append(c);
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                values.add(value.toString());
                value.setLength(0);
            } else {
                value.append(c);
            }
        }
        values.add(value.toString());
        return values;
    }
}
