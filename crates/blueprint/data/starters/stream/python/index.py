"""Counts what changed, by kind: records of a table's stream or of a data stream."""

import base64
import collections
import json


def kind_of(record: dict) -> str:
    """INSERT, MODIFY or REMOVE of a table; the `kind` of a data stream's record."""
    if "dynamodb" in record:
        return record["eventName"]
    kind = json.loads(base64.b64decode(record["kinesis"]["data"]))["kind"]
    if not isinstance(kind, str):
        raise ValueError("a record without a kind")
    return kind


def number_of(record: dict) -> str:
    part = record.get("dynamodb") or record["kinesis"]
    return part.get("SequenceNumber") or part["sequenceNumber"]


def aggregate(records: list[dict]) -> tuple[dict[str, int], list[dict]]:
    """Counts by kind, and where to begin again: the first record that failed."""
    counts: collections.Counter[str] = collections.Counter()
    for record in records:
        try:
            counts[kind_of(record)] += 1
        except Exception:  # whatever one record does, those before it are done
            # The rest of the batch comes again from here, so nothing is lost.
            return dict(counts), [{"itemIdentifier": number_of(record)}]
    return dict(counts), []


def handler(event: dict, _context) -> dict:
    counts, failures = aggregate(event["Records"])
    print(json.dumps({"counts": counts, "failed": len(failures)}))
    return {"batchItemFailures": failures}
