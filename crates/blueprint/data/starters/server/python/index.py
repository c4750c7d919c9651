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

    def do_GET(self):
        status, said = answer(self.path.split("?")[0])
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

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
