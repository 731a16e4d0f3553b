"""What a rendition must not carry on: places, remarks, profiles, and whatever else a file is besides a picture.
And what can still be seen of a file that is cut off."""

import random

import pytest
from PIL import Image

from made_pictures import (FORMS, SECRETS, SIZE, exif_with_place, polyglots, profile_gamma,
                           profile_swapped, saved, scene, talkative)
from pictures import TYPES, opened
from renditions import (WAYS, Native, Shelf, by_superoffice, check_alike, difference, scaled, shown)

SMALL = (120, 90)
POLYGLOTS = polyglots(scene())


@pytest.fixture(scope="module")
def shelf(server):
    return Shelf(server)


def chunks(content):
    """The names of a PNG's or WebP's chunks."""
    at, found = (8, []) if content.startswith(b"\x89PNG") else (12, [])
    while at < len(content):
        if content.startswith(b"\x89PNG"):
            found.append(content[at + 4:at + 8])
            at += 12 + int.from_bytes(content[at:at + 4], "big")
        else:
            found.append(content[at:at + 4])
            size = int.from_bytes(content[at + 4:at + 8], "little")
            at += 8 + size + size % 2
    assert at == len(content), "bytes behind the end"
    return found


def gif_extensions(content):
    """(label, first bytes) of each, up to the end of the file."""
    def behind_blocks(at):
        while content[at]:
            at += content[at] + 1
        return at + 1

    def behind_palette(at, flags):
        return at + (3 << (flags & 7) + 1 if flags & 0x80 else 0)

    at = behind_palette(13, content[10])
    while content[at:at + 1] != b";":
        if content[at:at + 1] == b"!":
            yield content[at + 1], content[at + 3:at + 14]
            at = behind_blocks(at + 2)
        else:
            assert content[at:at + 1] == b","
            at = behind_blocks(behind_palette(at + 10, content[at + 9]) + 1)
    assert at == len(content) - 1, "bytes behind the end"


def check_only_a_picture(content):
    """No metadata, and nothing in front of or behind the picture."""
    made = opened(content)
    for name in ("exif", "icc_profile", "xmp", "photoshop", "comment", "XML:com.adobe.xmp"):
        assert name not in made.info, name
    assert not made.getexif()
    if made.format == "JPEG":
        assert content.startswith(b"\xff\xd8") and content.endswith(b"\xff\xd9")
        assert content.count(b"\xff\xd9") == 1
        for marker in (b"\xff\xe1", b"\xff\xe2", b"\xff\xed", b"\xff\xfe"):
            assert marker not in content[:content.index(b"\xff\xda")], marker
    elif made.format == "PNG":
        names = chunks(content)
        assert names[-1] == b"IEND"
        assert set(names) <= {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"pHYs", b"sRGB",
                              b"gAMA", b"bKGD", b"sBIT"}, names
    elif made.format == "WEBP":
        assert set(chunks(content)) <= {b"VP8 ", b"VP8L", b"VP8X", b"ALPH"}
    elif made.format == "GIF":
        for label, start in gif_extensions(content):
            assert label == 0xF9 or (label, start) == (0xFF, b"NETSCAPE2.0"), (label, start)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", TYPES)
def test_places_and_remarks_stay_behind(server, shelf, kind, way):
    content = talkative(kind, scene())
    assert sum(secret in content for secret in SECRETS) >= 2
    ask, type_ = WAYS[way]

    answer = ask(server, shelf.person(content), SMALL, type_)

    check_alike(shown(answer, type_), scaled(scene(), SMALL), 9)
    for secret in SECRETS:
        assert secret not in answer.body
    check_only_a_picture(answer.body)


@pytest.mark.parametrize("kind", TYPES)
def test_also_when_only_the_type_is_asked_for(server, shelf, kind):
    """In its own type it is the stored file, whole: nobody asked for a rendition."""
    content = talkative(kind, scene())
    person = shelf.person(content)
    assert server.superoffice.get(f"Person/{person}/Image").body == content

    for type_ in {"JPEG", "PNG", "GIF"} - {kind}:
        answer = by_superoffice(server, person, (0, 0), type_)
        shown(answer, type_)
        assert not any(secret in answer.body for secret in SECRETS)
        check_only_a_picture(answer.body)


@pytest.mark.parametrize("kind", TYPES)
def test_a_quality_that_is_asked_for_makes_a_rendition(server, shelf, kind):
    """The native form with `q` in the picture's own size and type is no excuse for its metadata."""
    content = talkative(kind, scene())

    answer = Native(server.address).get(f"person/{shelf.person(content)}", q=80, format="jpeg")

    shown(answer, "JPEG")
    assert not any(secret in answer.body for secret in SECRETS)
    check_only_a_picture(answer.body)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", POLYGLOTS)
def test_what_is_two_things_is_stored_whole_and_rendered_as_one(server, shelf, name, way):
    content, others = POLYGLOTS[name]
    assert all(other in content for other in others)
    person = shelf.person(content)
    ask, type_ = WAYS[way]

    whole = server.superoffice.get(f"Person/{person}/Image")
    answer = ask(server, person, SMALL, type_)

    assert whole.body == content
    assert whole.headers["Content-Type"] == "image/" + name.split()[0].lower()
    assert whole.headers["X-Content-Type-Options"] == "nosniff"
    check_alike(shown(answer, type_), scaled(scene(), SMALL), 9)
    assert not any(other in answer.body for other in others)
    check_only_a_picture(answer.body)


# Profiles

def red_for_blue(image):
    red, green, blue = image.split()
    return Image.merge("RGB", (blue, green, red))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP"])
def test_a_profile_is_converted_to_srgb(server, shelf, kind, way):
    """Its red is what sRGB calls blue: whoever ignores or drops the profile shows the wrong one."""
    options = {"JPEG": {"quality": 95, "subsampling": 0}, "WEBP": {"lossless": True}}
    content = saved(red_for_blue(scene()), kind,
                    icc_profile=profile_swapped(), **options.get(kind, {}))
    ask, type_ = WAYS[way]

    answer = ask(server, shelf.person(content), SMALL, type_)

    check_alike(shown(answer, type_), scaled(scene(), SMALL), 6)
    check_only_a_picture(answer.body)


def test_a_tone_curve_is_converted_to_srgbs(server, shelf):
    """Linear light of 55 of 255 is 0.2157, which sRGB writes as 128."""
    content = saved(Image.new("RGB", SIZE, (55, 55, 55)), "PNG", icc_profile=profile_gamma(1.0))

    made = shown(by_superoffice(server, shelf.person(content), SMALL, "PNG"), "PNG")

    for value in made.convert("RGB").getpixel((60, 45)):
        assert abs(value - 128) <= 3


# Cut off

def rows_seen(made, want, share):
    """The upper part, as far as it must be there, looks as it should."""
    height = int(want.height * share)
    box = (0, 0, want.width, height)
    return made.convert("RGB").crop(box), want.convert("RGB").crop(box)


@pytest.mark.parametrize("way", [way for way in WAYS if "native" not in way])
@pytest.mark.parametrize("form", ["JPEG", "JPEG 4:4:4", "PNG RGB", "GIF", "BMP 24, top-down"])
@pytest.mark.parametrize("part", [0.95, 0.75, 0.5])
def test_of_a_cut_off_picture_the_rest_is_made(server, shelf, form, part, way):
    content, seen, _ = FORMS[form]
    ask, type_ = WAYS[way]

    answer = ask(server, shelf.person(content[:int(len(content) * part)]), SMALL, type_)

    if answer.status != 200:  # what cannot be shown is said to be broken, and only so
        assert form.startswith(("GIF", "BMP", "PNG"))
        assert answer.status == 400 and "broken" in answer.json["Message"], answer
        return
    made = shown(answer, type_)
    assert made.size == SMALL
    got, want = rows_seen(made, scaled(seen, SMALL), 0.3 * part)
    assert difference(got, want)[0] <= 6


@pytest.mark.parametrize("form", FORMS)
def test_a_file_that_ends_anywhere_is_a_picture_or_an_error_and_the_next_one_is_served(server, form):
    content, _, _ = FORMS[form]
    so = server.superoffice
    person = server.record("person")
    for part in (0.1, 0.4, 0.9, 0.99):
        put = so.put(f"Person/{person}/Image", content[:int(len(content) * part)],
                     {"Content-Type": "application/octet-stream"})
        assert put.status in (200, 400), put
        if put.status == 200:
            answer = by_superoffice(server, person, (40, 40), "PNG")
            assert answer.status in (200, 400), answer
            if answer.status == 200:
                assert max(opened(answer.body).size) == 40
    so.put_image(f"Person/{person}/Image", content)
    assert opened(by_superoffice(server, person, (40, 40), "PNG").body).size == (40, 30)


@pytest.mark.parametrize("kind", TYPES)
def test_bytes_that_were_changed_never_hurt_the_next_request(server, kind):
    chance = random.Random(5)
    content = talkative(kind, scene((160, 120)))
    person = server.record("person")
    so = server.superoffice
    for _ in range(12):
        broken = bytearray(content)
        for _ in range(8):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        put = so.put(f"Person/{person}/Image", bytes(broken),
                     {"Content-Type": "application/octet-stream"})
        assert put.status in (200, 400, 413), put
        if put.status == 200:
            answer = by_superoffice(server, person, (40, 40), "JPEG")
            assert answer.status in (200, 400), answer
    so.put_image(f"Person/{person}/Image", content)
    check_alike(shown(by_superoffice(server, person, (80, 60), "PNG"), "PNG"),
                scaled(scene((160, 120)), (80, 60)), 9, 25)


def test_the_orientation_is_read_among_other_metadata(server, shelf):
    content = saved(scene(), "JPEG", quality=92, exif=exif_with_place(6))

    made = shown(by_superoffice(server, shelf.person(content), (90, 120), "PNG"), "PNG")

    check_alike(made, scaled(scene().transpose(Image.Transpose.ROTATE_270), (90, 120)), 5)
