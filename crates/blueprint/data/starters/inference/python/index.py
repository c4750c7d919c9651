"""Answers with what a model says: here logistic regression over named features.

The model is a JSON file, {"bias": -1.0, "weights": {"age": 0.03}}, read once for each
environment; MODEL_DIR says where it is. Put your own model and library in its place.
"""

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
    score = known["bias"] + sum(known["weights"][name] * float(value) for name, value in features.items())
    return 1 / (1 + math.exp(-score))


def handler(event: dict, _context) -> dict:
    try:
        features = json.loads(event.get("body") or "")
        status, answer = 200, {"probability": infer(model(), features)}
    except (AttributeError, TypeError, ValueError) as error:
        status, answer = 400, {"error": str(error)}
    return {"statusCode": status, "headers": {"content-type": "application/json"}, "body": json.dumps(answer)}
