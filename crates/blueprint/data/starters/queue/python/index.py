"""Works off messages of a queue: adds up orders. What fails comes again alone."""

import json


def work(body: str) -> int:
    """The total of one order in cents; an order without lines is a mistake."""
    lines = json.loads(body)["lines"]
    if not lines:
        raise ValueError("an order without lines")
    return sum(whole(line["cents"]) * whole(line["count"]) for line in lines)


def whole(value) -> int:
    """A whole number; a text, a flag or a part of one is a mistake."""
    if type(value) not in (int, float) or value != int(value):
        raise ValueError(f"{value!r} is no whole number")
    return int(value)


def handler(event: dict, _context) -> dict:
    failures = []
    for record in event["Records"]:
        try:
            print(json.dumps({"message": record["messageId"], "cents": work(record["body"])}))
        except Exception as error:  # whatever one message does, the others are worked off
            print(json.dumps({"message": record["messageId"], "error": str(error)}))
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}
