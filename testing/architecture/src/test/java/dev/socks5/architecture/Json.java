package dev.socks5.architecture;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads as much of JSON as our metadata needs: objects, arrays, and strings without escapes. */
final class Json {

    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    static Object parse(String text) {
        Json json = new Json(text);
        Object value = json.value();
        json.require(json.next() == '\0', "the end");
        return value;
    }

    private Object value() {
        return switch (next()) {
            case '{' -> object();
            case '[' -> array();
            default -> string();
        };
    }

    private Map<String, Object> object() {
        Map<String, Object> object = new LinkedHashMap<>();
        take('{');
        while (next() != '}') {
            String name = string();
            take(':');
            require(object.put(name, value()) == null, "another name than " + name);
            require(next() == '}' || (take(',') && next() != '}'), "another member");
        }
        take('}');
        return object;
    }

    private List<Object> array() {
        List<Object> array = new ArrayList<>();
        take('[');
        while (next() != ']') {
            array.add(value());
            require(next() == ']' || (take(',') && next() != ']'), "another element");
        }
        take(']');
        return array;
    }

    private String string() {
        take('"');
        int end = text.indexOf('"', at);
        String string = text.substring(at, end);
        require(string.indexOf('\\') < 0, "a string without escapes");
        at = end + 1;
        return string;
    }

    private boolean take(char expected) {
        require(next() == expected, String.valueOf(expected));
        at++;
        return true;
    }

    /** Gives the next character that is not white space, or NUL at the end. */
    private char next() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        return at < text.length() ? text.charAt(at) : '\0';
    }

    private void require(boolean met, String what) {
        if (!met) {
            throw new IllegalArgumentException("expected " + what + " at " + at);
        }
    }
}
