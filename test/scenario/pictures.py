"""Pictures of every type we take, made on the spot; equal arguments give equal bytes."""

import io
import random
import struct
import zlib

from PIL import Image

MIME = {"JPEG": "image/jpeg", "PNG": "image/png", "GIF": "image/gif", "WEBP": "image/webp",
        "TIFF": "image/tiff", "BMP": "image/bmp"}
TYPES = list(MIME)
ORIENTATION = 0x112


def picture(kind="PNG", size=(32, 24), colour=(200, 30, 60), orientation=None):
    image = Image.new("RGB", size, colour)
    out = io.BytesIO()
    options = {}
    if orientation is not None:
        exif = Image.Exif()
        exif[ORIENTATION] = orientation
        options["exif"] = exif
    image.save(out, kind, **options)
    return out.getvalue()


def noise(size, kind="PNG", seed=1):
    """A picture that does not compress, for bodies of a known order of size."""
    width, height = size
    out = io.BytesIO()
    Image.frombytes("RGB", size, random.Random(seed).randbytes(width * height * 3)).save(out, kind)
    return out.getvalue()


def padded(length, colour=(9, 9, 9)):
    """A JPEG of exactly `length` bytes: what stands behind its end belongs to the file."""
    start = picture("JPEG", colour=colour)
    return start + b"\0" * (length - len(start))


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png_claiming(width, height):
    """A small PNG whose header claims that size."""
    return (b"\x89PNG\r\n\x1a\n"
            + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(b"\0" * 64)) + chunk(b"IEND", b""))


def opened(content):
    """What Pillow sees in it; raises when it is no picture."""
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def colours():
    """Endless different colours, so that no two pictures of a test are the same bytes."""
    number = 0
    while True:
        number += 1
        yield (number * 37 % 256, number * 101 % 256, (number // 256 * 53 + number * 7) % 256)
