"""Bitrix24: catalog.productImage.get, list, delete, getFields, and every form of a call."""

import json
import re
import xml.etree.ElementTree as xml

import pytest

from clients import DEMO_AUTH, READER_WEBHOOK, b64, check_envelope, check_error, invalid, missing
from pictures import noise, picture
from wire import php_form

GET, ADD = "catalog.productImage.get", "catalog.productImage.add"
LIST, DELETE = "catalog.productImage.list", "catalog.productImage.delete"
KEYS = ["createTime", "detailUrl", "downloadUrl", "id", "name", "productId", "type"]
FORMS = ["json", "form", "query", "multipart"]
ABSENT = 654_321


@pytest.fixture
def image(bx, product, png):
    """A gallery picture of a new product."""
    return bx.add(product, png, "mug.png")


# get

@pytest.mark.parametrize("form", FORMS)
def test_get_gives_all_seven_fields_in_every_form_of_parameters(bx, product, image, form):
    answer = bx.call(GET, {"productId": product, "id": image["id"]}, form=form)

    assert answer.status == 200, answer
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    body = answer.json
    check_envelope(body)
    assert set(body) == {"result", "time"}
    found = body["result"]["productImage"]
    assert list(found) == KEYS
    assert (found["id"], found["productId"]) == (image["id"], product)
    assert (found["name"], found["type"]) == ("mug.png", "MORE_PHOTO")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", found["createTime"])
    assert found["detailUrl"].startswith("/upload/") and found["detailUrl"].endswith("/mug.png")
    assert found["downloadUrl"].startswith(bx.address.url + "/rest/download.json?token=")


@pytest.mark.parametrize("auth", ["webhook", "bearer", "auth", "access_token"])
@pytest.mark.parametrize("form", FORMS)
def test_every_carrier_of_a_credential_works_in_every_form(bx, form, auth):
    first = bx.images(1)[0]

    found = bx.result(GET, {"productId": 1, "id": first["id"]}, form=form, auth=auth)

    assert found["productImage"]["id"] == first["id"]


def test_the_documented_curl_calls_work(bx):
    first = bx.images(1)[0]["id"]
    headers = {"User-Agent": "curl/7.88.1", "Content-Type": "application/json",
               "Accept": "application/json"}
    by_webhook = json.dumps({"productId": 1, "id": first}, separators=(",", ":")).encode()
    by_token = json.dumps({"productId": 1, "id": first, "auth": DEMO_AUTH}).encode()

    for path, body in ((f"/rest/1/demo-webhook/{GET}", by_webhook), (f"/rest/{GET}", by_token)):
        answer = bx.address.request("POST", path, headers, body)
        assert answer.status == 200, answer
        assert answer.json["result"]["productImage"]["id"] == first


@pytest.mark.parametrize("path", [
    "/rest/1/demo-webhook/{}", "/rest/1/demo-webhook/{}.json", "/rest/1/demo-webhook/{}/",
    "/rest/1/demo-webhook/{}.json/", "/rest/1/demo-webhook//{}", "//rest//1//demo-webhook//{}",
    "/rest/{}?auth=demo-oauth", "/rest/{}.json?auth=demo-oauth", "/rest/{}/?auth=demo-oauth",
    "/rest//{}?auth=demo-oauth", "/rest//{}.json/?auth=demo-oauth"])
@pytest.mark.parametrize("method", [GET, GET.lower(), GET.upper()])
def test_every_form_of_the_address_works(bx, path, method):
    first = bx.images(1)[0]["id"]

    answer = bx.address.request("POST", path.format(method), {"Content-Type": "application/json"},
                                json.dumps({"productId": 1, "id": first}).encode())

    assert answer.status == 200, answer
    assert answer.json["result"]["productImage"]["id"] == first


def test_the_suffix_xml_answers_in_xml(bx):
    first = bx.images(1)[0]
    answer = bx.call(GET + ".xml", {"productId": 1, "id": first["id"]})

    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/xml; charset=utf-8"
    root = xml.fromstring(answer.body)
    assert root.tag == "response"
    assert root.findtext("result/productImage/id") == str(first["id"])
    assert root.findtext("result/productImage/name") == first["name"]
    assert float(root.findtext("time/start")) > 0


def test_errors_with_the_suffix_xml_are_xml(bx):
    answer = bx.call(GET + ".xml", {"productId": 1})

    assert (answer.status, answer.headers["Content-Type"]) == (400, "text/xml; charset=utf-8")
    root = xml.fromstring(answer.body)
    assert root.findtext("error") == "100"
    assert root.findtext("error_description") == missing("id")


@pytest.mark.parametrize("path", ["/rest/api/1/demo-webhook/" + GET, "/rest/api/" + GET])
def test_the_third_edition_of_rest_is_an_unknown_method(bx, path):
    answer = bx.address.request("POST", path, {"Content-Type": "application/json"}, b"{}")

    assert answer.status == 404
    assert answer.json["error"]["code"] == "BITRIX_REST_V3_EXCEPTION_METHODNOTFOUNDEXCEPTION"
    assert answer.json["error"]["message"]


@pytest.mark.parametrize("headers", [{"Content-Type": "text/plain"}, {},
                                     {"Content-Type": "nonsense"}])
def test_a_body_of_another_type_is_read_as_a_query(bx, headers):
    first = bx.images(1)[0]["id"]
    answer = bx.address.request("POST", f"/rest/1/demo-webhook/{GET}", headers,
                                f"productId=1&id={first}".encode())

    assert answer.status == 200, answer


def test_a_post_without_body_takes_the_query(bx):
    first = bx.images(1)[0]["id"]
    answer = bx.address.request("POST", f"/rest/1/demo-webhook/{GET}?productId=1&id={first}",
                                {"Content-Length": "0"})

    assert answer.status == 200, answer


def test_the_body_wins_over_the_query_and_unknown_names_are_passed_over(bx):
    first = bx.images(1)[0]["id"]
    path = f"/rest/1/demo-webhook/{GET}?productId=999&id=999&bx24_request_id=x&bx24_sdk_ver=1"
    parameters = {"productId": 1, "id": first, "unheard": {"of": [1]}}

    for kind, body in (("application/json", json.dumps(parameters)),
                       ("application/json; charset=utf-8", json.dumps(parameters)),
                       ("application/x-www-form-urlencoded", php_form(parameters))):
        answer = bx.address.request("POST", path, {"Content-Type": kind}, body.encode())
        assert answer.status == 200, answer


@pytest.mark.parametrize("value", ["7", 7, 7.0])
def test_whole_numbers_are_taken_as_numbers_and_as_text(bx, value):
    first = bx.images(7)[0]["id"]

    assert bx.result(GET, {"productId": value, "id": str(first)})["productImage"]["id"] == first


@pytest.mark.parametrize("value, shown", [("abc", "abc"), ("", ""), (None, ""), ("1.5", "1.5"),
                                          (1.5, "1.5"), ("1x", "1x"), ("0x1", "0x1")])
def test_what_is_no_whole_number_is_named(bx, value, shown):
    check_error(bx.call(GET, {"productId": 1, "id": value}), 400, "100", invalid(shown, "id"))
    check_error(bx.call(GET, {"productId": value, "id": 1}), 400, "100",
                invalid(shown, "productId"))


@pytest.mark.parametrize("value", [[1], {"a": 1}])
def test_a_list_is_no_number(bx, value):
    check_error(bx.call(GET, {"productId": 1, "id": value}), 400, "100")


@pytest.mark.parametrize("method", [GET, DELETE])
@pytest.mark.parametrize("form", FORMS)
def test_a_missing_parameter_is_named_id_first(bx, method, form):
    for given, name in (({}, "id"), ({"productId": 1}, "id"), ({"id": 1}, "productId"),
                        ({"productId": 1, "ID": 1}, "id")):
        check_error(bx.call(method, given, form=form), 400, "100", missing(name))


def test_an_unknown_product_and_a_foreign_image_are_400(bx, product, image, record):
    other = record("product")

    check_error(bx.call(GET, {"productId": ABSENT, "id": image["id"]}), 400, "0",
                "Product was not found")
    for owner, identity in ((other, image["id"]), (product, ABSENT)):
        check_error(bx.call(GET, {"productId": owner, "id": identity}), 400, "0",
                    "productImage does not exist.")


def test_pictures_of_other_kinds_of_record_are_not_reachable(server, bx, png, product):
    person = server.record("person")
    identity = server.superoffice.put_image(f"Person/{person}/Image", png)

    check_error(bx.call(GET, {"productId": product, "id": identity}), 400, "0",
                "productImage does not exist.")


# list

def test_list_gives_all_in_ascending_order(bx, product, palette):
    roles = [None, "DETAIL_PICTURE", None, "PREVIEW_PICTURE"]
    added = [bx.add(product, picture(colour=next(palette)), role=role) for role in roles]

    answer = bx.call(LIST, {"productId": product})

    assert set(answer.json) == {"result", "total", "time"}
    assert answer.json["total"] == 4
    assert list(answer.json["result"]) == ["productImages"]
    images = answer.json["result"]["productImages"]
    assert [image["id"] for image in images] == sorted(image["id"] for image in added)
    assert all(list(image) == KEYS for image in images)


def test_a_product_without_pictures_has_an_empty_list(bx):
    answer = bx.call(LIST, {"productId": 45})

    assert answer.json["result"] == {"productImages": []}
    assert answer.json["total"] == 0


@pytest.mark.parametrize("form", ["json", "form", "query"])
@pytest.mark.parametrize("select, keys", [(["id", "name"], ["id", "name"]), (["*"], KEYS),
                                          (["name", "unheard", "id"], ["id", "name"]),
                                          (["unheard"], KEYS)])
def test_select_chooses_fields(bx, form, select, keys):
    images = bx.result(LIST, {"productId": 1, "select": select}, form=form)["productImages"]

    assert images and all(list(image) == keys for image in images)


def test_an_empty_select_is_everything(bx):
    assert list(bx.result(LIST, {"productId": 1, "select": []})["productImages"][0]) == KEYS


def test_start_changes_nothing_but_the_total(bx):
    everything = bx.images(1)

    counted = bx.call(LIST, {"productId": 1, "start": 50}).json
    uncounted = bx.call(LIST, {"productId": 1, "start": -1}).json

    ids = [image["id"] for image in everything]
    for answer in (counted, uncounted):
        assert [image["id"] for image in answer["result"]["productImages"]] == ids
        assert "next" not in answer
    assert counted["total"] == len(ids)
    assert "total" not in uncounted


@pytest.mark.parametrize("key", [">id", ">ID"])
@pytest.mark.parametrize("form", ["json", "query"])
def test_a_filter_above_an_id_pages_by_fifty(bx, product, key, form):
    content = noise((4, 4), seed=5)
    ids = [bx.add(product, content)["id"] for _ in range(52)]

    def page(above):
        parameters = {"productId": product, "filter": {key: above}, "start": -1}
        return [image["id"] for image in bx.result(LIST, parameters, form=form)["productImages"]]

    assert page(0) == ids[:50]
    assert page(ids[49]) == ids[50:]
    assert page(ids[51]) == []
    assert len(bx.images(product)) == 52


@pytest.mark.parametrize("parameters, code, text", [
    ({}, "100", missing("productId")), ({"productId": ""}, "100", invalid("", "productId")),
    ({"productId": 0}, "0", "Empty productID"), ({"productId": -1}, "0", "Empty productID"),
    ({"productId": ABSENT}, "0", "Product was not found")])
def test_list_says_what_is_missing_or_wrong(bx, parameters, code, text):
    check_error(bx.call(LIST, parameters), 400, code, text)


# delete

@pytest.mark.parametrize("form", FORMS)
def test_delete_answers_true_once(bx, product, image, form):
    parameters = {"productId": product, "id": image["id"]}

    assert bx.result(DELETE, parameters, form=form) is True

    check_error(bx.call(DELETE, parameters, form=form), 400, "0", "productImage does not exist.")
    assert bx.images(product) == []
    assert bx.fetch(image["detailUrl"]).status == 404


def test_delete_wants_the_owner(bx, product, image, record):
    check_error(bx.call(DELETE, {"productId": record("product"), "id": image["id"]}), 400, "0",
                "productImage does not exist.")
    check_error(bx.call(DELETE, {"productId": ABSENT, "id": ABSENT}), 400, "0",
                "Product was not found")
    assert bx.image(product, image["id"])["id"] == image["id"]


# getFields, rights

def test_get_fields_describes_the_seven(bx):
    fields = bx.result("catalog.productImage.getFields", {"anything": 1})["productImage"]

    def field(kind, read_only=True, required=False):
        return {"isImmutable": False, "isReadOnly": read_only, "isRequired": required, "type": kind}

    assert fields == {"createTime": field("datetime"), "detailUrl": field("string"),
                      "downloadUrl": field("string"), "id": field("integer"),
                      "name": field("string"), "productId": field("string", False, True),
                      "type": field("string", False)}


def test_a_reader_reads_and_is_refused_before_anything_is_looked_at(bx, product, image, png):
    reader = {"webhook": READER_WEBHOOK}
    parameters = {"productId": product, "id": image["id"]}

    assert bx.call(GET, parameters, **reader).status == 200
    assert bx.call(LIST, {"productId": product}, **reader).status == 200
    for owner in (product, ABSENT):
        add = {"fields": {"productId": owner}, "fileContent": ["a.png", b64(png)]}
        check_error(bx.call(ADD, add, **reader), 400, "200040300020", "Access Denied")
        check_error(bx.call(DELETE, {"productId": owner, "id": image["id"]}, **reader), 400,
                    "200040300020", "Access Denied")
    assert [one["id"] for one in bx.images(product)] == [image["id"]]
