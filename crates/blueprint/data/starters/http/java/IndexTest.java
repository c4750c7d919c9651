import java.util.Collections;
import java.util.HashMap;
import java.util.Map;

/** Run with assertions on: java -ea IndexTest. */
public class IndexTest {
    private static Map<String, Object> call(String method, String path, String name) {
        Map<String, Object> event = new HashMap<>();
        event.put("requestContext", Collections.singletonMap("http", Collections.singletonMap("method", method)));
        event.put("rawPath", path);
        event.put("queryStringParameters", name == null ? null : Collections.singletonMap("name", name));
        return new Index().handle(event);
    }

    public static void main(String[] arguments) {
        assert call("GET", "/", "<b>").get("body").toString().contains("Hello, &lt;b&gt;") : "the page escapes";
        assert call("GET", "/api/hello", null).get("body").equals("{\"hello\": \"world\"}") : "the API";
        assert call("GET", "/api/hello", "a\"\n").get("body").equals("{\"hello\": \"a\\u0022\\u000a\"}") : "JSON";
        assert call("GET", "/nowhere", null).get("statusCode").equals(404) : "what is not there";
        assert call("HEAD", "/", null).get("body").equals("") : "no body";
        assert call("OPTIONS", "/", null).get("statusCode").equals(204) : "what is allowed";
        assert call("POST", "/", null).get("statusCode").equals(405) : "only GET";
    }
}
