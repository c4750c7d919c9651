"""What is done with a record that a pipe took from a stream."""

import base64
import json


def work(body: str) -> str:
    """Stands for your own work: says what kind of change it is.

    INSERT, MODIFY or REMOVE of a table; the `kind` of a data stream's record.
    """
    record = json.loads(body)
    if "dynamodb" in record:
        kind = record["eventName"]
    else:
        kind = json.loads(base64.b64decode(record["data"]))["kind"]
    if not isinstance(kind, str):
        raise ValueError("a record without a kind")
    return kind
