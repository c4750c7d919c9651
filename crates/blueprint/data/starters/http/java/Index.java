import java.util.Collections;
import java.util.HashMap;
import java.util.Map;

/** Serves a small site: a page, and a greeting as JSON. */
public class Index {
    private static final String PAGE =
            "<!doctype html><html lang=en><meta charset=utf-8><title>Hello</title><h1>Hello, %s</h1>";

    /** What Lambda calls. */
    public Map<String, Object> handle(Map<String, Object> event) {
        String method = text(map(map(event.get("requestContext")).get("http")).get("method"), "GET");
        String name = text(map(event.get("queryStringParameters")).get("name"), "world");
        return answer(method, text(event.get("rawPath"), "/"), name);
    }

    /** The answer to one request. */
    static Map<String, Object> answer(String method, String path, String name) {
        if (method.equals("HEAD")) {
            Map<String, Object> reply = answer("GET", path, name);
            reply.put("body", "");
            return reply;
        }
        if (method.equals("OPTIONS")) {
            return reply(204, "text/plain", "");
        }
        if (!method.equals("GET")) {
            return reply(405, "text/plain", "only GET");
        }
        if (path.equals("/")) {
            return reply(200, "text/html; charset=utf-8", String.format(PAGE, html(name)));
        }
        if (path.equals("/api/hello")) {
            return reply(200, "application/json", "{\"hello\": " + json(name) + "}");
        }
        return reply(404, "text/plain", "not found");
    }

    private static Map<String, Object> reply(int status, String kind, String body) {
        Map<String, String> headers = new HashMap<>();
        headers.put("content-type", kind);
        headers.put("x-content-type-options", "nosniff");
        if (status == 204 || status == 405) {
            headers.put("allow", "GET, HEAD, OPTIONS");
        }
        Map<String, Object> reply = new HashMap<>();
        reply.put("statusCode", status);
        reply.put("headers", headers);
        reply.put("body", body);
        return reply;
    }

    /** Text that HTML takes as text. */
    static String html(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }

    /** Text as a string of JSON. */
    static String json(String text) {
        StringBuilder out = new StringBuilder("\"");
        for (char one : text.toCharArray()) {
            if (one == '"' || one == '\\' || one < ' ') {
                out.append(String.format("\\u%04x", (int) one));
            } else {
                out.append(one);
            }
        }
        return out.append('"').toString();
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object value) {
        return value instanceof Map ? (Map<String, Object>) value : Collections.emptyMap();
    }

    private static String text(Object value, String otherwise) {
        return value instanceof String ? (String) value : otherwise;
    }
}
