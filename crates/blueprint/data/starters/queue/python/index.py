"""Works off messages of a queue: adds up orders. What fails comes again alone."""

import json


def work(body: str) -> int:
    """The total of one order in cents; an order without lines is a mistake."""
    lines = json.loads(body)["lines"]
    if not lines:
        raise ValueError("an order without lines")
    return sum(int(line["cents"]) * int(line["count"]) for line in lines)


def handler(event: dict, _context) -> dict:
    failures = []
    for record in event["Records"]:
        try:
            print(json.dumps({"message": record["messageId"], "cents": work(record["body"])}))
        except (KeyError, TypeError, ValueError) as error:
            print(json.dumps({"message": record["messageId"], "error": str(error)}))
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}
