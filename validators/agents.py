"""Talks to `landfall mcp`, and to `landfall serve` over HTTP, with the official client of the
Model Context Protocol.

It lists, calls every tool, holds every answer against its schema, sends bad input, gives up
a call, and ends the input during one.

    agents.py PROGRAM ROOT URL
"""

import asyncio
import json
import subprocess
import sys
import time
from pathlib import Path

import jsonschema
from mcp import ClientSession, MCPError, StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client

TOOLS = [
    "decide", "explain", "compare", "next_questions", "simulate", "bill", "import", "blueprint",
    "check_template",
]


def calls(root):
    workload = (root / "examples/photo-thumbnails.toml").read_text()
    change = "workload.thumbnails.traffic.volume=400M/month"
    compose = 'services:\n  api:\n    image: example/api:1\n    ports: ["80:8080"]\n'
    template = "Resources:\n  Queue:\n    Type: AWS::SQS::Queue\n"
    return {
        "decide": {"workload": workload},
        "explain": {"workload": workload, "why_not": "eks-ec2"},
        "compare": {"before": workload, "settings": {"set": [change]}},
        "next_questions": {"workload": workload},
        "simulate": {"workload": workload, "platform": "lambda", "requests": 20000},
        "bill": {"usage": (root / "examples/usage/lambda.toml").read_text()},
        "import": {"files": [{"name": "compose.yaml", "text": compose}]},
        "blueprint": {"workload": workload},
        "check_template": {"template": template},
    }


def streams(program, root):
    return stdio_client(StdioServerParameters(command=program, args=["mcp"], cwd=str(root)))


async def talk(transport, root):
    async with transport as (read, write, *_), ClientSession(read, write) as session:
        hello = await session.initialize()
        assert hello.server_info.name == "landfall", hello
        tools = {tool.name: tool for tool in (await session.list_tools()).tools}
        assert sorted(tools) == sorted(TOOLS), sorted(tools)
        for name, arguments in calls(root).items():
            jsonschema.validate(arguments, tools[name].input_schema)
            result = await session.call_tool(name, arguments)
            assert not result.is_error, (name, result.content)
            jsonschema.validate(result.structured_content, tools[name].output_schema)
        # Bad input is a result that says what to do.
        for name in TOOLS:
            result = await session.call_tool(name, {"nonsense": 1})
            assert result.is_error, name
            refusal = json.loads(result.content[0].text)
            assert refusal["detail"] and refusal["hint"], refusal
        try:
            await session.call_tool("other", {})
            raise AssertionError("there is no such tool")
        except MCPError:
            pass
        # A call that is given up leaves the server able to answer.
        slow = dict(calls(root)["decide"], settings={"scenarios": 10000})
        try:
            await session.call_tool("decide", slow, read_timeout_seconds=0.05)
        except MCPError:
            pass
        for page in (await session.list_resources()).resources:
            read_page = await session.read_resource(page.uri)
            assert read_page.contents[0].text, page.uri
        for prompt in (await session.list_prompts()).prompts:
            given = {one.name: "x" for one in prompt.arguments or []}
            assert (await session.get_prompt(prompt.name, given)).messages, prompt.name


def end(program, root):
    """Ends the input while a call is answered."""
    hello = {
        "protocolVersion": "2025-06-18", "capabilities": {},
        "clientInfo": {"name": "end", "version": "1"},
    }
    arguments = dict(calls(root)["decide"], settings={"scenarios": 10000})
    messages = [
        {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello},
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "id": 2, "method": "tools/call",
         "params": {"name": "decide", "arguments": arguments}},
    ]
    text = "".join(json.dumps(one) + "\n" for one in messages)
    begun = time.monotonic()
    done = subprocess.run(
        [program, "mcp"], input=text, capture_output=True, text=True, cwd=root, timeout=30,
    )
    assert done.returncode == 0, done
    assert time.monotonic() - begun < 20
    for line in done.stdout.splitlines():
        assert json.loads(line)["jsonrpc"] == "2.0", line


def main():
    program, root, url = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
    for transport in (streams(program, root), streamable_http_client(url + "mcp")):
        asyncio.run(asyncio.wait_for(talk(transport, root), timeout=600))
    end(program, root)
    print(f"{len(TOOLS)} tools, over standard streams and over HTTP")


main()
