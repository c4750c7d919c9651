"""Holds the code that blueprints begin with against awkward events, in both languages.

`events.py FOLDER CLIENT...`: FOLDER has the starters, compiled; CLIENT is the command of the client
for Node.js, to which the name of the handler is added. Functions are run by their clients against a
small Runtime API and small stand-ins of S3 and SQS; services and workers are run as they are. The
events and what is answered, the messages and what comes of each, stand in events.json. Both
languages must answer alike.
"""

import base64
import hashlib
import http.client
import json
import os
import pathlib
import queue
import signal
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LONGEST_S = 30
PICTURE = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg==")
OBJECTS = {"notes.txt": b"not a picture", "a b.png": PICTURE, "empty": b""}


class Stand(BaseHTTPRequestHandler):
    """The Runtime API, S3 and SQS, each by its paths."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def reply(self, status, body=b"", headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def sent(self):
        if "chunked" in (self.headers.get("transfer-encoding") or ""):
            whole = b""
            while size := int(self.rfile.readline().split(b";")[0], 16):
                whole += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return whole
        return self.rfile.read(int(self.headers.get("content-length") or 0))

    def do_GET(self):
        if self.path.endswith("/runtime/invocation/next"):
            number, event = self.server.events.get()
            deadline = str(int((time.time() + LONGEST_S) * 1000))
            headers = [
                ("content-type", "application/json"),
                ("lambda-runtime-aws-request-id", str(number)),
                ("lambda-runtime-deadline-ms", deadline),
                ("lambda-runtime-invoked-function-arn", "arn:aws:lambda:us-east-1:123456789012:function:it"),
                ("lambda-runtime-trace-id", "Root=1-00000000-000000000000000000000000"),
            ]
            return self.reply(200, json.dumps(event).encode(), headers)
        from urllib.parse import unquote, urlsplit

        name = unquote(urlsplit(self.path).path).split("/incoming/")[-1]
        found = OBJECTS.get(name)
        self.reply(404 if found is None else 200, found or b"", [("content-type", "application/octet-stream")])

    def do_PUT(self):
        self.sent()
        self.reply(200, headers=[("etag", '"x"')])

    def do_POST(self):
        body = self.sent()
        parts = self.path.strip("/").split("/")
        if parts[-1] in ("response", "error") and "invocation" in parts:
            self.reply(202)
            answer = json.loads(body) if parts[-1] == "response" else None
            return self.server.answers.put((int(parts[-2]), parts[-1], answer))
        if "runtime" in parts:
            self.reply(202)
            return self.server.answers.put((0, "error", None))
        asked = json.loads(body)
        if (self.headers.get("x-amz-target") or "").endswith("ReceiveMessage"):
            found = {"Messages": self.server.waiting[:10]}
            del self.server.waiting[:10]
            if not found["Messages"]:
                time.sleep(0.2)
        else:
            found = {}
            self.server.deleted.append(asked["ReceiptHandle"])
        self.reply(200, json.dumps(found).encode(), [("content-type", "application/x-amz-json-1.0")])


def message(place, body):
    """A message as the queue gives it; what is no text is sent as JSON."""
    body = body if isinstance(body, str) else json.dumps(body)
    return {"MessageId": str(place), "ReceiptHandle": str(place), "Body": body, "MD5OfBody": hashlib.md5(body.encode()).hexdigest()}


class Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, messages=()):
        super().__init__(("127.0.0.1", 0), Stand)
        self.events, self.answers = queue.Queue(), queue.Queue()
        self.waiting, self.deleted = [message(*one) for one in enumerate(messages)], []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def variables(self, folder):
        address = f"127.0.0.1:{self.server_address[1]}"
        return os.environ | {
            "AWS_LAMBDA_RUNTIME_API": address,
            "AWS_ENDPOINT_URL_S3": f"http://{address}",
            "AWS_ENDPOINT_URL_SQS": f"http://{address}",
            "AWS_ACCESS_KEY_ID": "x",
            "AWS_SECRET_ACCESS_KEY": "x",
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "_HANDLER": "index.handler",
            "AWS_LAMBDA_FUNCTION_NAME": "it",
            "AWS_LAMBDA_FUNCTION_VERSION": "1",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
            "AWS_LAMBDA_LOG_GROUP_NAME": "it",
            "AWS_LAMBDA_LOG_STREAM_NAME": "it",
            "LAMBDA_TASK_ROOT": str(folder),
            "RESULT_BUCKET": "out" if folder.parent.name == "object" else "",
            "QUEUE_URL": f"http://{address}/123456789012/it",
            "PYTHONDONTWRITEBYTECODE": "1",
        }


def same(expected, answer):
    """Whether an answer is what is expected: of an object all that is named."""
    if isinstance(expected, dict) and isinstance(answer, dict):
        return all(key in answer and same(value, answer[key]) for key, value in expected.items())
    if isinstance(expected, float) and isinstance(answer, (int, float)):
        return abs(expected - answer) < 1e-6
    return expected == answer


def read(answer):
    """An answer in which a body that is JSON is read, and words of errors are left out."""
    if not isinstance(answer, dict):
        return answer
    answer = dict(answer)
    try:
        body = json.loads(answer["body"])
        if isinstance(body, dict) and "error" in body:
            body = {"error": "some words"}
        if isinstance(body, dict) and "probability" in body:
            body["probability"] = round(body["probability"], 9)
        answer["body"] = body
    except (KeyError, TypeError, ValueError):
        # Both escape, each in its own way.
        answer.pop("body", None) if answer.get("body") else None
    return answer


def function(folder, command, cases):
    """What a function answers to each event."""
    server = Server()
    run = subprocess.Popen(command, cwd=folder, env=server.variables(folder), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    said = []
    threading.Thread(target=lambda: said.extend(run.stderr), daemon=True).start()
    answers = []
    try:
        for number, case in enumerate(cases, 1):
            server.events.put((number, case["event"]))
            try:
                answers.append(server.answers.get(timeout=LONGEST_S)[1:])
            except queue.Empty:
                raise SystemExit(f"{folder}: no answer to {case['is']}: {''.join(said)[-800:]}")
    finally:
        run.kill()
        run.wait()
        server.shutdown()
    return answers


def functions(folder, node, cases, kind):
    wrong = []
    commands = {"python": [sys.executable, "-m", "awslambdaric", "index.handler"], "typescript": [*node, "index.handler"]}
    answers = {one: function(folder / kind / one, command, cases) for one, command in commands.items()}
    for place, case in enumerate(cases):
        found = {one: (all_[place][0], read(all_[place][1])) for one, all_ in answers.items()}
        if found["python"] != found["typescript"]:
            wrong.append(f"{kind}: {case['is']}: they differ: {found}")
        for one, (how, answer) in found.items():
            if how != ("error" if case.get("fails") else "response"):
                wrong.append(f"{kind} in {one}: {case['is']}: {how}")
            elif "answer" in case and not same(case["answer"], answer):
                wrong.append(f"{kind} in {one}: {case['is']}: {answer}")
    return wrong


def started(command, folder, server, out=subprocess.DEVNULL):
    return subprocess.Popen(command, cwd=folder, env=server.variables(folder), stdout=out, stderr=subprocess.DEVNULL, text=True)


def service(folder, command):
    """What a service answers to each method, and whether it ends when it is told to."""
    server, wrong = Server(), []
    run = started(command, folder, server)
    try:
        begun = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", 8080, timeout=LONGEST_S)
        while True:
            try:
                connection.connect()
                break
            except OSError:
                if time.monotonic() - begun > LONGEST_S:
                    return [f"{folder}: it does not listen"]
                time.sleep(0.05)
        # On one connection: what one request leaves would spoil the next.
        for method, body in [("GET", None), ("POST", b"\xff{}"), ("HEAD", None), ("PUT", b"x" * 70000), ("OPTIONS", None), ("DELETE", None), ("PATCH", b"[]")]:
            connection.request(method, "/a?b=c", body)
            answer = connection.getresponse()
            said = answer.read()
            if answer.status != 200 or (method != "HEAD" and json.loads(said) != {"path": "/a"}):
                wrong.append(f"{folder}: {method}: {answer.status} {said[:80]}")
        run.send_signal(signal.SIGTERM)
        try:
            if run.wait(timeout=10) != 0:
                wrong.append(f"{folder}: it ends with {run.returncode}")
        except subprocess.TimeoutExpired:
            wrong.append(f"{folder}: it does not end while a connection is open")
    finally:
        run.kill()
        run.wait()
        server.shutdown()
    return wrong


def worker(folder, command, cases):
    """What comes of each message, which ones leave the queue, and whether the worker ends when it is told to."""
    server, wrong, said = Server([case["body"] for case in cases]), [], []
    run = started(command, folder, server, subprocess.PIPE)
    threading.Thread(target=lambda: said.extend(run.stdout), daemon=True).start()
    good = {str(place): case["result"] for place, case in enumerate(cases) if "result" in case}
    try:
        begun = time.monotonic()
        while len(said) < len(cases):
            if time.monotonic() - begun > LONGEST_S or run.poll() is not None:
                return [f"{folder}: not every message is worked on: {said}; {run.poll()}"]
            time.sleep(0.05)
        time.sleep(0.5)
        results = {line["message"]: line["result"] for line in map(json.loads, said) if "result" in line}
        if results != good or sorted(server.deleted) != sorted(good):
            wrong.append(f"{folder}: {results} come of messages, {server.deleted} leave the queue, {good} should")
        run.send_signal(signal.SIGTERM)
        if run.wait(timeout=LONGEST_S) != 0:
            wrong.append(f"{folder}: it ends with {run.returncode}")
    finally:
        run.kill()
        run.wait()
        server.shutdown()
    return wrong


def main():
    folder, node = pathlib.Path(sys.argv[1]), sys.argv[2:]
    table = json.loads(pathlib.Path(__file__).with_name("events.json").read_text())
    wrong = []
    programs = {"python": [sys.executable, "index.py"], "typescript": ["node", "index.js"]}
    for kind, cases in table["functions"].items():
        wrong += functions(folder, node, cases, kind)
    for kind, cases in table["workers"].items():
        for one, command in programs.items():
            wrong += worker(folder / kind / one, command, cases)
    for one, command in programs.items():
        wrong += service(folder / "server" / one, command)
    if wrong:
        sys.exit("\n".join(wrong))
    events, messages = (sum(map(len, table[each].values())) for each in ("functions", "workers"))
    print(f"{events} events, {messages} messages, 2 services and {2 * len(table['workers'])} workers")


main()
