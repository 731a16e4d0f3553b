"""Bitrix24: the lists in which ids are found."""

import re

import pytest

from clients import READER_WEBHOOK, check_error

PRODUCTS, OFFERS = 14, 15
LISTS = {"catalog.product.sku.list": ("units", PRODUCTS, range(46, 51), {3, 6}),
         "catalog.product.offer.list": ("offers", OFFERS, range(51, 56), {4}),
         "catalog.product.service.list": ("services", PRODUCTS, range(56, 61), {7})}
ALL = [("catalog.product.list", "products", PRODUCTS)] + \
    [(method, key, iblock) for method, (key, iblock, _, _) in LISTS.items()]


def rows(bx, parameters, method="catalog.product.list", key="products", **options):
    wanted = {"select": ["id", "iblockId", "name", "type"], **parameters}
    wanted["filter"] = {"iblockId": PRODUCTS, **parameters.get("filter", {})}
    return bx.result(method, wanted, **options)[key]


def ids(found):
    return [row["id"] for row in found]


def demo(filters):
    """A filter for demo products alone: other tests add products of their own."""
    return {"filter": {"<=id": 60, **filters}}


@pytest.mark.parametrize("form", ["json", "form", "query", "multipart"])
def test_products_are_listed_with_what_was_selected(bx, form):
    found = rows(bx, {"select": ["id", "iblockId", "name"], **demo({"<=id": 3})}, form=form)

    assert ids(found) == [1, 2, 3]
    for row in found:
        assert set(row) == {"id", "iblockId", "name"}
        assert row["iblockId"] == PRODUCTS and isinstance(row["name"], str) and row["name"]


def test_the_demo_products_are_simple_ones(bx):
    found = rows(bx, demo({"<=id": 45}))

    assert ids(found) == list(range(1, 46))
    assert {row["type"] for row in found} == {1}


@pytest.mark.parametrize("method", LISTS)
def test_the_other_kinds_have_lists_of_their_own(bx, method):
    key, iblock, wanted, types = LISTS[method]

    found = rows(bx, demo({"iblockId": iblock}), method, key)

    assert ids(found) == list(wanted)
    assert {row["type"] for row in found} <= types
    assert {row["iblockId"] for row in found} == {iblock}


def test_variations_name_their_parents(bx):
    found = rows(bx, {"select": ["id", "iblockId", "parentId"], **demo({"iblockId": OFFERS})},
                 "catalog.product.offer.list", "offers")

    parents = [row["parentId"]["value"] for row in found]
    assert all(isinstance(parent, str) and 46 <= int(parent) <= 50 for parent in parents)


def test_ids_found_in_a_list_have_pictures(bx):
    for method, key, iblock in ALL:
        first = rows(bx, demo({"iblockId": iblock}), method, key)[0]["id"]
        assert bx.images(first)


@pytest.mark.parametrize("select", [["*"], [], None])
def test_everything_is_selected_by_a_star_or_nothing(bx, select):
    parameters = {"filter": {"iblockId": PRODUCTS, "id": 1}}
    if select is not None:
        parameters["select"] = select
    row = bx.result("catalog.product.list", parameters)["products"][0]

    assert list(row) == sorted(row, key=str)
    for name, value in {"id": 1, "iblockId": PRODUCTS, "active": "Y", "available": "Y", "type": 1,
                        "sort": 500, "xmlId": None}.items():
        if name != "xmlId":
            assert row[name] == value, name
    for name in ("dateCreate", "timestampX"):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", row[name])
    for name in ("code", "xmlId", "previewText", "quantity", "previewPicture", "detailPicture"):
        assert name in row


@pytest.mark.parametrize("select, absent", [(["name"], "id, iblockId"), (["id"], "iblockId"),
                                            (["iblockId", "name"], "id")])
@pytest.mark.parametrize("method", [method for method, _, _ in ALL])
def test_select_must_hold_id_and_iblock_id(bx, method, select, absent):
    for filters in ({"iblockId": PRODUCTS}, {}):
        check_error(bx.call(method, {"select": select, "filter": filters}), 400, "0",
                    f"Required select fields: {absent}")


@pytest.mark.parametrize("parameters", [{}, {"filter": {}}, {"filter": {"id": 1}}])
@pytest.mark.parametrize("method", [method for method, _, _ in ALL])
def test_filter_must_hold_iblock_id(bx, method, parameters):
    check_error(bx.call(method, {"select": ["id", "iblockId"], **parameters}), 400, "0",
                "Required filter fields: iblockId")


@pytest.mark.parametrize("method", [method for method, _, _ in ALL])
def test_an_unknown_block_is_named(bx, method):
    check_error(bx.call(method, {"select": ["id", "iblockId"], "filter": {"iblockId": 999}}), 400,
                "200040300000", "Iblock Not Found")


@pytest.mark.parametrize("method, iblock", [("catalog.product.offer.list", PRODUCTS),
                                            ("catalog.product.sku.list", OFFERS),
                                            ("catalog.product.service.list", OFFERS)])
def test_a_block_of_another_kind_is_refused(bx, method, iblock):
    answer = bx.call(method, {"select": ["id", "iblockId"], "filter": {"iblockId": iblock}})

    check_error(answer, 400, "0")
    assert answer.json["error_description"] in ("iblock is not catalog",
                                                "productType is not allowed for this catalog")


# paging: of the demo products in block 14 there are 55, ids 1-50 and 56-60

def page(bx, start, **filters):
    parameters = {"select": ["id", "iblockId"], "start": start,
                  "filter": {"iblockId": PRODUCTS, "<=id": 60, **filters}}
    return bx.call("catalog.product.list", parameters).json


EVERY = list(range(1, 51)) + list(range(56, 61))


@pytest.mark.parametrize("start", [0, "0", 49])
def test_the_first_page_holds_fifty_and_says_where_the_next_begins(bx, start):
    answer = page(bx, start)

    assert ids(answer["result"]["products"]) == EVERY[:50]
    assert answer["total"] == 55
    assert answer["next"] == 50 and type(answer["next"]) is int


@pytest.mark.parametrize("start", [50, "50", 75, 99])
def test_the_last_page_holds_the_rest(bx, start):
    answer = page(bx, start)

    assert ids(answer["result"]["products"]) == EVERY[50:]
    assert answer["total"] == 55 and "next" not in answer


def test_behind_the_end_there_is_nothing(bx):
    answer = page(bx, 100)

    assert answer["result"] == {"products": []}
    assert answer["total"] == 55 and "next" not in answer


@pytest.mark.parametrize("start", [-1, "-1"])
def test_start_minus_one_does_not_count(bx, start):
    answer = page(bx, start)

    assert ids(answer["result"]["products"]) == EVERY[:50]
    assert "total" not in answer and "next" not in answer


def test_the_list_helper_of_a_client_comes_to_an_end(bx):
    found, last = [], 0
    while True:
        rows_ = bx.result("catalog.product.list", {
            "select": ["id", "iblockId"], "order": {"ID": "ASC"}, "start": -1,
            "filter": {"iblockId": PRODUCTS, "<=ID": 60, ">ID": last}})["products"]
        found += ids(rows_)
        if len(rows_) < 50:
            break
        last = found[-1]
    assert found == EVERY


@pytest.mark.parametrize("filters, wanted", [
    ({"id": 7}, [7]), ({"=id": "7"}, [7]), ({"ID": [3, 1, 2]}, [1, 2, 3]),
    ({"@id": [4, 9]}, [4, 9]),
    ({">id": 43, "<id": 46}, [44, 45]), ({">=id": 44, "<=id": 45}, [44, 45]),
    ({"<=id": 4, "!id": 2}, [1, 3, 4]), ({"<=id": 4, "!=id": [2, 3]}, [1, 4]),
    ({"<=id": 4, "!@id": [2, 3]}, [1, 4]), ({">id": 59, "unheard": 5}, [60]),
    ({"id": 100_001}, [])])
@pytest.mark.parametrize("form", ["json", "query"])
def test_filters_work(bx, filters, wanted, form):
    assert ids(rows(bx, demo(filters), form=form)) == wanted


@pytest.mark.parametrize("block", ["iblockId", "IBLOCK_ID", "iblock_id"])
@pytest.mark.parametrize("name", ["id", "ID"])
def test_names_are_taken_in_either_spelling(bx, block, name):
    answer = bx.result("catalog.product.list", {"select": [name, block], "order": {name: "desc"},
                                                "filter": {block: PRODUCTS, f"<={name}": 3}})

    assert answer["products"] == [{"iblockId": PRODUCTS, "id": each} for each in (3, 2, 1)] or \
        ids(answer["products"]) == [3, 2, 1]


def test_names_are_searched(server, bx):
    identity = server.record("product", "A quite singular samovar")

    for filters in ({"%name": "singular samo"}, {"%NAME": "SINGULAR"},
                    {"name": "A quite singular samovar"}, {"%=name": "A quite sing%"},
                    {"=%name": "%samovar"}):
        assert ids(rows(bx, {"filter": filters})) == [identity], filters
    assert identity not in ids(rows(bx, {"filter": {"!%name": "singular", ">=id": identity}}))


@pytest.mark.parametrize("direction", ["DESC", "desc"])
def test_order_is_reversed_on_demand(bx, direction):
    found = ids(rows(bx, {"order": {"id": direction}, **demo({"<=id": 5})}))

    assert found == [5, 4, 3, 2, 1]


def test_a_reader_lists_too(bx):
    for method, key, iblock in ALL:
        assert rows(bx, demo({"iblockId": iblock}), method, key, webhook=READER_WEBHOOK)


def test_the_catalogs_are_the_products_and_the_offers(bx):
    answer = bx.call("catalog.catalog.list")

    assert answer.status == 200, answer
    catalogs = {row["iblockId"]: row for row in answer.json["result"]["catalogs"]}
    assert list(catalogs) == [PRODUCTS, OFFERS]
    assert answer.json["total"] == 2
    for iblock, row in catalogs.items():
        assert row["id"] == iblock and row["name"] and row["lid"] == "s1"
        assert row["iblockTypeId"] == "CRM_PRODUCT_CATALOG" and row["subscription"] == "N"
    assert catalogs[OFFERS]["productIblockId"] == PRODUCTS
    assert catalogs[PRODUCTS]["productIblockId"] is None


def test_the_way_from_the_catalog_to_a_picture(bx):
    iblock = bx.result("catalog.catalog.list")["catalogs"][0]["iblockId"]
    product = bx.result("catalog.product.list", {"select": ["id", "iblockId", "name"],
                                                 "filter": {"iblockId": iblock}})["products"][0]
    image = bx.result("catalog.productImage.list",
                      {"productId": product["id"]})["productImages"][0]

    assert bx.fetch(image["detailUrl"]).status == 200
