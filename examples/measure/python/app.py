"""A thumbnail of a picture: fetched, scaled down, and written as a PNG.

The picture is made here and the fetch waits as a store would, so that it runs without an account
and without packages.
"""

import base64
import struct
import time
import zlib


def handler(event, context):
    time.sleep(event.get("fetch_s", 0.03))
    size = event.get("size", 256)
    rows = picture(size)
    small = scaled(rows, event.get("scale", 4))
    return {"png": base64.b64encode(png(small)).decode(), "width": len(small)}


def picture(size):
    """Rows of red, green and blue."""
    return [
        [(x * 255 // size, y * 255 // size, (x ^ y) & 255) for x in range(size)]
        for y in range(size)
    ]


def scaled(rows, times):
    """Each pixel the mean of a square of so many by so many."""
    out = []
    for y in range(0, len(rows), times):
        line = []
        for x in range(0, len(rows), times):
            square = [pixel for row in rows[y : y + times] for pixel in row[x : x + times]]
            line.append(tuple(sum(channel) // len(square) for channel in zip(*square)))
        out.append(line)
    return out


def png(rows):
    def chunk(kind, body):
        whole = kind + body
        return struct.pack(">I", len(body)) + whole + struct.pack(">I", zlib.crc32(whole))

    lines = b"".join(b"\0" + bytes(value for pixel in row for value in pixel) for row in rows)
    header = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(lines, 9))
        + chunk(b"IEND", b"")
    )
