"""Reacts to events of a bus: says what has happened, once for each event."""

import json

TEXTS = {
    "OrderPlaced": "order {id} was placed",
    "OrderShipped": "order {id} is on its way",
}


def tell(event: dict) -> str | None:
    """What an event says to people; none for what nobody needs to know."""
    text = TEXTS.get(event["detail-type"])
    return text.format(id=event["detail"]["id"]) if text else None


def handler(event: dict, _context) -> str | None:
    said = tell(event)
    print(json.dumps({"event": event.get("id"), "said": said}))
    return said
