"""What is done with a message."""

import json


def work(body: str) -> int:
    """Stands for your own work: counts the words of a text."""
    text = json.loads(body)["text"]
    if not isinstance(text, str):
        raise ValueError("a message without a text")
    return len(text.split())
