"""Bitrix24: products are found by any of their fields, and their fields are described."""

import pytest

from clients import check_error, missing
from products import KINDS, OFFERS, PHOTOS, PRODUCTS, Products


@pytest.fixture(scope="module")
def shelf(server):
    """Four products of one section, that no other test has."""
    products = Products(server.bitrix24)
    rows = [{"name": "Shelf Ä", "quantity": 2.5, "vatIncluded": "Y", "property7": ["red", "Blue"],
             "dateActiveFrom": "2026-01-01T00:00:00+00:00", "detailTextType": "html", "xmlId": "s-1"},
            {"name": "Shelf b", "quantity": 10, "property7": 12, "detailText": "Oak and iron",
             "dateActiveFrom": "2026-06-01T12:00:00+03:00"},
            {"name": "Shelf c", "weight": 7, "measure": 5, "sort": 100, "property8": "9"},
            {"name": "Shelf d", "active": "N", "code": "shelf-d", "property8": "10"}]
    return [products.add(iblockSectionId=4711, **row)["id"] for row in rows]


@pytest.mark.parametrize("filters, wanted", [
    ({}, "0123"), ({">quantity": 2}, "01"), ({"quantity": "2.5"}, "0"), ({"!quantity": 0}, "01"),
    ({"quantity": [10, 2.5]}, "01"), ({"!@quantity": [10, 2.5]}, "23"), ({"<=quantity": 0}, "23"),
    ({"%quantity": "2."}, "0"), ({"vatIncluded": "Y"}, "0"), ({"VAT_INCLUDED": "N"}, "123"),
    ({"detailTextType": "text"}, "123"), ({"detailText": "Oak and iron"}, "1"),
    ({"%detailText": "OAK"}, "1"), ({"=%detail_text": "%iron"}, "1"), ({"!%detailText": "oak"}, "023"),
    ({">=dateActiveFrom": "2026-06-01T09:00:00Z"}, "1"), ({"<dateActiveFrom": "2027-01-01"}, "01"),
    ({"dateActiveFrom": "2026-06-01T09:00:00+00:00"}, "1"), ({"dateActiveFrom": ""}, "23"),
    ({"!dateActiveFrom": ""}, "01"), ({"weight": 7}, "2"), ({"measure": 5}, "2"), ({"sort": 100}, "2"),
    ({"active": "N"}, "3"), ({"code": "shelf-d"}, "3"), ({"xmlId": "s-1"}, "0"),
    ({"%name": "SHELF ä"}, "0"), ({"property7": "red"}, "0"), ({"property7": "Blue"}, "0"),
    ({"PROPERTY_7": ["Blue", "12"]}, "01"), ({"!property7": "red"}, "123"), ({"property7": ""}, "23"),
    ({"!property7": ""}, "01"), ({"%property7": "BLU"}, "0"), ({"property7": 12}, "1"),
    ({">property8": 9}, "3"), ({"<property8": "10"}, "2"), ({"property999": "x"}, ""),
    ({"!property999": "x"}, "0123"), ({"available": "N"}, "0123"), ({"unheard": 1}, "0123")])
def test_filters_work_on_every_field(products, shelf, filters, wanted):
    assert products.found({"iblockSectionId": 4711, **filters}) == [shelf[int(i)] for i in wanted]


@pytest.mark.parametrize("order, wanted", [
    ({"quantity": "DESC"}, "1023"), ({"weight": "DESC"}, "2013"), ({"name": "desc"}, "0321"),
    ({"sort": "asc"}, "2013"), ({"vatIncluded": "desc", "id": "desc"}, "0321"),
    ({"dateActiveFrom": "asc"}, "2301"), ({"property7": "desc"}, "0123"),
    ({"iblockSectionId": "asc", "ID": "DESC"}, "3210")])
def test_orders_work_on_every_field(products, shelf, order, wanted):
    assert products.found({"iblockSectionId": 4711}, order=order) == [shelf[int(i)] for i in wanted]


def test_dates_of_the_record_are_compared_in_seconds(products, shelf):
    made = products.get(shelf[0])["dateCreate"]
    mine = {"id": shelf[0]}

    for filters, found in (({"dateCreate": made}, True), ({"!dateCreate": made}, False),
                           ({"<dateCreate": made}, False), ({">=timestampX": made}, True),
                           ({"@dateCreate": ["2001-01-01", made]}, True),
                           ({"!@dateCreate": ["2001-01-01", made]}, False)):
        assert bool(products.found({**mine, **filters})) == found, filters


def test_properties_are_selected_by_name(products, shelf):
    rows = products.list({"iblockSectionId": 4711}, ("id", "iblockId", "property7", "PROPERTY_44"))

    assert all(set(row) == {"id", "iblockId", "property7", "property44"} for row in rows)
    assert [one["value"] for one in rows[0]["property7"]] == ["red", "Blue"]
    assert rows[2]["property7"] is None


@pytest.mark.parametrize("kind", KINDS)
def test_pages_of_each_kind_are_walked_by_id(bx, kind):
    parent = Products(bx, "product.sku").add()["id"] if kind == "product.offer" else None
    family = Products(bx, kind, parent)
    mine = {"xmlId": "walk-" + kind}
    made = [family.add(xmlId=mine["xmlId"])["id"] for _ in range(53)]
    found = []

    while True:
        page = family.found({**mine, ">ID": found[-1] if found else 0}, order={"ID": "ASC"},
                            start=-1)
        found += page
        if len(page) < 50:
            break
    assert found == made
    answer = family.call("list", {"filter": {"iblockId": family.block, **mine}, "start": 0}).json
    assert (answer["total"], answer["next"], len(answer["result"][family.many])) == (53, 50, 50)


# getFieldsByFilter

def test_the_fields_of_a_kind_are_described(family):
    filters = {"iblockId": family.block, "productType": family.type}
    fields = family.result("getFieldsByFilter", {"filter": filters})

    assert list(fields) == [family.one]
    described = fields[family.one]
    added = family.add()
    assert set(described) == set(added)
    for name, one in described.items():
        assert {"isImmutable", "isReadOnly", "isRequired", "type"} <= set(one), name
    assert described["id"] == {"isImmutable": False, "isReadOnly": True, "isRequired": False,
                               "type": "integer"}
    assert described["name"]["isRequired"] and described["iblockId"]["isRequired"]
    assert described["quantity"]["type"] == "float" and described["active"]["type"] == "char"
    assert described["detailPicture"]["type"] == "file"
    assert described[PHOTOS[family.block]]["name"] == "MORE_PHOTO"
    assert ("parentId" in described) == (family.type == 4)


def test_the_filter_of_get_fields_is_checked(bx, family):
    check_error(family.call("getFieldsByFilter"), 400, "100", missing("filter"))
    check_error(family.call("getFieldsByFilter", {"filter": {"iblockId": 99, "productType": 1}}),
                400, "200040300000", "Iblock Not Found")
    absent = "iblockId, productType" if family.kind == "product" else "iblockId"
    check_error(family.call("getFieldsByFilter", {"filter": {"x": 1}}), 400, "0",
                f"Required filter fields: {absent}")
    check_error(bx.call("catalog.product.getFieldsByFilter", {"filter": {"iblockId": PRODUCTS}}),
                400, "0", "Required filter fields: productType")
    for filters in ({"iblockId": PRODUCTS, "productType": 4}, {"iblockId": OFFERS, "productType": 1},
                    {"iblockId": PRODUCTS, "productType": 2}):
        check_error(bx.call("catalog.product.getFieldsByFilter", {"filter": filters}), 400, "0",
                    "productType is not allowed for this catalog")
