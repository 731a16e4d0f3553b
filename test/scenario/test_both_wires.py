"""One store under both wires: what is written through one is read through the other at once."""

import pytest

from clients import check_error
from pictures import picture

DETAIL, PREVIEW, MORE = "DETAIL_PICTURE", "PREVIEW_PICTURE", "MORE_PHOTO"


@pytest.fixture
def image(product):
    return f"Product/{product}/Image"


@pytest.fixture
def fresh(palette):
    return lambda kind="PNG": picture(kind, colour=next(palette))


def test_put_by_superoffice_is_read_by_bitrix24(so, bx, product, image, fresh):
    content = fresh()
    identity = so.put_image(image, content)

    images = bx.images(product)

    assert [(one["id"], one["type"]) for one in images] == [(identity, DETAIL)]
    assert images[0]["name"].endswith(".png")
    assert bx.image(product, identity) == images[0]
    assert bx.fetch(images[0]["downloadUrl"]).body == content
    assert bx.fetch(images[0]["detailUrl"]).body == content


@pytest.mark.parametrize("role", [DETAIL, PREVIEW, MORE])
def test_added_by_bitrix24_is_read_by_superoffice(so, bx, product, image, fresh, role):
    content = fresh("JPEG")
    added = bx.add(product, content, "cup.jpg", role)

    answer, info = so.get(image), so.info(image + "Info")

    assert (answer.body, answer.headers["Content-Type"]) == (content, "image/jpeg")
    assert (info["BlobId"], info["MimeType"]) == (added["id"], "image/jpeg")
    assert info["OriginalSize"] == len(content)
    assert info["CreatedBy"]["AssociateId"] == 1


def test_deleted_by_one_is_gone_for_the_other(so, bx, product, image, fresh):
    so.put_image(image, fresh())
    so.delete(image)
    assert bx.images(product) == []

    added = bx.add(product, fresh())
    bx.result("catalog.productImage.delete", {"productId": product, "id": added["id"]})
    assert so.get(image).status == 404
    assert so.info(image + "Info")["BlobId"] == 0


def test_the_picture_you_see_is_detail_else_preview_else_the_oldest_photo(so, bx, product, image,
                                                                          fresh):
    steps = [(MORE, True), (MORE, False), (PREVIEW, True), (MORE, False), (DETAIL, True)]
    for role, becomes_visible in steps:
        before = so.get(image).body
        content = fresh()
        added = bx.add(product, content, role=role)

        assert so.get(image).body == (content if becomes_visible else before), role
        assert (so.info(image + "Info")["BlobId"] == added["id"]) == becomes_visible


@pytest.mark.parametrize("roles, seen", [([MORE, MORE], 0), ([MORE, PREVIEW], 1),
                                         ([PREVIEW, MORE, DETAIL], 2), ([DETAIL, PREVIEW], 0)])
def test_the_picture_you_see_is_the_picture_you_change(so, bx, product, image, fresh, roles, seen):
    added = [bx.add(product, fresh(), f"{index}.png", role) for index, role in enumerate(roles)]
    content = fresh("GIF")

    assert so.put_image(image, content) == added[seen]["id"]
    assert so.put(image + "Info", json={"Description": "changed"}).json["BlobId"] == \
        added[seen]["id"]

    now = {one["id"]: one for one in bx.images(product)}
    assert [now[one["id"]]["type"] for one in added] == roles
    assert bx.fetch(now[added[seen]["id"]]["detailUrl"]).body == content
    for index, one in enumerate(added):
        if index != seen:
            assert now[one["id"]]["detailUrl"] == one["detailUrl"]
            assert bx.fetch(one["detailUrl"]).body != content


def test_each_delete_uncovers_the_next_picture(so, bx, product, image, fresh):
    pictures = {}
    for role in (MORE, PREVIEW, DETAIL):
        pictures[role] = fresh()
        bx.add(product, pictures[role], role=role)

    for role in (DETAIL, PREVIEW, MORE):
        assert so.get(image).body == pictures[role]
        assert so.delete(image).status == 204
    assert so.get(image).status == 404
    assert bx.images(product) == []


def test_put_keeps_the_id_and_add_gives_a_new_one(so, bx, product, image, fresh):
    first = so.put_image(image, fresh())
    assert so.put_image(image, fresh()) == first

    second = bx.add(product, fresh(), role=DETAIL)["id"]

    assert second != first
    assert so.info(image + "Info")["BlobId"] == second
    assert so.put_image(image, fresh()) == second
    assert [one["id"] for one in bx.images(product)] == [second]


def test_new_bytes_under_an_old_id_get_new_links(so, bx, product, image, fresh):
    so.put_image(image, fresh())
    old = bx.images(product)[0]
    assert bx.fetch(old["detailUrl"]).status == 200

    content = fresh("JPEG")
    so.put_image(image, content)

    new = bx.images(product)[0]
    assert new["id"] == old["id"] and new["detailUrl"] != old["detailUrl"]
    assert bx.fetch(new["detailUrl"]).body == bx.fetch(new["downloadUrl"]).body == content
    for link in ("detailUrl", "downloadUrl"):
        check_error(bx.fetch(old[link]), 404, "ERROR_NOT_FOUND")


def test_replacing_by_put_keeps_the_name_that_bitrix24_gave(so, bx, product, image, fresh):
    bx.add(product, fresh(), "cup.png", DETAIL)

    so.put_image(image, fresh())

    assert bx.images(product)[0]["name"] == "cup.png"


def test_equal_bytes_in_two_places_are_independent(server, so, bx, product, image, fresh):
    content = fresh()
    added = bx.add(product, content)
    other = f"Contact/{server.record('contact')}/Image"
    so.put_image(other, content)
    so.put_image(image, fresh())

    assert so.get(other).body == content
    bx.result("catalog.productImage.delete", {"productId": product, "id": added["id"]})
    assert so.get(other).body == content
    server.check()


def test_every_write_is_seen_by_the_other_wire_in_the_next_request(so, bx, product, image, fresh):
    for _ in range(15):
        content = fresh()
        so.put_image(image, content)
        assert bx.fetch(bx.images(product)[0]["downloadUrl"]).body == content
        content = fresh("JPEG")
        bx.add(product, content, "a.jpg", DETAIL)
        assert so.get(image).body == content


def test_a_reader_of_one_wire_sees_what_the_other_wrote(server, so, product, image, fresh):
    content = fresh()
    so.put_image(image, content)

    reader = server.bitrix24
    reader.webhook = "2/reader-webhook"
    assert reader.fetch(reader.images(product)[0]["downloadUrl"]).body == content
    assert server.reader.get(image).body == content
