"""What pictures look like: found out as they come or shortly after, and never lost."""

import base64
import struct
import zlib

import pytest
from PIL import Image, ImageCms

from looks import apart, duplicates, looks, put, saved, scene, seen
from pictures import ORIENTATION, chunk, noise
from program import Server

TURNS = {1: None, 2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180,
         4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE,
         6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE,
         8: Image.Transpose.ROTATE_270}  # what has to be done to what is seen, to be stored so


def broken_png():
    """A header that is believed, and pixels that are none."""
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 300, 300, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", b"\xff" * 400) + chunk(b"IEND", b""))


@pytest.fixture(scope="module")
def huge():
    """So large that nobody looks at it within the time of a request."""
    return noise((4000, 3000), "JPEG", seed=5)


def photograph(server, content):
    """Over HTTP, as clients do."""
    person = server.record("person")
    server.superoffice.put_image(f"Person/{person}/Image", content)
    return person


# when

def test_small_pictures_are_looked_at_before_their_write_is_acknowledged(server):
    at_once = 0
    for seed in range(5):
        person = photograph(server, saved(scene(seed, (64, 64))))
        at_once += looks(server, person)["colour"] != ""
        seen(server, person)
    assert at_once > 0  # unless no box is free


def test_a_large_picture_is_acknowledged_first_and_looked_at_soon_after(server, huge):
    person = photograph(server, huge)

    assert looks(server, person)["colour"] == ""
    info = seen(server, person)

    assert len(base64.b64decode(info["thumb_hash"])) >= 5 and len(info["pixel_hash"]) == 64


def test_a_restart_loses_nothing_not_even_by_kill(tmp_path, huge):
    server = Server(tmp_path / "store", "--demo")
    server.start()
    person = photograph(server, huge)
    server.kill()
    assert looks(server, person)["colour"] == ""

    server.process = None
    with server:
        assert seen(server, person)["perceptual_hash"]


def test_what_was_stored_without_a_server_is_looked_at_by_the_next_one(store, serve):
    people = [put(store, saved(scene(seed, (300, 300)))) for seed in range(20)]
    assert duplicates(store)["unseen"] == 20

    server = serve(directory=store.directory)

    for person in people:
        seen(server, person)


def test_broken_pixels_are_marked_and_not_tried_again(server):
    person = photograph(server, broken_png())
    after = photograph(server, saved(scene(77, (300, 300))))

    seen(server, after)  # behind it in the line

    assert looks(server, person)["colour"] == ""
    assert duplicates(server)["unseen"] == 0
    assert server.superoffice.get(f"Person/{person}/Image").body == broken_png()


def test_a_cut_off_jpeg_is_marked(store):
    content = saved(scene(5), "JPEG")
    person = put(store, content[:len(content) // 2])

    assert duplicates(store, "--now")["unseen"] == 0
    assert looks(store, person)["colour"] == ""


# what

def now(store, content):
    person = put(store, content)
    duplicates(store, "--now")
    return looks(store, person)


def test_the_main_colour_is_one_that_is_there(store):
    for size in ((40, 40), (900, 700)):
        half = Image.new("RGB", size, (220, 20, 30))
        half.paste((10, 30, 210), (0, 0, size[0] // 2, size[1]))
        assert now(store, saved(half))["colour"] in ("#dc141e", "#0a1ed2")
    assert now(store, saved(Image.new("RGB", (300, 9), (1, 2, 3))))["colour"] == "#010203"
    clear = Image.new("RGBA", (50, 50), (0, 255, 0, 0))
    clear.paste((9, 8, 7, 255), (0, 0, 10, 10))
    assert now(store, saved(clear))["colour"] == "#090807"
    assert now(store, saved(Image.new("CMYK", (300, 300), (0, 255, 255, 0)), "JPEG"))["colour"][1:3] > "c0"


def test_the_same_pixels_in_every_lossless_type(store):
    image = scene(1, (300, 200))
    found = [now(store, saved(image, *kind, **options)) for kind, options in (
        (("PNG",), {}), (("PNG",), {"compress_level": 1}), (("BMP",), {}),
        (("TIFF",), {}), (("TIFF",), {"compression": "tiff_lzw"}), (("WEBP",), {"lossless": True}))]

    assert len({info["hash"] for info in found}) == len(found)
    assert len({info["pixel_hash"] for info in found}) == 1
    assert len({info["thumb_hash"] for info in found}) == 1
    few = image.quantize(200, dither=Image.Dither.NONE)
    assert now(store, saved(few, "GIF"))["pixel_hash"] == \
        now(store, saved(few.convert("RGB")))["pixel_hash"]
    grey = image.convert("L")
    assert now(store, saved(grey))["pixel_hash"] == \
        now(store, saved(grey.convert("RGB")))["pixel_hash"]


def test_what_cannot_be_seen_does_not_tell_pictures_apart(store):
    image = scene(2, (300, 200)).convert("RGBA")
    image.putalpha(Image.linear_gradient("L").resize(image.size).point(lambda a: max(0, a - 90)))

    png, webp = now(store, saved(image)), now(store, saved(image, "WEBP", lossless=True))

    assert png["pixel_hash"] == webp["pixel_hash"] and png["colour"] == webp["colour"]


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_pictures_are_looked_at_as_they_are_seen(store, kind):
    image = scene(3, (300, 150))  # three pixels make up one, whichever way it is turned
    found = []
    for orientation, turn in TURNS.items():
        exif = Image.Exif()
        exif[ORIENTATION] = orientation
        stored = image.transpose(turn) if turn is not None else image
        options = {"lossless": True} if kind == "WEBP" else {}
        found.append(now(store, saved(stored, kind, exif=exif, **options)))

    assert [info["orientation"] for info in found] == list(TURNS)
    assert len({info["pixel_hash"] for info in found}) == 1
    assert len({(info["colour"], info["thumb_hash"], info["perceptual_hash"])
                for info in found}) == 1


def test_sixteen_bits_are_told_apart_by_all_of_them(store):
    grey = Image.frombytes("I;16", (300, 2), struct.pack("<600H", *range(0, 60000, 100)))
    other = Image.frombytes("I;16", (300, 2), struct.pack("<600H", *range(1, 60001, 100)))

    png, tiff, another = now(store, saved(grey)), now(store, saved(grey, "TIFF")), \
        now(store, saved(other))

    assert png["pixel_hash"] == tiff["pixel_hash"] != another["pixel_hash"]


def test_all_frames_count(store):
    first, second, third = (scene(seed, (60, 40)) for seed in range(3))

    def animation(*frames, kind="WEBP"):
        return saved(first, kind, save_all=True, append_images=frames, lossless=True, duration=100)

    two, other, one = animation(second), animation(third), saved(first, "WEBP", lossless=True)
    found = [now(store, content) for content in (two, other, one)]

    assert len({info["pixel_hash"] for info in found}) == 3
    assert len({info["thumb_hash"] for info in found}) == 1
    tiffs = [now(store, saved(first, "TIFF", save_all=True, append_images=[frame],
                              compression=compression))
             for frame, compression in ((second, None), (second, "tiff_lzw"), (third, None))]
    assert tiffs[0]["pixel_hash"] == tiffs[1]["pixel_hash"] != tiffs[2]["pixel_hash"]


def curve(power):
    """An ICC profile of sRGB's primaries with another curve."""
    def number(value):
        return struct.pack(">i", round(value * 65536))

    def xyz(*values):
        return b"XYZ \0\0\0\0" + b"".join(map(number, values))

    tags = {b"wtpt": xyz(0.9505, 1, 1.0891), b"rXYZ": xyz(0.4361, 0.2225, 0.0139),
            b"gXYZ": xyz(0.3851, 0.7169, 0.0971), b"bXYZ": xyz(0.1431, 0.0606, 0.7141),
            b"desc": b"desc\0\0\0\0\0\0\0\2x\0" + b"\0" * 79,
            b"cprt": b"text\0\0\0\0none\0\0\0\0"}
    gamma = b"curv\0\0\0\0\0\0\0\1" + struct.pack(">H", round(power * 256)) + b"\0\0"
    tags.update({name: gamma for name in (b"rTRC", b"gTRC", b"bTRC")})
    table, data = struct.pack(">I", len(tags)), b""
    for name, content in tags.items():
        table += struct.pack(">4sII", name, 132 + 12 * len(tags) + len(data), len(content))
        data += content + b"\0" * (-len(content) % 4)
    head = struct.pack(">I4sI4s4s4s", 0, b"none", 0x02100000, b"mntr", b"RGB ", b"XYZ ")
    head += struct.pack(">6H4s", 2026, 1, 1, 0, 0, 0, b"acsp") + b"\0" * 28
    head += number(0.9642) + number(1) + number(0.8249)
    profile = head.ljust(128, b"\0") + table + data
    return struct.pack(">I", len(profile)) + profile[4:]


def test_a_profile_counts_when_it_changes_what_is_seen(store):
    image = scene(4, (300, 200))
    usual = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

    plain, same, darker, none = (now(store, saved(image, icc_profile=profile))
                                 for profile in (None, usual, curve(3.0), b"no profile"))

    assert same["pixel_hash"] == plain["pixel_hash"] == none["pixel_hash"]
    assert darker["pixel_hash"] != plain["pixel_hash"]
    assert darker["colour"] != plain["colour"] and darker["thumb_hash"] != plain["thumb_hash"]


def test_the_same_bytes_are_looked_at_once_and_share_it(store):
    content = saved(scene(6, (300, 300)))
    first = put(store, content)
    duplicates(store, "--now")
    second = put(store, content)

    assert duplicates(store)["unseen"] == 0
    assert looks(store, second)["colour"] == looks(store, first)["colour"] != ""


# how far copies are apart

COPIES = {
    "half": lambda image: saved(image.resize((160, 120), Image.Resampling.LANCZOS)),
    "two thirds": lambda image: saved(image.resize((213, 160), Image.Resampling.BICUBIC)),
    "double": lambda image: saved(image.resize((640, 480), Image.Resampling.BILINEAR)),
    "small": lambda image: saved(image.resize((64, 48), Image.Resampling.LANCZOS)),
    "JPEG 75": lambda image: saved(image, "JPEG", quality=75),
    "JPEG 30": lambda image: saved(image, "JPEG", quality=30),
    "WebP": lambda image: saved(image, "WEBP", quality=50),
    "GIF": lambda image: saved(image.quantize(128), "GIF"),
    "brighter": lambda image: saved(image.point(lambda v: min(255, int(v * 1.06)))),
    "darker": lambda image: saved(image.point(lambda v: int(v * 0.93))),
    "half JPEG 50": lambda image: saved(image.resize((160, 120)), "JPEG", quality=50),
}


def test_copies_are_near_each_other_and_other_pictures_far(store):
    originals, copies = [], {name: [] for name in COPIES}
    for seed in range(12):
        image = scene(1000 + seed)
        originals.append(put(store, saved(image)))
        for name, copy in COPIES.items():
            copies[name].append(put(store, copy(image)))
    duplicates(store, "--now")
    originals = [looks(store, person) for person in originals]

    farthest = {name: max(apart(one, looks(store, copy)) for one, copy in zip(originals, made))
                for name, made in copies.items()}
    nearest = min(apart(one, other) for at, one in enumerate(originals) for other in originals[:at])

    print(farthest, nearest)
    assert max(farthest.values()) <= 5
    assert nearest >= 10


def test_a_png_is_hashed_as_it_is(store):
    """Up to 100 pixels a side the ThumbHash is of the very pixels: see test/npm."""
    rows = b"".join(b"\0" + bytes((x * 3 + y) % 256 for x in range(300)) for y in range(40))
    content = (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 100, 40, 8, 2, 0, 0, 0))
               + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
    hash_ = base64.b64decode(now(store, content)["thumb_hash"])

    assert hash_[4] >> 7 == 1 and hash_[3] & 7 == 3  # landscape, of 7 to 3 frequencies
