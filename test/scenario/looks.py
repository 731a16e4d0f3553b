"""Pictures that look like something, their copies, and what the program says of them."""

import io
import random
import time

from PIL import Image, ImageDraw, ImageFilter

import program
from program import PATIENCE


def scene(seed, size=(320, 240)):
    """Shapes on a ground that changes; every seed another, the same at any size."""
    width, height = size
    dice = random.Random(seed)
    image = Image.new("RGB", size)
    draw = ImageDraw.Draw(image)
    top, bottom = ([dice.randrange(256) for _ in range(3)] for _ in range(2))
    for y in range(height):
        share = y / height
        draw.line((0, y, width, y), tuple(int(a + (b - a) * share) for a, b in zip(top, bottom)))
    for number in range(14):
        x, y = dice.random() * width, dice.random() * height
        wide, high = (0.05 + dice.random() * 0.35) * width, (0.05 + dice.random() * 0.35) * height
        shape = draw.ellipse if number % 2 else draw.rectangle
        shape((x - wide / 2, y - high / 2, x + wide / 2, y + high / 2),
              tuple(dice.randrange(256) for _ in range(3)))
    return image.filter(ImageFilter.GaussianBlur(width / 400))


def saved(image, kind="PNG", **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def put(store, content, kind="person"):
    """On a record of its own; gives the record's id."""
    record = store.record(kind)
    store.run("picture", "put", kind, record, "-", "--name", "a picture", stdin=content)
    return record


def looks(store, record, kind="person"):
    """What is known of the record's picture this moment; colour is "" when that is nothing."""
    return store.run("picture", "info", kind, record, "--json").json


def seen(store, record, kind="person"):
    """The same as soon as somebody has looked."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        info = looks(store, record, kind)
        if info["colour"]:
            return info
    raise AssertionError(f"nobody looked at {info}")


def duplicates(store, *options):
    """The three lists, and how many pictures are in none yet."""
    result = program.cameo("duplicates", store.directory, "--json", *options)
    assert result.code == 0, result
    return result.json


def all_seen(store):
    """The three lists, as soon as somebody has looked at every picture."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        found = duplicates(store)
        if found["unseen"] == 0:
            return found
    raise AssertionError(f"{found['unseen']} pictures were not looked at")


def groups(rows):
    """The records of each group of a list."""
    found = {}
    for row in rows:
        found.setdefault(row["group"], []).append(row["record"])
    return [found[number] for number in sorted(found)]


def apart(one, other):
    """Bits between two perceptual hashes."""
    return bin(int(one["perceptual_hash"], 16) ^ int(other["perceptual_hash"], 16)).count("1")
