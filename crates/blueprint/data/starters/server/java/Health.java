import java.net.HttpURLConnection;
import java.net.URL;

/** Asks the server of this container whether it is well; ends with 1 where it is not. */
public class Health {
    public static void main(String[] arguments) {
        try {
            URL url = new URL("http://127.0.0.1:8080/healthz");
            HttpURLConnection connection = (HttpURLConnection) url.openConnection();
            connection.setConnectTimeout(2000);
            connection.setReadTimeout(2000);
            System.exit(connection.getResponseCode() == 200 ? 0 : 1);
        } catch (java.io.IOException error) {
            System.exit(1);
        }
    }
}
