"""Answers with what a model says: here logistic regression over named features.

The model is a JSON file, {"bias": -1.0, "weights": {"age": 0.03}}, read once for each
environment; MODEL_DIR says where it is. Put your own model and library in its place.
"""

import base64
import functools
import json
import math
import os
import pathlib


@functools.cache
def model() -> dict:
    folder = pathlib.Path(os.environ.get("MODEL_DIR", pathlib.Path(__file__).parent))
    return json.loads((folder / "model.json").read_text())


def infer(known: dict, features: dict) -> float:
    """The probability that the model gives; a feature it does not know is a mistake."""
    strange = sorted(features.keys() - known["weights"].keys())
    if strange:
        raise ValueError("unknown features: " + ", ".join(strange))
    if any(type(value) not in (int, float) for value in features.values()):
        raise ValueError("features are numbers")
    score = known["bias"] + sum(known["weights"][name] * value for name, value in features.items())
    # Beyond this the exponential is no number any more, and the answer is 0 anyway.
    return 1 / (1 + math.exp(min(-score, 700)))


def body_of(event: dict) -> str:
    """The body; APIs give what is no text in Base64."""
    body = event.get("body") or ""
    return base64.b64decode(body).decode() if event.get("isBase64Encoded") else body


def refuse(word: str) -> float:
    """NaN and Infinity are no JSON."""
    raise ValueError(f"{word} is no number")


def handler(event: dict, _context) -> dict:
    try:
        features = json.loads(body_of(event), parse_constant=refuse)
        status, answer = 200, {"probability": infer(model(), features)}
    except (AttributeError, TypeError, ValueError) as error:
        status, answer = 400, {"error": str(error)}
    return {"statusCode": status, "headers": {"content-type": "application/json"}, "body": json.dumps(answer)}
