"""Bitrix24: batch."""

import json
import time
import urllib.parse

import pytest

from clients import READER_WEBHOOK, b64, check_error
from pictures import noise, padded
from wire import php_form

LIST, ADD = "catalog.productImage.list", "catalog.productImage.add"
GET, DELETE = "catalog.productImage.get", "catalog.productImage.delete"
PARTS = ["result", "result_error", "result_total", "result_next", "result_time"]
NOT_ALLOWED = {"error": "ERROR_BATCH_METHOD_NOT_ALLOWED",
               "error_description": "Method is not allowed for batch usage"}
TOO_MANY = {"error": "ERROR_BATCH_LENGTH_EXCEEDED",
            "error_description": "Max batch length exceeded"}
UNKNOWN = {"error": "ERROR_METHOD_NOT_FOUND", "error_description": "Method not found!"}
ABSENT = 654_321


def command(method, parameters=None):
    """As PHP's http_build_query writes it."""
    return method + "?" + php_form(parameters) if parameters else method


def batch(bx, commands, halt=0, **options):
    """The five maps; what holds of every batch is checked."""
    maps = bx.result("batch", {"halt": halt, "cmd": commands}, **options)
    check_maps(maps)
    return maps


def check_maps(maps):
    assert list(maps) == PARTS
    for name in PARTS:
        assert isinstance(maps[name], (dict, list)), maps
        assert maps[name] != {}, maps
    results, times = dict(entries(maps["result"])), dict(entries(maps["result_time"]))
    assert results.keys() == times.keys()
    for one in times.values():
        assert one["finish"] >= one["start"] > 1_500_000_000 and one["processing"] >= 0
        assert len(one["date_start"]) == len(one["date_finish"]) == 25
        assert "operating_reset_at" not in one or isinstance(one["operating_reset_at"], int)
    for key, failure in entries(maps["result_error"]):
        assert key not in results
        assert isinstance(failure["error"], str), failure
        assert isinstance(failure["error_description"], str), failure
    for name in ("result_total", "result_next"):
        assert all(isinstance(count, int) for _, count in entries(maps[name]))


def entries(part):
    return part.items() if isinstance(part, dict) else \
        [(str(number), value) for number, value in enumerate(part)]


@pytest.mark.parametrize("form", ["json", "form", "query", "multipart"])
def test_every_form_of_a_batch_is_understood(bx, product, png, form):
    image = bx.add(product, png)

    maps = batch(bx, {"mine": command(LIST, {"productId": product, "select": ["id", "name"]}),
                      "none": command(GET, {"productId": product, "id": ABSENT}),
                      "when": "server.time"}, form=form)

    assert maps["result"]["mine"] == {"productImages": [{"id": image["id"],
                                                         "name": image["name"]}]}
    assert len(maps["result"]["when"]) == 25
    assert maps["result_error"] == {"none": {"error": "0", "error_description":
                                             "productImage does not exist."}}
    assert maps["result_total"] == {"mine": 1} and maps["result_next"] == []


def test_a_list_of_commands_has_lists_for_answers(bx):
    maps = batch(bx, [command(LIST, {"productId": number}) for number in (1, 2, 3)])

    assert [image["productId"] for found in maps["result"] for image in found["productImages"]] \
        == [number for number in (1, 2, 3) for _ in bx.images(number)]
    assert maps["result_total"] == [len(bx.images(number)) for number in (1, 2, 3)]
    assert (maps["result_error"], maps["result_next"]) == ([], [])
    assert len(maps["result_time"]) == 3


@pytest.mark.parametrize("commands, shapes", [
    ({"0": "server.time", "1": "profile"}, (list, list)),
    ({"1": "server.time", "0": "profile"}, (dict, list)),
    (["server.time", "nothing", "profile"], (dict, dict)),
    (["nothing", "server.time"], (dict, list)),
    (["server.time", "nothing"], (list, dict)),
    ({"a": "server.time"}, (dict, list))])
def test_keys_in_order_make_a_list_and_gaps_an_object_as_in_php(bx, commands, shapes):
    maps = batch(bx, commands)

    assert (type(maps["result"]), type(maps["result_error"])) == shapes
    assert type(maps["result_time"]) is shapes[0]
    wanted = [key for key, text in entries(commands) if text != "nothing"]
    assert [key for key, _ in entries(maps["result"])] == wanted


@pytest.mark.parametrize("parameters", [{}, {"cmd": None}, {"cmd": "profile"}, {"cmd": {}},
                                        {"cmd": [1, None, True, ["profile"],
                                                 {"method": "profile"}]}])
def test_no_commands_are_five_empty_lists(bx, parameters):
    assert bx.result("batch", parameters) == {name: [] for name in PARTS}


def test_what_is_no_text_is_skipped_and_keeps_its_place(bx):
    maps = batch(bx, ["profile", 7, "server.time"])

    assert list(maps["result"]) == ["0", "2"]
    assert maps["result_error"] == []


@pytest.mark.parametrize("names", [("CMD", "HALT"), ("Cmd", "hAlT")])
def test_parameters_are_named_in_any_case(bx, names):
    maps = bx.result("batch", {names[0]: ["nothing", "profile"], names[1]: 1})

    assert (maps["result"], maps["result_error"]) == ([], [UNKNOWN])


@pytest.mark.parametrize("method", ["batch", "BATCH", "Batch.json", "batch/"])
def test_the_method_is_found_in_every_spelling(bx, method):
    assert bx.result(method, {"cmd": ["user.admin"]})["result"] == [True]


def test_a_command_encoded_twice_is_decoded_twice(bx):
    once = urllib.parse.quote("catalog.product.list?" + php_form(
        {"select": ["id", "iblockId"], "filter": {"iblockId": 14, "<=id": 2}}), safe="")

    answer = bx.address.request("GET", f"/rest/1/demo-webhook/batch?cmd[0]={once}&halt=0")

    assert answer.status == 200, answer
    assert [row["id"] for row in answer.json["result"]["result"][0]["products"]] == [1, 2]


@pytest.mark.parametrize("halt, stops", [(1, True), (True, True), ("1", True), (0, False),
                                         (False, False), ("0", False), ("", False),
                                         (None, False), ([], False), ("false", True)])
def test_halt_stops_at_the_first_failure_by_phps_idea_of_truth(bx, product, png, halt, stops):
    maps = batch(bx, {"a": "profile", "b": "nothing",
                      "c": command(ADD, {"fields": {"productId": product},
                                         "fileContent": ["c.png", b64(png)]})}, halt)

    assert list(maps["result"]) == (["a"] if stops else ["a", "c"])
    assert maps["result_error"] == {"b": UNKNOWN}
    assert len(bx.images(product)) == (0 if stops else 1)


def test_the_first_fifty_run_and_each_further_one_is_told(bx):
    maps = batch(bx, {f"c{number}": "server.time" for number in range(53)})

    assert list(maps["result"]) == [f"c{number}" for number in range(50)]
    assert maps["result_error"] == {f"c{number}": TOO_MANY for number in (50, 51, 52)}


@pytest.mark.parametrize("text", ["batch", "batch?cmd[]=profile", "BATCH", "download", "upload",
                                  "download?token=x", "catalog.product.download",
                                  "catalog.product.download?fields[fileId]=1&fields[productId]=1"
                                  "&fields[fieldName]=detailPicture"])
def test_what_cannot_be_a_command(bx, text):
    maps = batch(bx, {"x": text, "y": "user.admin"})

    assert maps["result_error"] == {"x": NOT_ALLOWED}
    assert maps["result"] == {"y": True}


@pytest.mark.parametrize("text", ["", "?", "nothing", "catalog.productImage.update?id=1",
                                  "profile.json", "/profile", " profile"])
def test_an_unknown_method(bx, text):
    assert batch(bx, [text])["result_error"] == [UNKNOWN]


@pytest.mark.parametrize("numeric", ["no", "yes"])
def test_failures_are_those_of_single_calls_and_codes_are_text(serve, numeric):
    bx = serve("--demo", environment={"CAMEO_NUMERIC_ERROR_CODES": numeric}).bitrix24
    calls = [(GET, {}), (GET, {"id": "x", "productId": 1}), (GET, {"id": 1, "productId": ABSENT}),
             (LIST, {"productId": 0}), (ADD, {}), (ADD, {"fields": {"x": "1"}, "fileContent": ["a"]}),
             (ADD, {"fields": {"productId": 1}, "fileContent": ["a.png", "!!"]}),
             (ADD, {"fields": {"productId": 1}, "fileContent": ["a.png", b64(b"no picture")]}),
             ("catalog.product.list", {"filter": {"iblockId": 999}}),
             ("catalog.product.list", {"select": ["name"]}),
             ("catalog.product.get", {"id": ABSENT})]

    maps = batch(bx, [command(*call) for call in calls])

    for (method, parameters), failure in zip(calls, maps["result_error"], strict=True):
        single = bx.call(method, parameters, form="form").json
        assert failure == {**single, "error": str(single["error"])}
        assert (numeric == "yes") == isinstance(single["error"], int)


def test_scope_and_right_are_held_against_each_command(server, bx, product, png):
    picture = bx.add(product, png)
    _, secret = server.key("webhook", "demo", "--scope", "user")

    reader = batch(bx, {"may": command(LIST, {"productId": product}),
                        "not": command(DELETE, {"productId": product, "id": picture["id"]})},
                   webhook=READER_WEBHOOK)
    scoped = batch(bx, {"may": "user.admin", "not": command(LIST, {"productId": product})},
                   webhook=f"1/{secret}")

    assert reader["result_error"] == {"not": {"error": "200040300020",
                                              "error_description": "Access Denied"}}
    assert reader["result_total"] == {"may": 1}
    assert scoped["result"] == {"may": True}
    assert scoped["result_error"] == {"not": {"error": "insufficient_scope",
                                              "error_description": ""}}


@pytest.mark.parametrize("auth", ["bearer", "auth", "access_token"])
def test_one_credential_is_for_all_commands(bx, auth):
    maps = batch(bx, ["profile", "profile?auth=wrong"], auth=auth)

    assert [user["ID"] for user in maps["result"]] == ["1", "1"]


def test_without_a_credential_there_is_no_batch(bx):
    check_error(bx.call("batch", {"cmd": ["server.time"]}, auth=None), 401, "NO_AUTH_FOUND")
    check_error(bx.call("batch", {"cmd": ["profile?auth=demo-oauth"]}, webhook="1/wrong"), 403,
                "INVALID_CREDENTIALS")


def test_head_runs_no_batch(bx, product, png):
    query = php_form({"cmd": [command(ADD, {"fields": {"productId": product},
                                            "fileContent": ["a.png", b64(png)]})]})

    assert bx.address.request("HEAD", f"/rest/1/demo-webhook/batch?{query}").status == 405
    assert bx.images(product) == []


def test_batch_is_listed(bx):
    assert "batch" in bx.result("methods")
    assert bx.result("method.get", {"name": "batch"}) == {"isExisting": True, "isAvailable": True}


def test_a_batch_as_xml(bx):
    answer = bx.call("batch.xml", {"cmd": {"a": "user.admin", "b": "nothing"}})

    assert answer.headers["Content-Type"] == "text/xml; charset=utf-8"
    assert answer.text.startswith("<response><result><result><a>1</a></result><result_error><b>"
                                  "<error>ERROR_METHOD_NOT_FOUND</error>")


def named(product, what):
    """Finds the product alone, whatever other tests do."""
    return command("catalog.product.list", {"select": ["id", "iblockId", "name"],
                                            "filter": {"iblockId": 14, "id": product}, **what})


def test_a_whole_reference_keeps_its_type(bx, product, png):
    image = bx.add(product, png)

    maps = batch(bx, {"p": named(product, {}),
                      "images": f"{LIST}?productId=$result[p][products][0][id]",
                      "select": f"{LIST}?productId={product}&select=$result[fields]",
                      "get": f"{GET}?productId=$result[p][products][0][id]"
                             "&id=$result[images][productImages][0][id]",
                      "by_total": f"{LIST}?productId=$total[images]",
                      "by_error": f"{LIST}?productId=$Error[select][error]00000"})

    assert maps["result"]["get"]["productImage"]["id"] == image["id"]
    assert maps["result"]["images"]["productImages"][0]["id"] == image["id"]
    assert maps["result_total"]["by_total"] == len(bx.images(1))
    assert maps["result_error"]["select"]["error"] == "100"  # nothing there: no list of names
    assert maps["result_error"].keys() == {"select", "by_error"}  # there is no product 10000000


def test_a_list_can_be_referred_to(bx):
    maps = batch(bx, {"ids": command("catalog.product.list", {
        "select": ["id", "iblockId"], "filter": {"iblockId": 14, "@id": [3, 5]}}),
        "one": "catalog.product.list?filter[iblockId]=14&filter=$result[ids][products][0]"
               "&select[]=id&select[]=iblockId"})

    assert [row["id"] for row in maps["result"]["one"]["products"]] == [3]


@pytest.mark.parametrize("name, stored", [
    ("$result[p][products][0][name] $total[p].png", "A record of a test 1.png"),
    ("a $result[p][products][0] b.png", "a $result[p][products][0] b.png"),
    ("a $result[none][x] b.png", "a  b.png"),
    ("$time[none][duration].png", ".png"),
    ("price in $.png", "price in $.png"),
    ("$RESULT[p][products][0][name]", "A record of a test.png")])
def test_references_within_text(bx, product, png, name, stored):
    maps = batch(bx, {"p": named(product, {}),
                      "add": command(ADD, {"fields": {"productId": "$result[p][products][0][id]"},
                                           "fileContent": [name, b64(png)]})})

    assert maps["result_error"] == []
    assert maps["result"]["add"]["productImage"]["name"] == stored


def test_references_see_earlier_results_only_and_failures_are_empty(bx, product):
    maps = batch(bx, {"early": f"{LIST}?productId=$result[p][products][0][id]",
                      "p": named(product, {}),
                      "deep": f"{LIST}?productId=$result[p][products][0][id][deeper]",
                      "self": f"{LIST}?productId=$result[self]"})

    assert maps["result_error"] == {key: {
        "error": "100", "error_description": "Invalid value {} to match with parameter {productId}."
                                             " Should be value of type int."}
        for key in ("early", "deep", "self")}


def test_pictures_of_megabytes_in_commands(bx, product):
    """As b24phpsdk sends them; the time is that of the bytes."""
    contents = [padded(size) for size in (1 << 20, 3 << 20, 5 << 20)]
    texts = [command(ADD, {"fields": {"productId": product, "type": "MORE_PHOTO"},
                           "fileContent": [f"{number}.jpg", b64(content)]})
             for number, content in enumerate(contents)]
    started = time.monotonic()

    for form in ("json", "form"):
        maps = batch(bx, dict(enumerate(texts)), form=form)
        assert maps["result_error"] == []
        for added, content in zip(maps["result"], contents, strict=True):
            assert bx.fetch(added["productImage"]["detailUrl"]).body == content

    assert time.monotonic() - started < 30


@pytest.mark.parametrize("form", ["json", "form"])
def test_pluses_nobody_encoded_are_read_in_commands(bx, product, form):
    content = noise((16, 16), seed=5)
    text = b64(content)
    assert "+" in text

    maps = batch(bx, [f"{ADD}?fields[productId]={product}&fileContent[0]=a.png"
                      f"&fileContent[1]={text}"], form=form)

    assert bx.fetch(maps["result"][0]["productImage"]["detailUrl"]).body == content


def test_a_gallery_is_replaced(bx, product, png, jpeg):
    """List, delete each, add each, with halt 0."""
    for number in range(4):
        bx.add(product, png + bytes([number]), f"old{number}.png")
    old = batch(bx, {"all": command(LIST, {"productId": product})})["result"]["all"]

    gone = batch(bx, [command(DELETE, {"productId": product, "id": image["id"]})
                      for image in old["productImages"]])
    new = batch(bx, [command(ADD, {"fields": {"productId": product, "type": role},
                                   "fileContent": [f"new{number}.jpg", b64(jpeg)]})
                     for number, role in enumerate(["DETAIL_PICTURE", "MORE_PHOTO",
                                                    "MORE_PHOTO"])])

    assert gone["result"] == [True] * 4 and gone["result_error"] == []
    assert new["result_error"] == []
    assert bx.images(product) == [added["productImage"] for added in new["result"]]
    assert [image["name"] for image in bx.images(product)] == ["new0.jpg", "new1.jpg", "new2.jpg"]


def test_pictures_of_many_products_come_in_the_order_of_the_keys(bx):
    products = [*range(50, 0, -1)]

    maps = batch(bx, {str(100 + number): command(LIST, {"productId": number})
                      for number in products}, form="form")

    assert [int(key) - 100 for key in maps["result"]] == products
    for key, found in maps["result"].items():
        assert all(image["productId"] == int(key) - 100 for image in found["productImages"])
        assert maps["result_total"][key] == len(found["productImages"])
    assert maps["result_error"] == []


def test_what_is_added_can_be_seen_and_deleted_in_the_same_batch(bx, product, png):
    maps = batch(bx, {"none": command(LIST, {"productId": product}),
                      "add": command(ADD, {"fields": {"productId": product},
                                           "fileContent": ["a.png", b64(png)]}),
                      "one": command(LIST, {"productId": product}),
                      "gone": f"{DELETE}?productId=$result[one][productImages][0][productId]"
                              "&id=$result[add][productImage][id]",
                      "again": f"{DELETE}?productId={product}&id=$result[add][productImage][id]",
                      "end": command(LIST, {"productId": product})})

    assert maps["result_total"] == {"none": 0, "one": 1, "end": 0}
    assert maps["result"]["gone"] is True
    assert list(maps["result_error"]) == ["again"]


@pytest.mark.parametrize("body", [b"{", b"[]", b"null", b'{"cmd":', b'"cmd"', b"\xff"])
def test_a_body_that_cannot_be_read_is_a_batch_without_commands(bx, body):
    answer = bx.address.request("POST", "/rest/1/demo-webhook/batch",
                                {"Content-Type": "application/json"}, body)

    assert answer.status == 200, answer
    assert json.loads(answer.text)["result"] == {name: [] for name in PARTS}


def test_a_command_of_too_many_fields_fails_alone(bx):
    maps = batch(bx, {"big": LIST + "?" + "a[]=1&" * 20_001, "small": "user.admin"})

    assert maps["result"] == {"small": True}
    assert maps["result_error"] == {"big": {"error": "INVALID_REQUEST",
                                            "error_description": "Request is too large"}}
