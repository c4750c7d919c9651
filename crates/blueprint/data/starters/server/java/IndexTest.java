import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URL;
import java.util.concurrent.ExecutorService;

/** Run with assertions on: java -ea IndexTest. */
public class IndexTest {
    private static int status(int port, String path) throws IOException {
        URL url = new URL("http://127.0.0.1:" + port + path);
        return ((HttpURLConnection) url.openConnection()).getResponseCode();
    }

    public static void main(String[] arguments) throws IOException {
        HttpServer server = Index.start(0);
        int port = server.getAddress().getPort();
        try {
            assert status(port, "/healthz") == 200 : "it is well";
            assert status(port, "/") == 200 : "it answers";
            assert Index.answer("/a\"b").equals("{\"path\": \"/a\\u0022b\"}") : "a path is text";
        } finally {
            server.stop(0);
            ((ExecutorService) server.getExecutor()).shutdownNow();
        }
    }
}
