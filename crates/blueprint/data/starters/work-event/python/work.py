"""What is done with an event of a bus."""

import json


def work(body: str) -> str:
    """Stands for your own work: says what has happened; what it was about is in `detail`."""
    what = json.loads(body)["detail-type"]
    if not isinstance(what, str):
        raise ValueError("an event without a type")
    return what
