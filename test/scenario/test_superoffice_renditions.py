"""SuperOffice: GET Image with w, h and type, and the bounded pictures of products."""

import io
import threading

import pytest
from PIL import Image, ImageCms, ImageOps
from PIL.PngImagePlugin import PngInfo

from clients import check_failure
from pictures import MIME, noise, opened, picture
from wire import multipart

RED, GREEN, BLUE, YELLOW = (220, 30, 20), (20, 160, 40), (30, 50, 210), (240, 210, 20)


@pytest.fixture
def image(server):
    """The path of a new person's image, with nothing there yet."""
    return f"Person/{server.record('person')}/Image"


def quarters(size=(320, 240), mode="RGB"):
    """Red, green over blue, yellow."""
    made = Image.new("RGB", (2, 2))
    made.putdata([RED, GREEN, BLUE, YELLOW])
    return made.resize(size, Image.Resampling.NEAREST).convert(mode)


def saved(made, kind, **options):
    out = io.BytesIO()
    made.save(out, kind, **options)
    return out.getvalue()


def corners(made):
    """The colours in the middle of the four quarters."""
    made = made.convert("RGB")
    return [made.getpixel((made.width * x // 4, made.height * y // 4))
            for y in (1, 3) for x in (1, 3)]


def alike(got, want, tolerance=12):
    return all(abs(a - b) <= tolerance for one, two in zip(got, want) for a, b in zip(one, two))


def rendition(so, path, kind, headers=None):
    """What Pillow sees of an answer that must be a picture of that type."""
    answer = so.get(path, headers)
    assert answer.status == 200, answer
    assert answer.headers["Content-Type"] == MIME[kind], answer
    assert answer.headers["Content-Length"] == str(len(answer.body))
    made = opened(answer.body)
    assert made.format == kind
    return made


@pytest.mark.parametrize("query, size", [
    ("w=100", (100, 75)), ("h=60", (80, 60)), ("w=100&h=100", (100, 75)), ("w=100&h=30", (40, 30)),
    ("W=64&H=0", (64, 48)), ("w=-7&h=24", (32, 24)), ("w=1", (1, 1)), ("w=33", (33, 25)),
    ("w=320&h=10", (13, 10)),
])
def test_the_picture_fits_inside_and_keeps_its_proportions(so, image, query, size):
    so.put_image(image, saved(quarters(), "PNG"))

    made = rendition(so, f"{image}?{query}", "PNG")

    assert made.size == size
    if min(size) > 8:
        assert alike(corners(made), [RED, GREEN, BLUE, YELLOW])


@pytest.mark.parametrize("query", ["", "w=0", "h=-1", "w=&h=", "type=", "type=quae", "type=TIFF"])
def test_what_asks_for_nothing_gives_the_stored_bytes(so, image, query):
    content = saved(quarters(), "PNG")
    so.put_image(image, content)

    answer = so.get(f"{image}?{query}")

    assert answer.body == content
    assert answer.headers["ETag"] == so.get(image).headers["ETag"]


@pytest.mark.parametrize("query", ["w=320", "w=4096&h=4096", "w=99999999999", "type=png&w=640"])
def test_its_own_size_and_type_come_without_metadata(so, image, query):
    marked = PngInfo()
    marked.add_text("Comment", "taken at home")
    so.put_image(image, saved(quarters(), "PNG", pnginfo=marked))

    answer = so.get(f"{image}?{query}")

    made = rendition(so, f"{image}?{query}", "PNG")
    assert made.size == quarters().size and corners(made) == corners(quarters())
    assert b"taken at home" in so.get(image).body and b"taken at home" not in answer.body
    assert answer.headers["ETag"] != so.get(image).headers["ETag"]


@pytest.mark.parametrize("query", ["w=abc", "h=1.5", "w=64px", "w=0x10", "h=%00", "w=10&h=ten"])
def test_a_size_that_is_no_number_is_400(so, image, png, query):
    check_failure(so.get(f"{image}?{query}"), 400, "SoInvalidArgumentException")
    so.put_image(image, png)
    check_failure(so.get(f"{image}?{query}"), 400, "SoInvalidArgumentException")


@pytest.mark.parametrize("name, kind", [
    ("JPEG", "JPEG"), ("jpeg", "JPEG"), ("JPG", "JPEG"), ("image/jpeg", "JPEG"),
    ("image%2Fjpg", "JPEG"), ("PNG", "PNG"), ("Image/Png", "PNG"), ("gif", "GIF"),
    ("image/GIF", "GIF"),
])
@pytest.mark.parametrize("stored", ["JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP"])
def test_every_type_becomes_every_type_that_can_be_asked_for(so, image, stored, name, kind):
    so.put_image(image, saved(quarters(), stored))

    made = rendition(so, f"{image}?type={name}", kind)

    assert made.size == (320, 240)
    assert alike(corners(made), [RED, GREEN, BLUE, YELLOW], 20)


@pytest.mark.parametrize("stored, kind", [("JPEG", "JPEG"), ("PNG", "PNG"), ("GIF", "GIF"),
                                          ("WEBP", "WEBP"), ("TIFF", "PNG"), ("BMP", "PNG")])
def test_without_a_type_a_scaled_picture_keeps_its_own(so, image, stored, kind):
    so.put_image(image, saved(quarters(), stored))

    made = rendition(so, f"{image}?w=40", kind)

    assert made.size == (40, 30)
    assert alike(corners(made), [RED, GREEN, BLUE, YELLOW], 20)


@pytest.mark.parametrize("accept, kind", [
    (None, "PNG"), ("application/json; charset=utf-8", "PNG"), ("image/jpeg", "JPEG"),
    ("image/gif, image/tiff;q=0.5", "GIF"), ("*/*", "PNG"),
    ("image/png, image/jpeg, image/gif, image/tiff", "PNG"), ("image/webp, image/jpeg", "JPEG"),
])
def test_accept_breaks_the_tie_when_a_tiff_has_to_become_something(so, image, accept, kind):
    so.put_image(image, saved(quarters(), "TIFF"))
    headers = {"Accept": accept} if accept else None

    assert rendition(so, f"{image}?w=40", kind, headers).size == (40, 30)
    assert so.get(f"{image}?w=40", headers).headers["Vary"] == "Accept"
    assert rendition(so, image, "TIFF", headers).size == (320, 240)
    assert "Accept" not in so.get(image, headers).headers.get("Vary", "")


@pytest.mark.parametrize("accept", ["image/jpeg", "image/png;q=0, */*;q=0", "application/json"])
def test_accept_converts_nothing_else(so, image, accept):
    so.put_image(image, saved(quarters(), "PNG"))

    rendition(so, f"{image}?w=40", "PNG", {"Accept": accept})


@pytest.mark.parametrize("stored", ["JPEG", "TIFF", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_is_applied(so, image, stored, orientation):
    exif = Image.Exif()
    exif[0x112] = orientation
    content = saved(quarters(), stored, exif=exif)
    so.put_image(image, content)
    # not of `content`: Pillow turns a TIFF by itself
    upright = ImageOps.exif_transpose(opened(saved(quarters(), "PNG", exif=exif)))

    made = rendition(so, f"{image}?w=60&type=PNG", "PNG")

    assert made.width == 60 and abs(made.height - 60 * upright.height / upright.width) < 1
    assert alike(corners(made), corners(upright), 16)
    assert made.getexif().get(0x112, 1) == 1


def test_metadata_stays_behind(so, image):
    exif = Image.Exif()
    exif[0x10E] = "a place that nobody should know"
    content = saved(quarters(), "JPEG", exif=exif, comment=b"a secret remark")
    assert b"nobody should know" in content and b"secret remark" in content
    so.put_image(image, content)

    body = so.get(f"{image}?w=60").body

    assert b"nobody" not in body and b"secret" not in body and b"Exif" not in body


def test_a_colour_profile_is_applied_and_left_out(so, image):
    content = saved(quarters(mode="RGB"), "PNG",
                    icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    so.put_image(image, content)

    made = rendition(so, f"{image}?w=60", "PNG")

    assert "icc_profile" not in made.info
    assert alike(corners(made), [RED, GREEN, BLUE, YELLOW])


def test_a_broken_profile_does_not_spoil_the_picture(so, image):
    so.put_image(image, saved(quarters(), "PNG", icc_profile=b"this is no profile" * 20))

    assert alike(corners(rendition(so, f"{image}?w=60", "PNG")), [RED, GREEN, BLUE, YELLOW])


def test_inks_become_colours(so, image):
    cyan = Image.new("CMYK", (80, 60), (255, 0, 0, 0))
    so.put_image(image, saved(cyan, "JPEG"))

    red, green, blue = rendition(so, f"{image}?w=40", "JPEG").convert("RGB").getpixel((20, 15))

    assert red < 80 and green > 110 and blue > 170


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "I;16"])
def test_other_kinds_of_pixels(so, image, mode):
    if mode == "I;16":
        made = Image.new("I", (80, 60), 0x8080).convert("I;16")
    elif mode == "LA":
        made = Image.new("LA", (80, 60), (128, 255))
    else:
        made = Image.new("RGB", (80, 60), (128, 128, 128))
        made = made.convert(mode, palette=Image.Palette.ADAPTIVE)
    so.put_image(image, saved(made, "PNG"))

    got = rendition(so, f"{image}?w=40", "PNG").convert("RGB")
    jpeg = rendition(so, f"{image}?type=JPEG", "JPEG").convert("RGB")

    if mode != "1":
        assert alike([got.getpixel((20, 15)), jpeg.getpixel((20, 15))], [(128,) * 3] * 2)
    assert got.size == (40, 30) and jpeg.size == (80, 60)


def test_what_is_transparent_is_white_in_a_jpeg_and_stays_clear_elsewhere(so, image):
    made = Image.new("RGBA", (80, 60), (200, 10, 10, 0))
    made.paste((10, 10, 200, 255), (40, 0, 80, 60))
    so.put_image(image, saved(made, "PNG"))

    jpeg = rendition(so, f"{image}?w=40&type=JPEG", "JPEG").convert("RGB")
    png = rendition(so, f"{image}?w=40", "PNG").convert("RGBA")
    gif = rendition(so, f"{image}?w=40&type=GIF", "GIF").convert("RGBA")

    assert alike([jpeg.getpixel((8, 15)), jpeg.getpixel((32, 15))], [(255,) * 3, (10, 10, 200)])
    assert png.getpixel((8, 15))[3] == 0 and png.getpixel((32, 15))[3] == 255
    assert gif.getpixel((8, 15))[3] == 0 and gif.getpixel((32, 15))[3] == 255


@pytest.mark.parametrize("kind", ["GIF", "TIFF", "WEBP"])
def test_of_several_frames_the_first_is_scaled(so, image, kind):
    others = [Image.new("RGB", (320, 240), (9, 9, 9)) for _ in range(2)]
    content = saved(quarters(), kind, save_all=True, append_images=others)
    so.put_image(image, content)

    made = rendition(so, f"{image}?w=40&type=PNG", "PNG")

    assert made.size == (40, 30)
    assert alike(corners(made), [RED, GREEN, BLUE, YELLOW], 20)
    assert so.get(image).body == content


def test_cut_off_pixels_are_made_as_far_as_they_go(so, image):
    content = saved(quarters((640, 480)), "JPEG")
    so.put_image(image, content[:len(content) * 3 // 4])

    made = rendition(so, f"{image}?w=64", "JPEG")

    assert made.size == (64, 48)
    assert alike([made.getpixel((16, 6))], [RED])


def test_a_picture_that_is_broken_behind_its_header_is_400_and_says_what_to_do(so, image, png):
    content = png[:33] + b"\0" * 40  # IHDR, then no chunk that there is
    broken = saved(quarters(), "WEBP")
    for bad in (content, broken[:30] + b"\0" * (len(broken) - 30)):
        answer = so.put(image, bad, {"Content-Type": "image/png"})
        if answer.status == 400:  # the header's parser knew already
            continue
        answer = so.get(f"{image}?w=10&type=PNG")
        if answer.status != 200:
            check_failure(answer, 400, "SoInvalidArgumentException")
            assert "without w, h and type" in answer.json["Message"]
            assert "/" not in answer.json["Message"]


def test_each_rendition_has_its_tag_and_is_revalidated(so, image):
    so.put_image(image, saved(quarters(), "PNG"))
    paths = [image, f"{image}?w=40", f"{image}?w=41", f"{image}?type=JPEG", f"{image}?w=40&type=gif"]

    tags = [so.get(path).headers["ETag"] for path in paths]

    assert len(set(tags)) == len(tags)
    for path, tag in zip(paths, tags):
        again = so.get(path, {"If-None-Match": tag})
        assert (again.status, again.body, again.headers["ETag"]) == (304, b"", tag)
        assert so.get(path, {"If-Match": '"another"'}).status == 412
        dated = so.get(path, {"If-Modified-Since": so.get(path).headers["Last-Modified"]})
        assert dated.status == 304
    assert so.get(paths[1], {"If-None-Match": tags[2]}).status == 200

    so.put_image(image, saved(quarters((300, 200)), "PNG"))
    assert so.get(paths[1], {"If-None-Match": tags[1]}).status == 200


def test_head_and_ranges_of_a_rendition(so, image):
    so.put_image(image, saved(quarters(), "PNG"))
    path = f"{image}?w=40"
    whole = so.get(path)

    head = so.head(path)
    part = so.get(path, {"Range": "bytes=4-11"})
    rest = so.get(path, {"Range": "bytes=12-", "If-Range": whole.headers["ETag"]})
    stale = so.get(path, {"Range": "bytes=12-", "If-Range": so.get(image).headers["ETag"]})
    behind = so.get(path, {"Range": f"bytes={len(whole.body)}-"})

    assert (head.status, head.body) == (200, b"")
    for name in ("Content-Length", "Content-Type", "ETag", "Last-Modified", "Cache-Control"):
        assert head.headers[name] == whole.headers[name]
    assert (part.status, part.body) == (206, whole.body[4:12])
    assert part.headers["Content-Range"] == f"bytes 4-11/{len(whole.body)}"
    assert (rest.status, rest.body) == (206, whole.body[12:])
    assert (stale.status, stale.body) == (200, whole.body)
    check_failure(behind, 416, "RangeNotSatisfiable")
    assert whole.headers["Cache-Control"] == "private, no-cache"
    assert whole.headers["X-Content-Type-Options"] == "nosniff"


def test_the_largest_picture_is_scaled(so, image):
    large = Image.new("RGB", (8000, 5000), BLUE)
    large.paste(RED, (0, 0, 4000, 2500))
    so.put_image(image, saved(large, "PNG"))

    made = rendition(so, f"{image}?w=4096", "PNG")

    assert made.size == (4096, 2560)
    assert alike([made.getpixel((1000, 600)), made.getpixel((3000, 2000))], [RED, BLUE])


def test_many_at_once_are_served_or_told_to_come_again(server, so, image):
    server.allow("superoffice: busy: ")
    so.put_image(image, saved(quarters((2000, 1500)), "PNG"))
    answers = []

    def ask(width):
        answers.append(server.superoffice.get(f"{image}?w={width}"))

    threads = [threading.Thread(target=ask, args=(100 + number,)) for number in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(answers) == 40
    assert sum(answer.status == 200 for answer in answers) >= 26
    for answer in answers:
        if answer.status != 200:
            assert answer.status == 503 and answer.headers["Retry-After"] == "1"


# Products

@pytest.fixture
def product_image(server):
    return f"Product/{server.record('product')}/Image"


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_products_picture_within_the_bound_is_kept_byte_for_byte(so, product_image, kind):
    content = saved(quarters((1000, 1000)), kind)

    so.put_image(product_image, content)

    assert so.get(product_image).body == content


@pytest.mark.parametrize("size, want", [((1001, 500), (1000, 500)), ((500, 2000), (250, 1000)),
                                        ((1500, 1500), (1000, 1000))])
@pytest.mark.parametrize("kind, stored", [("PNG", "PNG"), ("JPEG", "JPEG"), ("GIF", "GIF"),
                                          ("WEBP", "WEBP"), ("TIFF", "PNG"), ("BMP", "PNG")])
def test_a_larger_one_is_made_to_fit(so, product_image, kind, stored, size, want):
    so.put_image(product_image, saved(quarters(size), kind))

    made = rendition(so, product_image, stored)

    assert made.size == want
    assert alike(corners(made), [RED, GREEN, BLUE, YELLOW], 20)
    info = so.info(product_image + "Info")
    assert info["MimeType"] == MIME[stored]
    assert info["OriginalSize"] == len(so.get(product_image).body)


def test_of_a_large_animation_a_product_keeps_the_first_frame(so, product_image):
    others = [Image.new("RGB", (1200, 600), (9, 9, 9))]
    so.put_image(product_image,
                 saved(quarters((1200, 600)), "GIF", save_all=True, append_images=others))

    made = rendition(so, product_image, "GIF")

    assert made.size == (1000, 500) and made.n_frames == 1
    assert alike(corners(made), [RED, GREEN, BLUE, YELLOW], 20)


def test_the_other_wire_keeps_a_products_picture_as_it_came(server, so, bx):
    product = server.record("product")
    content = saved(quarters((1300, 900)), "PNG")

    bx.add(product, content, role="DETAIL_PICTURE")

    assert so.get(f"Product/{product}/Image").body == content


def test_pictures_of_other_records_are_not_bounded(server, so):
    content = saved(quarters((1300, 900)), "PNG")
    for kind in ("contact", "person", "project"):
        path = f"{kind}/{server.record(kind)}/Image"
        so.put_image(path, content)
        assert so.get(path).body == content


def test_a_large_product_picture_by_form_keeps_its_file_name(so, product_image):
    kind, body = multipart([("image", "front.bmp", None, saved(quarters((1100, 1100)), "BMP"))])

    assert so.put(product_image, body, {"Content-Type": kind}).status == 200

    assert so.info(product_image + "Info")["Description"] == "front.bmp"
    assert rendition(so, product_image, "PNG").size == (1000, 1000)


def test_noise_of_a_product_stays_within_the_bounds(so, product_image):
    so.put_image(product_image, noise((1500, 400)))

    assert rendition(so, product_image, "PNG").size == (1000, 267)


def test_one_pixel_pictures_survive(so, image):
    so.put_image(image, picture("PNG", size=(1, 1)))

    assert rendition(so, f"{image}?w=1&h=1&type=JPEG", "JPEG").size == (1, 1)
