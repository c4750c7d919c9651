"""What is done with a notification of a bucket."""

import json
import urllib.parse


def work(body: str) -> list[str]:
    """Stands for your own work: says under which keys something was uploaded."""
    message = json.loads(body)
    if message.get("Event") == "s3:TestEvent":
        # Sent when the notification is set: the bucket tries whether it may.
        return []
    records = message["Records"]
    if not isinstance(records, list):
        raise ValueError("a notification without records")
    return [key_of(record) for record in records]


def key_of(record: dict) -> str:
    # Keys come as forms of the web have them: a space is a plus.
    return urllib.parse.unquote_plus(record["s3"]["object"]["key"], errors="strict")
