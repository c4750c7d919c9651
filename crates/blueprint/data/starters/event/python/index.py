"""Reacts to events of a bus: says what has happened, once for each event."""

import json

TEXTS = {
    "OrderPlaced": "order {id} was placed",
    "OrderShipped": "order {id} is on its way",
}


def tell(event: dict) -> str | None:
    """What an event says to people; none for what nobody needs to know."""
    text = TEXTS.get(event.get("detail-type"))
    detail = event.get("detail")
    known = detail.get("id") if isinstance(detail, dict) else None
    # Nothing is gained by failing: an event without an id would come again without one.
    return text.format(id=known if isinstance(known, str) else "?") if text else None


def handler(event: dict, _context) -> str | None:
    said = tell(event)
    print(json.dumps({"event": event.get("id"), "said": said}))
    return said
