"""Loads `landfall serve` from many clients at once: every answer is one that `/openapi.json`
documents, and memory stays flat. Others are not let in meanwhile, and what is too large is not
taken.

    load.py ROOT URL PID [SECONDS]
"""

import asyncio
import json
import sys
import time
from collections import Counter
from pathlib import Path

import aiohttp

CLIENTS = 50
SECONDS = 30
# Memory is compared with what it was after so long, when everything has been loaded once.
SETTLED_S = 5
MOST_GROWTH = 1.2
BODY_BYTES = 2 << 20
PATIENCE = aiohttp.ClientTimeout(total=60)
JSON = {"Content-Type": "application/json"}


def memory_kb(pid):
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0])


def asked(root):
    """What clients ask for in turn: method, path, and body."""
    workload = (root / "examples/photo-thumbnails.toml").read_text()
    usage = (root / "examples/usage/lambda.toml").read_text()
    few = {"scenarios": 50}
    lists = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    return [
        ("get", "healthz", None),
        ("post", "api/decide", {"workload": workload, "form": "brief", "settings": few}),
        ("get", "openapi.json", None),
        ("post", "api/bill", {"usage": usage}),
        ("post", "api/decide", {"workload": "schema = 1"}),
        ("post", "mcp", lists),
        ("get", "api/schema/decision", None),
        ("post", "api/next-questions", {"workload": workload}),
    ]


async def client(number, session, url, requests, until, statuses):
    turn = number
    while time.monotonic() < until:
        method, path, body = requests[turn % len(requests)]
        turn += 1
        headers = dict(JSON, Accept="application/json, text/event-stream") if body else {}
        data = json.dumps(body) if body else None
        async with session.request(method, url + path, data=data, headers=headers) as answer:
            await answer.read()
            statuses[path, answer.status] += 1


async def refused(session, url):
    """Another host, another page, and a large body, while the server is loaded."""
    for headers, status in (
        ({"Host": "example.com"}, 403),
        ({"Origin": "http://example.com"}, 403),
    ):
        for path in ("healthz", "api/schema/decision", "mcp", ""):
            async with session.get(url + path, headers=headers) as answer:
                assert answer.status == status, (path, headers, answer.status)
    # The refusal comes before the body is read.
    large = {"data": b" " * BODY_BYTES, "headers": JSON, "expect100": True}
    for path in ("api/decide", "mcp"):
        async with session.post(url + path, **large) as answer:
            assert answer.status == 413, (path, answer.status)


async def load(root, url, pid, seconds):
    statuses = Counter()
    requests = asked(root)
    until = time.monotonic() + seconds
    connections = aiohttp.TCPConnector(limit=CLIENTS + 1)
    async with aiohttp.ClientSession(timeout=PATIENCE, connector=connections) as session:
        async with session.get(url + "openapi.json") as answer:
            paths = (await answer.json())["paths"]
        clients = [
            asyncio.create_task(client(number, session, url, requests, until, statuses))
            for number in range(CLIENTS)
        ]
        await asyncio.sleep(SETTLED_S)
        before = memory_kb(pid)
        await refused(session, url)
        await asyncio.gather(*clients)
        after = memory_kb(pid)
    for (path, status), count in sorted(statuses.items()):
        operation = next(iter(paths.get("/" + path, {}).values()), None)
        documented = set(operation["responses"]) if operation else {"200"}
        assert str(status) in documented, (path, status, count)
        assert status < 500, (path, status, count)
    answered = sum(count for (_, status), count in statuses.items() if status == 200)
    assert statuses["api/decide", 200] and statuses["mcp", 200], statuses
    assert statuses["api/decide", 422] or statuses["api/decide", 429], statuses
    assert after < before * MOST_GROWTH, f"memory grows from {before} kB to {after} kB"
    return (
        f"{CLIENTS} clients, {seconds} s: {sum(statuses.values())} requests, {answered} answered; "
        f"memory {before / 1024:.0f} MB after {SETTLED_S} s, {after / 1024:.0f} MB at the end"
    )


def main():
    root, url, pid = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    seconds = float(sys.argv[4]) if len(sys.argv) > 4 else SECONDS
    print(asyncio.run(load(root, url, pid, seconds)))


main()
