"""Serves a small site: a page, and a greeting as JSON."""

import html
import json

PAGE = "<!doctype html><html lang=en><meta charset=utf-8><title>Hello</title><h1>Hello, {name}</h1>"
ALLOWED = "GET, HEAD, OPTIONS"


def answer(method: str, path: str, query: dict) -> dict:
    """The answer to one request."""
    name = str(query.get("name", "world"))
    if method == "HEAD":
        return answer("GET", path, query) | {"body": ""}
    if method == "OPTIONS":
        return reply(204, "text/plain", "", {"allow": ALLOWED})
    if method != "GET":
        return reply(405, "text/plain", "only GET", {"allow": ALLOWED})
    if path == "/":
        return reply(200, "text/html; charset=utf-8", PAGE.format(name=html.escape(name)))
    if path == "/api/hello":
        return reply(200, "application/json", json.dumps({"hello": name}))
    return reply(404, "text/plain", "not found")


def reply(status: int, kind: str, body: str, headers: dict | None = None) -> dict:
    safe = {"content-type": kind, "x-content-type-options": "nosniff"}
    return {"statusCode": status, "headers": safe | (headers or {}), "body": body}


def handler(event: dict, _context) -> dict:
    # HTTP APIs and function URLs say it in one way, REST APIs and load balancers in another.
    http = (event.get("requestContext") or {}).get("http") or {}
    method = http.get("method") or event.get("httpMethod")
    path = event.get("rawPath") or event.get("path")
    if not method or not path:
        return reply(400, "text/plain", "this is no request")
    return answer(method, path, event.get("queryStringParameters") or {})
