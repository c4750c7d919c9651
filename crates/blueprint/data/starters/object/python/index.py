"""Makes a thumbnail of every image that is uploaded under incoming/."""

import io
import json
import os
import urllib.parse

from PIL import Image, UnidentifiedImageError

LARGEST = (256, 256)


def thumbnail(image: bytes) -> bytes:
    """The image as a JPEG that fits into 256 by 256 pixels."""
    with Image.open(io.BytesIO(image)) as opened:
        small = opened.convert("RGB")
        small.thumbnail(LARGEST)
        out = io.BytesIO()
        small.save(out, "JPEG", quality=85)
        return out.getvalue()


def handle(event: dict, s3, results: str) -> list[str]:
    """Works off one event; gives the keys that were written."""
    written = []
    for record in event["Records"]:
        bucket = record["s3"]["bucket"]["name"]
        key = urllib.parse.unquote_plus(record["s3"]["object"]["key"])
        image = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        # The same key gives the same result, so a second delivery does no harm.
        name = key.removeprefix("incoming/") + ".jpg"
        try:
            small = thumbnail(image)
        except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
            # No picture is one the next time, so it is told and not tried again.
            print(json.dumps({"key": key, "error": str(error)}))
            continue
        s3.put_object(Bucket=results, Key=name, Body=small, ContentType="image/jpeg")
        written.append(name)
    return written


def handler(event: dict, _context) -> list[str]:
    import boto3

    return handle(event, boto3.client("s3"), os.environ["RESULT_BUCKET"])
