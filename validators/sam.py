"""What AWS's own translator makes of templates with SAM.

    python3 sam.py FOLDER TEMPLATE...

Writes the expansion of each template to FOLDER, as JSON under its name. Code that stands in
folders is taken as uploaded already, as `sam package` leaves it. No account is asked: managed
policies keep their names.
"""

import json
import os
import sys
from pathlib import Path

os.environ["AWS_DEFAULT_REGION"] = "us-east-1"

from samtranslator.translator.transform import transform  # noqa: E402
from samtranslator.yaml_helper import yaml_parse  # noqa: E402

UPLOADED = "s3://code/archive.zip"
IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/code:latest"
# What may stand in a folder, by type, and what it is once it is uploaded.
LOCAL = {
    "Function": {"CodeUri": UPLOADED},
    "LayerVersion": {"ContentUri": UPLOADED},
    "Api": {"DefinitionUri": UPLOADED},
    "HttpApi": {"DefinitionUri": UPLOADED},
    "StateMachine": {"DefinitionUri": UPLOADED},
    "GraphQLApi": {"SchemaUri": UPLOADED},
}


class NoPolicies:
    """Managed policies of an account, of which none is known."""

    def load(self):
        return {}


def uploaded(template):
    """The template with what stands in folders uploaded."""
    globals_ = template.get("Globals") or {}
    parts = [(kind, globals_.get(kind)) for kind in LOCAL]
    for resource in template["Resources"].values():
        kind = resource.get("Type", "").rpartition("AWS::Serverless::")[2]
        parts.append((kind, resource.get("Properties")))
    for kind, properties in parts:
        for key, place in LOCAL.get(kind, {}).items():
            given = (properties or {}).get(key)
            if isinstance(given, str) and not given.startswith("s3://"):
                properties[key] = place
        if kind == "Function" and (properties or {}).get("PackageType") == "Image":
            properties.setdefault("ImageUri", IMAGE)
    return template


def main():
    folder, *paths = sys.argv[1:]
    refused = []
    for path in map(Path, paths):
        template = uploaded(yaml_parse(path.read_text()))
        try:
            made = transform(template, {}, NoPolicies())
        except Exception as problem:  # noqa: BLE001
            causes = getattr(problem, "causes", None) or [problem]
            said = "; ".join(str(getattr(one, "message", one)) for one in causes)
            refused.append(f"{path.name}: {said}")
            continue
        text = json.dumps(made, indent=1, default=str)
        (Path(folder) / f"{path.stem}.json").write_text(text + "\n")
    if refused:
        sys.exit("\n".join(refused))


if __name__ == "__main__":
    main()
