import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Answers requests on port 8080 until it is told to stop. */
public class Index {
    private static final int THREADS = 64;

    /** The answer to a path. */
    static String answer(String path) {
        return path.equals("/healthz") ? "{\"ok\": true}" : "{\"path\": " + json(path) + "}";
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

    static void serve(HttpExchange exchange) throws IOException {
        byte[] body = answer(exchange.getRequestURI().getPath()).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("content-type", "application/json");
        exchange.sendResponseHeaders(200, body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    /** A server on a port; 0 takes one that is free. */
    static HttpServer start(int port) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(port), 0);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        server.setExecutor(threads);
        server.createContext("/", Index::serve);
        server.start();
        return server;
    }

    public static void main(String[] arguments) throws IOException {
        HttpServer server = start(8080);
        // What is under way may end; nothing new is taken.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> server.stop(20)));
    }
}
