"""A small service on port 8080 that ends its work before it stops."""

import http.server
import json
import signal
import threading


def answer(path: str) -> tuple[int, dict]:
    """Status and body for a path."""
    if path == "/healthz":
        return 200, {"ok": True}
    return 200, {"path": path}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def respond(self):
        # What is sent is read, or the next request on the connection would begin with it.
        self.rfile.read(int(self.headers.get("content-length") or 0))
        if "transfer-encoding" in self.headers:
            self.close_connection = True
        status, said = answer(self.path.split("?")[0])
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = respond

    def log_message(self, *parts):
        if self.path != "/healthz":
            print(json.dumps({"request": self.requestline, "status": parts[1]}), flush=True)


def serve(port: int = 8080) -> http.server.ThreadingHTTPServer:
    return http.server.ThreadingHTTPServer(("", port), Handler)


if __name__ == "__main__":
    server = serve()
    stop = lambda *_: threading.Thread(target=server.shutdown).start()
    signal.signal(signal.SIGTERM, stop)
    server.serve_forever()
    server.server_close()
