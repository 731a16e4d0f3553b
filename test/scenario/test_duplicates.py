"""`cameo duplicates`: the same bytes, the same pixels, alike; and neither what is not."""

import io

import pytest
from PIL import Image

import program
from looks import all_seen, duplicates, groups, put, saved, scene
from pictures import ORIENTATION
from program import refused


def segment(marker, data):
    return bytes((0xFF, marker)) + (len(data) + 2).to_bytes(2, "big") + data


def with_metadata(jpeg, *segments):
    """The same JPEG with other segments behind its start: nothing is compressed again."""
    return jpeg[:2] + b"".join(segments) + jpeg[2:]


def exif(orientation=None):
    block = Image.Exif()
    block[0x010E] = "a description"
    if orientation:
        block[ORIENTATION] = orientation
    return segment(0xE1, block.tobytes())


def name(record, kind="person"):
    return f"{kind}:{record}"


@pytest.fixture
def image():
    return scene(41)


def test_the_same_file_on_two_products(store, image):
    content = saved(image, "JPEG")
    first, second, other = (put(store, one, "product")
                            for one in (content, content, saved(scene(42), "JPEG")))

    found = duplicates(store, "--now")

    assert groups(found["bytes"]) == [[name(first, "product"), name(second, "product")]]
    assert found["pixels"] == found["looks"] == []
    assert name(other, "product") not in str(found)
    assert found["bytes"][0].items() >= {"group": 1, "role": "DETAIL_PICTURE",
                                         "name": "a picture.jpg"}.items()


def test_the_same_jpeg_under_other_metadata(store, image):
    plain = saved(image, "JPEG")
    versions = [plain, with_metadata(plain, exif()), with_metadata(plain, exif(1)),
                with_metadata(plain, segment(0xFE, b"a comment")),
                with_metadata(plain, segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x/>")),
                plain + b"something behind its end"]
    people = [name(put(store, one)) for one in versions]
    put(store, with_metadata(plain, exif(6)))  # turned: other pixels, another look

    found = duplicates(store, "--now")

    assert groups(found["pixels"]) == [people]
    assert found["bytes"] == found["looks"] == []


def test_the_same_pixels_in_other_types_are_in_one_list_only(store, image):
    people = [name(put(store, one)) for one in (
        saved(image), saved(image, "BMP"), saved(image, "TIFF"),
        saved(image, "WEBP", lossless=True))]

    found = duplicates(store, "--now")

    assert groups(found["pixels"]) == [people]
    assert found["bytes"] == found["looks"] == []


def test_scaled_and_compressed_copies_are_alike(store, image):
    people = [name(put(store, one)) for one in (
        saved(image), saved(image.resize((160, 120))), saved(image, "JPEG", quality=40),
        saved(image.resize((640, 480)), "WEBP", quality=60))]
    for seed in range(50, 60):
        put(store, saved(scene(seed)))

    found = duplicates(store, "--now")

    assert groups(found["looks"]) == [people]
    assert found["bytes"] == found["pixels"] == []


def test_one_picture_may_be_in_all_three(store, image):
    png, half = saved(image), saved(image.resize((160, 120)))
    one, same, bmp, small = (name(put(store, content))
                             for content in (png, png, saved(image, "BMP"), half))

    found = duplicates(store, "--now")

    assert groups(found["bytes"]) == [[one, same]]
    assert groups(found["pixels"]) == [[one, same, bmp]]
    assert groups(found["looks"]) == [[one, same, bmp, small]]


def test_the_same_shapes_in_other_colours_are_not_alike(store, image):
    red, green, blue = image.split()
    put(store, saved(image))
    put(store, saved(Image.merge("RGB", (blue, green, red))))

    assert duplicates(store, "--now")["looks"] == []


def test_pictures_of_one_colour_are_not_alike(store):
    for colour in ((200, 0, 0), (201, 0, 0), (0, 90, 0), (255, 255, 255), (254, 255, 255)):
        put(store, saved(Image.new("RGB", (300, 200), colour)))
        put(store, saved(Image.new("RGB", (30, 20), colour)))

    found = duplicates(store, "--now")

    assert found["bytes"] == found["pixels"] == found["looks"] == []


def test_what_came_over_http_is_found_on_records_of_any_kind(fresh_server):
    agent = fresh_server.superoffice
    content = saved(scene(43, (64, 64)))
    first, second = fresh_server.record("person"), fresh_server.record("contact")
    agent.put_image(f"Person/{first}/Image", content)
    agent.put_image(f"Contact/{second}/Image", content)

    rows = [row for row in all_seen(fresh_server)["bytes"]
            if row["record"] in (name(first), name(second, "contact"))]

    assert len({row["picture"] for row in rows}) == 2 and len({row["group"] for row in rows}) == 1


def test_a_deleted_picture_is_a_duplicate_of_nothing(store, image):
    first, second = put(store, saved(image)), put(store, saved(image))
    assert len(duplicates(store)["bytes"]) == 2
    store.run("picture", "delete", "person", second)

    assert duplicates(store)["bytes"] == []
    assert first


def test_lists_for_people_say_what_was_not_looked_at(store, image):
    put(store, saved(image))
    put(store, saved(image))
    put(store, saved(image.resize((300, 225))))

    text = program.cameo("duplicates", store.directory).text
    assert "the same bytes: 1 group\ngroup\tpicture\trecord\trole\tname\n1\t1\t" in text
    assert "the same pixels in other bytes: 0 groups" in text and "alike: 0 groups" in text
    assert "not looked at yet" in text and "3 pictures (--now looks)" in text

    text = program.cameo("duplicates", store.directory, "--now").text
    assert "not looked at" not in text and "alike: 1 group\n" in text


def test_one_list_alone(store, image):
    put(store, saved(image))
    put(store, saved(image))

    for by in ("bytes", "pixels", "looks"):
        assert set(duplicates(store, "--by", by)) == {by, "unseen"}
    text = program.cameo("duplicates", store.directory, "--by", "bytes").text
    assert text.startswith("the same bytes: 1 group\n") and "alike" not in text
    refused(2, "duplicates", store.directory, "--by", "smell", says=b"bytes, pixels, looks")
    refused(2, "duplicates")


def test_an_empty_store_has_none(store):
    assert duplicates(store, "--now") == {"bytes": [], "pixels": [], "looks": [], "unseen": 0}


def test_other_metadata_leave_a_picture_that_others_open(image):
    plain = saved(image, "JPEG")
    again = Image.open(io.BytesIO(with_metadata(plain, exif(6))))
    assert again.getexif()[ORIENTATION] == 6 and again.size == image.size
