import io
import unittest

from PIL import Image

import index


def picture(width: int, height: int) -> bytes:
    out = io.BytesIO()
    Image.new("RGBA", (width, height), (200, 30, 30, 128)).save(out, "PNG")
    return out.getvalue()


class Bucket:
    def __init__(self):
        self.written = {}

    def get_object(self, **_):
        return {"Body": io.BytesIO(picture(1000, 500))}

    def put_object(self, Key, Body, **_):
        self.written[Key] = Body


class Thumbnails(unittest.TestCase):
    def test_fits_and_keeps_its_shape(self):
        with Image.open(io.BytesIO(index.thumbnail(picture(1000, 500)))) as small:
            self.assertEqual((small.size, small.format), ((256, 128), "JPEG"))

    def test_writes_beside_the_upload_and_not_over_it(self):
        record = {"s3": {"bucket": {"name": "in"}, "object": {"key": "incoming/a+b.png"}}}
        bucket = Bucket()
        self.assertEqual(index.handle({"Records": [record]}, bucket, "out"), ["a b.png.jpg"])
        self.assertIn("a b.png.jpg", bucket.written)


if __name__ == "__main__":
    unittest.main()
