"""Bitrix24: products, SKUs, offers and services are made, changed and deleted."""

import re

import pytest

from clients import READER_WEBHOOK, check_error, invalid, missing
from pictures import picture
from products import DEFAULTS, KINDS, OFFERS, PHOTOS, PRODUCTS, VALUES, Products, file_data

ISO = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00"


@pytest.fixture
def fresh(palette):
    return lambda kind="PNG": picture(kind, colour=next(palette))


def test_what_is_added_without_more_has_its_defaults(family):
    added = family.add()

    assert added == family.get(added["id"])
    assert list(added) == sorted(added)
    wanted = {**DEFAULTS, PHOTOS[family.block]: None, "iblockId": family.block, "name": "A thing",
              "type": family.type, "createdBy": 1, "modifiedBy": 1}
    if family.parent:
        assert added.pop("parentId") == {"value": str(family.parent), "valueId": str(added["id"])}
    assert re.fullmatch(ISO, added.pop("dateCreate")) and re.fullmatch(ISO, added.pop("timestampX"))
    assert added.pop("id") > 0
    assert added == wanted


def test_every_field_is_kept(family):
    added = family.add(**VALUES)

    assert {name: added[name] for name in VALUES} == VALUES
    assert family.get(added["id"]) == added
    assert family.list({"id": added["id"]}) == [added]


@pytest.mark.parametrize("form", ["form", "query", "multipart"])
def test_every_field_is_kept_as_text_of_a_form(products, form):
    added = products.add(form, **VALUES)

    assert {name: added[name] for name in VALUES} == VALUES


def test_names_of_fields_are_taken_in_either_spelling(products):
    answer = products.result("add", {"fields": {"IBLOCK_ID": PRODUCTS, "NAME": "A", "XML_ID": "x",
                                                "detail_text": "d", "VAT_INCLUDED": "Y",
                                                "PROPERTY_12": "p"}})["element"]

    assert (answer["name"], answer["xmlId"], answer["detailText"], answer["vatIncluded"]) == \
        ("A", "x", "d", "Y")
    assert answer["property12"]["value"] == "p"


def test_what_is_read_only_or_unknown_is_dropped(products):
    added = products.add(id=5, type=4, available="N", createdBy=77, modifiedBy=77, nonsense=1,
                         dateCreate="2001-01-01T00:00:00+00:00", timestampX="2001-01-01",
                         parentId=46, purchasingPrice=5)

    assert added["id"] != 5 and added["type"] == 1 and added["available"] == "Y"
    assert added["createdBy"] == added["modifiedBy"] == 1
    assert not added["dateCreate"].startswith("2001") and "parentId" not in added
    assert "nonsense" not in added and "purchasingPrice" not in added


def test_an_update_changes_what_it_names(family):
    before = family.add(**VALUES)

    after = family.update(before["id"], name="Kettle", quantity=0, detailText="", measure=None,
                          canBuyZero="N", dateActiveTo="")

    changed = {"name": "Kettle", "quantity": None, "detailText": None, "measure": None,
               "canBuyZero": "N", "dateActiveTo": None}
    assert {**after, "timestampX": 0} == {**before, **changed, "timestampX": 0}
    assert family.get(before["id"]) == after


def test_an_empty_update_changes_nothing(family):
    before = family.add(**VALUES)

    assert family.update(before["id"], nonsense=1) == before


def test_an_update_may_name_its_block(family):
    identity = family.add()["id"]
    other = PRODUCTS + OFFERS - family.block

    assert family.update(identity, iblockId=family.block, code="c")["code"] == "c"
    check_error(family.call("update", {"id": identity, "fields": {"iblockId": other}}), 400, "0",
                "productType is not allowed for this catalog")
    check_error(family.call("update", {"id": identity, "fields": {"iblockId": 99}}), 400,
                "200040300000", "Iblock Not Found")


def test_what_is_deleted_is_gone_with_its_pictures(family, fresh):
    added = family.add(detailPicture=file_data(fresh()))
    link = family.bx.images(added["id"])[0]["detailUrl"]

    assert family.result("delete", {"id": added["id"]}) is True

    gone = f"{family.one} does not exist."
    for verb, parameters in (("get", {}), ("delete", {}), ("update", {"fields": {"name": "x"}})):
        check_error(family.call(verb, {"id": added["id"], **parameters}), 400, "0", gone)
    assert family.bx.fetch(link).status == 404
    assert family.found({"id": added["id"]}) == []


def test_variations_go_with_their_parent(bx, parent):
    offer = Products(bx, "product.offer", parent).add()["id"]

    Products(bx, "product.sku").result("delete", {"id": parent})

    check_error(bx.call("catalog.product.offer.get", {"id": offer}), 400, "0",
                "offer does not exist.")


def test_a_kind_is_not_found_as_another(bx, family):
    identity = family.add()["id"]

    for kind, (_, _, one, _, _) in KINDS.items():
        if kind != family.kind:
            for verb, more in (("get", {}), ("delete", {}), ("update", {"fields": {}})):
                check_error(bx.call(f"catalog.{kind}.{verb}", {"id": identity, **more}), 400, "0",
                            f"{one} does not exist.")


# what is wrong

@pytest.mark.parametrize("fields, absent", [
    ({}, "iblockId, name"), ({"name": "x"}, "iblockId"), ({"iblockId": PRODUCTS}, "name"),
    ({"iblockId": "", "name": ""}, "iblockId, name"), ({"iblockId": OFFERS, "name": None}, "name")])
@pytest.mark.parametrize("kind", KINDS)
def test_required_fields_are_named(bx, kind, fields, absent):
    check_error(bx.call(f"catalog.{kind}.add", {"fields": fields}), 400, "0",
                f"Required fields: {absent}")


def test_parameters_are_bound_first(family):
    for verb in ("get", "delete", "update"):
        check_error(family.call(verb), 400, "100", missing("id"))
        check_error(family.call(verb, {"ID": 1}), 400, "100", missing("id"))
        check_error(family.call(verb, {"id": "x"}), 400, "100", invalid("x", "id"))
        check_error(family.call(verb, {"id": 2**40, "fields": {}}), 400, "0",
                    f"{family.one} does not exist.")
    check_error(family.call("add"), 400, "100", missing("fields"))
    check_error(family.call("update", {"id": 1}), 400, "100", missing("fields"))
    check_error(family.call("add", {"fields": "x"}), 400, "100", invalid("x", "fields", "array"))


def test_blocks_are_checked(family):
    other = PRODUCTS + OFFERS - family.block
    fields = family.fields()

    check_error(family.call("add", {"fields": {**fields, "iblockId": other}}), 400, "0",
                "productType is not allowed for this catalog")
    check_error(family.call("add", {"fields": {**fields, "iblockId": 999}}), 400, "200040300000",
                "Iblock Not Found")
    check_error(family.call("add", {"fields": {**fields, "iblockId": "x"}}), 400, "200040300000",
                "Iblock Not Found")


def test_a_reader_changes_nothing(family):
    identity = family.add()["id"]

    for verb, parameters in (("add", {"fields": family.fields()}), ("delete", {"id": identity}),
                             ("update", {"id": identity, "fields": {"name": "x"}}),
                             ("add", {"fields": {}}), ("delete", {"id": 2**31})):
        check_error(family.call(verb, parameters, webhook=READER_WEBHOOK), 400, "200040300040",
                    "Access Denied")
    assert family.result("get", {"id": identity}, webhook=READER_WEBHOOK)[family.one]["name"] == \
        "A thing"


@pytest.mark.parametrize("name, value, kind", [
    ("quantity", "many", "float"), ("weight", [1], "string"), ("measure", 1.5, "int"),
    ("sort", "x", "int"), ("sort", 2**40, "int"), ("sort", -1, "int"),
    ("dateActiveFrom", "yesterday", "datetime"), ("dateActiveTo", "2026-02-30", "datetime"),
    ("detailText", {"a": 1}, "string"), ("code", ["x"], "string"), ("vatId", "1e", "int"),
    ("iblockSection", ["x"], "int"), ("iblockSectionId", "x", "int")])
def test_values_of_another_type_are_refused(products, name, value, kind):
    shown = "Array" if isinstance(value, dict) or (isinstance(value, list) and kind == "string") \
        else value[0] if isinstance(value, list) else value
    identity = products.add()["id"]

    for verb, parameters in (("add", {"fields": products.fields(**{name: value})}),
                             ("update", {"id": identity, "fields": {name: value}})):
        answer = products.call(verb, parameters)
        check_error(answer, 400, "100")
        assert invalid(shown, name, kind) in answer.json["error_description"] or \
            name == "iblockSectionId"


def test_names_have_bounds(products):
    identity = products.add()["id"]

    check_error(products.call("add", {"fields": products.fields(name="  ")}), 400, "0",
                "Required fields: name")
    check_error(products.call("update", {"id": identity, "fields": {"name": ""}}), 400, "0",
                "Required fields: name")
    check_error(products.call("update", {"id": identity, "fields": {
        "name": "x" * 1021, "detailPicture": file_data(picture())}}), 400, "0")
    assert products.bx.images(identity) == []
    assert products.get(identity)["name"] == "A thing"


@pytest.mark.parametrize("written, read", [
    ("2026-09-21", "2026-09-21T00:00:00+00:00"), ("2026-09-21T13:33", "2026-09-21T13:33:00+00:00"),
    ("2026-09-21T13:33:20+03:00", "2026-09-21T10:33:20+00:00"),
    ("2026-09-21T13:33:20.123Z", "2026-09-21T13:33:20+00:00"),
    ("2026-09-21 13:33:20", "2026-09-21T13:33:20+00:00"),
    ("2026-09-21T13:33:20+0300", "2026-09-21T10:33:20+00:00")])
def test_dates_are_taken_in_the_usual_forms(products, written, read):
    assert products.add(dateActiveFrom=written)["dateActiveFrom"] == read


@pytest.mark.parametrize("written, main, all_", [
    ({"iblockSectionId": 7}, 7, [7]), ({"iblockSection": [9, "8", 9]}, 9, [9, 8]),
    ({"iblockSection": [8], "iblockSectionId": "7"}, 7, [8, 7]), ({"iblockSection": []}, None, None),
    ({"iblockSectionId": 0}, None, None)])
def test_sections_and_the_main_one_of_them(products, written, main, all_):
    added = products.add(**written)

    assert (added["iblockSectionId"], added["iblockSection"]) == (main, all_)


# variations

@pytest.mark.parametrize("form", [lambda parent: parent, str, lambda parent: {"value": parent},
                                  lambda parent: {"value": str(parent), "valueId": "9"}])
def test_a_variation_names_its_parent(bx, parent, form):
    offers = Products(bx, "product.offer", form(parent))
    offer = offers.add()

    assert offer["parentId"] == {"value": str(parent), "valueId": str(offer["id"])}
    assert offers.found({"parentId": parent}) == [offer["id"]]


def test_a_variation_moves_to_another_parent(bx, parent):
    offers = Products(bx, "product.offer", parent)
    other = Products(bx, "product.sku").add()["id"]
    simple = Products(bx).add()["id"]
    offer = offers.add()["id"]

    assert offers.update(offer, parentId={"value": other})["parentId"]["value"] == str(other)
    for wrong in (simple, offer, 10**9):
        check_error(offers.call("update", {"id": offer, "fields": {"parentId": wrong}}), 400, "0",
                    f"product {wrong} is not the parent of variations")
        check_error(offers.call("add", {"fields": offers.fields(parentId=wrong)}), 400, "0",
                    f"product {wrong} is not the parent of variations")
    assert offers.get(offer)["parentId"]["value"] == str(other)
    check_error(offers.call("update", {"id": offer, "fields": {"parentId": "x"}}), 400, "100",
                invalid("x", "parentId"))


def test_a_variation_may_be_without_a_parent(bx, parent):
    offers = Products(bx, "product.offer")
    offer = offers.add(xmlId="orphan")

    assert (offer["parentId"], offer["type"]) == (None, 5)
    assert offers.found({"xmlId": "orphan", "type": 5}) == [offer["id"]]
    assert offers.found({"xmlId": "orphan", "!type": 5}) == []
    assert offers.update(offer["id"], parentId=parent)["type"] == 4
    assert offers.found({"xmlId": "orphan", "type": 4}) == [offer["id"]]
    assert offers.update(offer["id"], parentId=None)["parentId"] is None


# property<N>

def test_properties_come_back_in_their_shapes(products):
    added = products.add(property91={"value": "text"}, property92=[{"value": "a"}, {"value": "b"}],
                         property93=12.5, property94=["x", "y"], property9={
                             "value": {"text": "<i>i</i>", "type": "HTML"}}, property95="")

    assert added["property91"] == {"value": "text", "valueId": added["property91"]["valueId"]}
    assert [one["value"] for one in added["property92"]] == ["a", "b"]
    assert added["property93"]["value"] == 12.5
    assert [one["value"] for one in added["property94"]] == ["x", "y"]
    assert added["property9"]["value"] == {"text": "<i>i</i>", "type": "HTML"}
    assert added["property95"] is None
    ids = [one["valueId"] for one in added["property92"] + added["property94"]]
    assert len(set(ids)) == 4 and all(isinstance(one, str) for one in ids)
    assert [name for name in added if name.startswith("property")] == \
        ["property9", "property44", "property91", "property92", "property93", "property94",
         "property95"]


def test_values_are_kept_by_their_ids(products):
    before = products.add(property7=["a", "b", "c"], property8="one")
    a, _, c = before["property7"]

    after = products.update(before["id"], property8="two", property7=[
        {"valueId": c["valueId"]}, {"value": "A", "valueId": a["valueId"]}, {"value": "d"}])

    assert after["property7"][:2] == [c, {"value": "A", "valueId": a["valueId"]}]
    assert after["property7"][2]["value"] == "d"
    assert after["property7"][2]["valueId"] not in [one["valueId"] for one in before["property7"]]
    assert after["property8"] == {"value": "two", "valueId": before["property8"]["valueId"]}
    assert products.update(before["id"], property7=None)["property7"] is None


def test_properties_of_forms_are_the_same(products):
    added = products.add("form", property7=[{"value": "a"}, {"value": "b"}],
                         property8={"value": "c"}, property9="d")

    assert [one["value"] for one in added["property7"]] == ["a", "b"]
    assert added["property8"]["value"] == "c" and added["property9"]["value"] == "d"


# the other wire

def test_both_wires_show_what_either_changed(so, products):
    added = products.add(name="Cup", quantity=5, property7="p", code="c-1")
    path = f"Product/{added['id']}"

    entity = so.get(path).json
    assert (entity["Name"], entity["Code"], entity["InAssortment"]) == ("Cup", "c-1", True)
    changed = so.put(path, json={**entity, "Name": "Mug", "InAssortment": False,
                                 "Supplier": "Acme", "UnitListPrice": 19.5})
    assert changed.status == 200, changed

    row = products.get(added["id"])
    assert (row["name"], row["active"], row["quantity"]) == ("Mug", "N", 5)
    assert row["property7"] == added["property7"]
    products.update(added["id"], name="Jug", active="Y", weight=3)
    entity = so.get(path).json
    assert (entity["Name"], entity["InAssortment"]) == ("Jug", True)
    assert (entity["Supplier"], entity["UnitListPrice"]) == ("Acme", 19.5)
    assert not {"weight", "quantity", "property7"} & set(entity)


def test_what_superoffice_makes_is_a_product_with_defaults(so, products, fresh):
    identity = so.post("Product", json={"Name": "Made elsewhere"}).json["ProductId"]
    picture_id = so.put_image(f"Product/{identity}/Image", fresh())

    row = products.get(identity)
    assert {name: row[name] for name in DEFAULTS if name not in ("detailPicture", "active")} == \
        {name: value for name, value in DEFAULTS.items() if name not in ("detailPicture", "active")}
    assert row["detailPicture"]["id"] == str(picture_id)
