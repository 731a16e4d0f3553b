"""Bitrix24: the pictures among a product's fields are those of productImage."""

import re

import pytest

from clients import b64, check_error, missing
from pictures import picture
from products import PHOTOS, Products, file_data


@pytest.fixture
def fresh(palette):
    return lambda kind="PNG": picture(kind, colour=next(palette))


def test_files_are_in_the_gallery_only(products, fresh):
    check_error(products.call("add", {"fields": products.fields(
        property7={"value": file_data(fresh())})}), 400, "0", "Name file field is not available")


def test_pictures_of_a_product_are_those_of_product_image(family, fresh):
    contents = [fresh(), fresh("JPEG"), fresh(), fresh("GIF")]
    photos = PHOTOS[family.block]
    added = family.add(detailPicture=file_data(contents[0], "d.png"),
                       previewPicture=file_data(contents[1], "p.jpg"),
                       **{photos: [{"value": file_data(contents[2], "a.png")},
                                   {"value": file_data(contents[3], "b.gif")}]})

    images = family.bx.images(added["id"])
    assert [(one["type"], one["name"]) for one in images] == [
        ("DETAIL_PICTURE", "d.png"), ("PREVIEW_PICTURE", "p.jpg"), ("MORE_PHOTO", "a.png"),
        ("MORE_PHOTO", "b.gif")]
    ids = [str(one["id"]) for one in images]
    assert added["detailPicture"]["id"] == ids[0] and added["previewPicture"]["id"] == ids[1]
    assert [one["value"]["id"] for one in added[photos]] == ids[2:]
    assert [one["valueId"] for one in added[photos]] == ids[2:]
    assert [family.bx.fetch(one["detailUrl"]).body for one in images] == contents
    assert family.list({"id": added["id"]}) == [added]
    shown = [added["detailPicture"], added["previewPicture"]] + \
        [one["value"] for one in added[photos]]
    for one, content in zip(shown, contents):
        assert one["url"] == one["urlMachine"]
        answer = family.bx.address.request("GET", one["url"] + "&auth=demo-oauth")
        assert (answer.status, answer.body) == (200, content)


def test_what_product_image_adds_is_in_the_product(bx, products, fresh):
    identity = products.add()["id"]
    detail = bx.add(identity, fresh(), role="DETAIL_PICTURE")["id"]
    photos = [bx.add(identity, fresh())["id"] for _ in range(3)]

    row = products.get(identity)
    assert row["detailPicture"]["id"] == str(detail) and row["previewPicture"] is None
    assert [one["valueId"] for one in row["property44"]] == [str(one) for one in photos]
    bx.result("catalog.productImage.delete", {"productId": identity, "id": detail})
    assert products.get(identity)["detailPicture"] is None


def test_a_picture_is_replaced_removed_and_left(products, fresh):
    before = products.add(detailPicture=file_data(fresh()), previewPicture=file_data(fresh()))

    after = products.update(before["id"], detailPicture=file_data(fresh()),
                            previewPicture=before["previewPicture"])
    assert after["detailPicture"]["id"] != before["detailPicture"]["id"]
    assert after["previewPicture"] == before["previewPicture"]
    after = products.update(before["id"], previewPicture={"remove": "Y"})
    assert after["previewPicture"] is None and after["detailPicture"]
    after = products.update(before["id"], detailPicture={"remove": "N"}, previewPicture=None)
    assert after["detailPicture"]
    assert len(products.bx.images(before["id"])) == 1


def test_photos_are_kept_by_value_id_and_others_go(products, fresh):
    before = products.add(property44=[{"value": file_data(fresh())} for _ in range(4)])
    first, second, third, _ = before["property44"]
    content = fresh()

    after = products.update(before["id"], property44=[
        third, {"valueId": first["valueId"]}, {"value": {"id": second["value"]["id"]}},
        {"value": file_data(content, "new.png")}, {"valueId": "999999999"}])

    assert after["property44"][:3] == [first, second, third]
    assert len(after["property44"]) == 4
    assert products.bx.fetch(products.bx.images(before["id"])[3]["detailUrl"]).body == content
    kept = products.update(before["id"], property44=[
        {"valueId": first["valueId"], "value": {"remove": "Y"}}, second])
    assert kept["property44"] == [second]
    for nothing in (None, ""):
        assert products.update(before["id"], property44=nothing)["property44"] == [second]
    assert products.update(before["id"], property44=[])["property44"] is None
    assert products.bx.images(before["id"]) == []


@pytest.mark.parametrize("form", ["form", "multipart"])
def test_pictures_arrive_in_forms(products, fresh, form):
    contents = [fresh(), fresh()]

    added = products.add(form, detailPicture=file_data(contents[0]),
                         property44=[{"value": file_data(contents[1])}])

    images = products.bx.images(added["id"])
    assert [products.bx.fetch(one["detailUrl"]).body for one in images] == contents


def test_content_without_a_name_gets_one(products, fresh):
    identity = products.add(detailPicture={"fileData": [b64(fresh("JPEG"))]})["id"]

    assert re.fullmatch(r"\S+\.jpg", products.bx.images(identity)[0]["name"])


@pytest.mark.parametrize("data, text", [
    (["a.png", b64(b"no picture")], "Invalid file type."), (["a.png", "%%"], "Could not save image."),
    (["", b64(picture())], "File name is not specified."), ("AAAA", "Could not save image."),
    (["x" * 256, b64(picture())], "File name is too long.")])
@pytest.mark.parametrize("field", ["detailPicture", "previewPicture", "property44"])
def test_a_bad_picture_leaves_everything_as_it_was(products, field, data, text):
    before = products.add(detailPicture=file_data(picture()), xmlId="bad-picture")
    count = len(products.found({"xmlId": "bad-picture"}))
    wrong = {"fileData": data}
    fields = {field: [{"value": wrong}] if field == "property44" else wrong, "name": "changed"}

    for verb, parameters in (("add", {"fields": products.fields(xmlId="bad-picture", **fields)}),
                             ("update", {"id": before["id"], "fields": fields})):
        check_error(products.call(verb, parameters), 400, "0", text)
    assert products.get(before["id"]) == before
    assert len(products.found({"xmlId": "bad-picture"})) == count


# download

def test_files_are_downloaded_by_field(family, fresh):
    contents = [fresh(), fresh()]
    added = family.add(detailPicture=file_data(contents[0]),
                       **{PHOTOS[family.block]: [{"value": file_data(contents[1])}]})
    ids = [added["detailPicture"]["id"], added[PHOTOS[family.block]][0]["value"]["id"]]

    for field, identity, content in (
            ("detailPicture", ids[0], contents[0]), ("DETAIL_PICTURE", ids[0], contents[0]),
            (PHOTOS[family.block], ids[1], contents[1]),
            (PHOTOS[family.block].upper().replace("Y", "Y_"), ids[1], contents[1])):
        fields = {"fieldName": field, "fileId": identity, "productId": added["id"]}
        for kind in (family.kind, "product"):
            answer = family.bx.call(f"catalog.{kind}.download", {"fields": fields}, form="query")
            assert (answer.status, answer.body) == (200, content), field
            assert answer.headers["Content-Type"] == "image/png"

    def wrong(**fields):
        return family.call("download", {"fields": {"fieldName": "detailPicture", "fileId": ids[0],
                                                   "productId": added["id"], **fields}})
    check_error(wrong(fileId=ids[1]), 400, "0", "Product file wrong")
    check_error(wrong(fieldName="previewPicture"), 400, "0", "Product is empty")
    check_error(wrong(fieldName="name"), 400, "0", "Name file field is not available")
    check_error(wrong(fieldName="property7"), 400, "0", "Name file field is not available")
    check_error(wrong(productId=10**9), 400, "0", "Product was not found")
    check_error(wrong(fieldName=None, fileId=""), 400, "0", "Required fields: fieldName, fileId")
    check_error(family.call("download"), 400, "100", missing("fields"))


def test_a_kind_downloads_its_own(bx, products, fresh):
    added = products.add(detailPicture=file_data(fresh()))
    fields = {"fieldName": "detailPicture", "fileId": added["detailPicture"]["id"],
              "productId": added["id"]}

    for kind in ("product.sku", "product.offer", "product.service"):
        check_error(bx.call(f"catalog.{kind}.download", {"fields": fields}), 400, "0",
                    "Product was not found")


# client flows

def test_flow_a_key_finds_the_product_and_its_pictures(bx, products, fresh):
    content = fresh()
    products.add(name="Flow A lamp", xmlId="flow-a", detailPicture=file_data(content, "lamp.png"))
    block = bx.result("catalog.catalog.list")["catalogs"][0]["iblockId"]

    for filters in ({"xmlId": "flow-a"}, {"%name": "flow a LAMP"}, {"=name": "Flow A lamp"}):
        rows = bx.result("catalog.product.list", {
            "select": ["id", "iblockId", "name"], "filter": {"iblockId": block, **filters}})
        (row,) = rows["products"]
        (image,) = bx.images(row["id"])
        assert bx.fetch(image["detailUrl"]).body == content


def test_flow_b_a_marketplace_imports_pictures(bx, fresh):
    urls = ["https://cdn.example.com/i/9/front", "https://cdn.example.com/i/9/side.jpeg?w=800",
            "https://cdn.example.com/i/9/back.png", "https://cdn.example.com/i/9/%D1%81.webp"]
    contents = [fresh("JPEG"), fresh("JPEG"), fresh("PNG"), fresh("WEBP")]
    identity = Products(bx).add("form", name="Imported", xmlId="flow-b")["id"]

    for index, (url, content) in enumerate(zip(urls, contents)):
        bx.add(identity, content, url.rsplit("/", 1)[1], None if index else "DETAIL_PICTURE",
               form="form")

    images = bx.images(identity)
    assert [one["type"] for one in images] == ["DETAIL_PICTURE"] + ["MORE_PHOTO"] * 3
    assert [bx.fetch(one["detailUrl"]).body for one in images] == contents
    assert images[0]["name"] == "front.jpg" and images[2]["name"] == "back.png"
    row = Products(bx).get(identity)
    assert row["detailPicture"]["id"] == str(images[0]["id"]) and len(row["property44"]) == 3
