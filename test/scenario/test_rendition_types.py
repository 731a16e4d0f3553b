"""Renditions of every type and form of picture, pixel by pixel against Pillow's scaling of what was drawn.

The mean of the absolute differences may be 2.5 of 255 in the worst channel (two filters seldom agree by
less), and what the stored form loses by itself on top of that; the middle of each corner and of the picture
may be 14 off.
"""

import io

import pytest
from PIL import Image, ImageOps

from made_pictures import (FORMS, INKS, SIZE, bmp_of, packed, png_of, rows, samples, saved, scene,
                           tiff_of)
from renditions import (WAYS, Native, Shelf, by_superoffice, check_alike, check_alpha, landmarks, scaled,
                        shown)

MEAN = 2.5
SMALL = (120, 90)


@pytest.fixture(scope="module")
def shelf(server):
    return Shelf(server)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_picture_looks_the_same_smaller(server, shelf, form, way):
    content, seen, lost = FORMS[form]
    ask, kind = WAYS[way]

    made = shown(ask(server, shelf.person(content), SMALL, kind), kind)

    lossy = {"JPEG": 2.5, "WEBP": 3, "PNG": 0}[kind]
    want = scaled(seen, SMALL)
    check_alike(made, want, MEAN + lost + lossy)
    if want.mode == "RGBA" and kind != "JPEG":
        check_alpha(made, want, MEAN + lost)


@pytest.mark.parametrize("form", FORMS)
def test_every_form_becomes_another_type_in_its_own_size(server, shelf, form):
    content, seen, lost = FORMS[form]
    # GIF and PNG would be answered with their own bytes
    kind = "JPEG" if form.startswith(("GIF", "PNG")) else "PNG"

    made = shown(by_superoffice(server, shelf.person(content), (0, 0), kind), kind)

    check_alike(made, seen if kind == "PNG" else seen.convert("RGBA"), MEAN + lost)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("form", INKS)
def test_inks_become_the_colours_they_stand_for(server, shelf, form, way):
    """Without a profile nobody knows how inks look: paper stays white, and each colour stays what it is by
    name."""
    ask, kind = WAYS[way]

    made = shown(ask(server, shelf.person(INKS[form]), SMALL, kind), kind).convert("RGB")

    red, green, blue, yellow, white = landmarks(made)
    assert min(white) > 235
    assert red[0] > 1.8 * max(red[1:])
    assert green[1] > 1.15 * max(green[0], green[2])
    assert blue[2] > 1.3 * max(blue[:2])
    assert min(yellow[:2]) > 1.8 * yellow[2]


def test_luminance_with_black_looks_as_the_same_inks_do(server, shelf):
    one, two = (shown(by_superoffice(server, shelf.person(INKS[form]), SMALL, "PNG"), "PNG")
                for form in ("JPEG CMYK", "JPEG YCCK"))

    check_alike(one, two, 3)


def with_orientation(kind, orientation):
    exif = Image.Exif()
    exif[0x112] = orientation
    image = scene()
    if kind.startswith("TIFF"):
        return tiff_of(image, ">" if "big" in kind else "<", orientation=orientation)
    options = {"JPEG": {"quality": 92}, "JPEG progressive": {"quality": 92, "progressive": True},
               "WEBP": {"lossless": True}, "PNG": {}}[kind]
    return saved(image, kind.split()[0], exif=exif, **options)


def turned(image, orientation):
    exif = Image.Exif()
    exif[0x112] = orientation
    upright = io.BytesIO(saved(image, "PNG", exif=exif))
    return ImageOps.exif_transpose(Image.open(upright))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", ["JPEG", "JPEG progressive", "PNG", "WEBP", "TIFF",
                                  "TIFF, big-endian"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_applied_first(server, shelf, kind, orientation, way):
    ask, type_ = WAYS[way]
    want = turned(scene(), orientation)
    size = (120, 90) if orientation < 5 else (90, 120)

    made = shown(ask(server, shelf.person(with_orientation(kind, orientation)), size, type_),
                 type_)

    check_alike(made, scaled(want, size), MEAN + 2.5)
    assert made.getexif().get(0x112, 1) == 1


@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_counts_also_in_a_rendition_of_the_pictures_own_size(server, shelf, orientation):
    content = with_orientation("JPEG", orientation)

    made = shown(by_superoffice(server, shelf.person(content), (0, 0), "PNG"), "PNG")

    check_alike(made, turned(scene(), orientation), MEAN)


@pytest.mark.parametrize("size", [(1, 1), (1, 400), (400, 1), (2, 3), (7, 500)])
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP"])
def test_pictures_of_odd_sizes_can_be_made_smaller(server, shelf, size, kind):
    content = saved(Image.new("RGB", size, (200, 60, 30)), kind)

    made = shown(by_superoffice(server, shelf.person(content), (100, 100), "PNG"), "PNG")

    factor = min(1, 100 / max(size))
    assert made.size == tuple(max(1, round(side * factor)) for side in size)
    for got, want in zip(made.convert("RGB").getpixel((0, 0)), (200, 60, 30)):
        assert abs(got - want) <= 12


@pytest.mark.parametrize("wanted", [(319, 239), (160, 120), (161, 121), (80, 60), (43, 33),
                                    (20, 15), (8, 6)])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_every_size_looks_the_same(server, shelf, kind, wanted):
    """Decoders that make a half or an eighth by themselves must not be seen."""
    image = scene((640, 480))
    options = {"JPEG": {"quality": 95}, "PNG": {}, "WEBP": {"lossless": True}}[kind]

    made = shown(by_superoffice(server, shelf.person(saved(image, kind, **options)), wanted,
                                "PNG"), "PNG")

    factor = min(wanted[0] / 640, wanted[1] / 480)
    size = tuple(max(1, round(side * factor)) for side in (640, 480))
    check_alike(made, scaled(image, size), MEAN + 1, 22)


def test_a_picture_in_one_bit_stays_black_and_white_where_it_is_flat(server, shelf):
    made = Image.new("L", SIZE, 255)
    made.paste(0, (0, 0, 160, 240))
    numbers = [value & 1 for value in samples(made)]
    for content in (png_of(numbers, SIZE, 1, 0),
                    bmp_of(SIZE, 1, [packed(line, 1) for line in rows(bytes(numbers), 320)],
                           palette=bytes([0, 0, 0, 0, 255, 255, 255, 0]))):
        got = shown(by_superoffice(server, shelf.person(content), (80, 60), "PNG"), "PNG")
        got = got.convert("RGB")
        assert got.getpixel((10, 30)) == (0, 0, 0)
        assert got.getpixel((70, 30)) == (255, 255, 255)


def test_the_native_form_without_a_wish_gives_the_stored_bytes(server, shelf):
    for form in ("JPEG CMYK", "TIFF CMYK, big-endian"):
        person = shelf.person(INKS[form])
        assert Native(server.address).get(f"person/{person}").body == INKS[form]
    for form, (content, _, _) in FORMS.items():
        person = shelf.person(content)
        assert Native(server.address).get(f"person/{person}").body == content, form
