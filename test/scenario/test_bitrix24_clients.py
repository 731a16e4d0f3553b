"""Bitrix24's clients at their daily work, each as it talks (bitrix24 14)."""

import pytest

from bitrix24_clients import CRest, FastBitrix24, N8n, PhpForm, PhpSdk, PySdk, Refused
from clients import DEMO_AUTH, b64, missing
from pictures import padded, picture

ADD, GET = "catalog.productImage.add", "catalog.productImage.get"
LIST, DELETE = "catalog.productImage.list", "catalog.productImage.delete"
FIELDS = {"createTime", "detailUrl", "downloadUrl", "id", "name", "productId", "type"}
CATALOG = 14
UNKNOWN = 987_654

# the ways to be somebody: a webhook, a webhook written with a slash behind it, an access token
WEBHOOK, SLASHED = {"url": "/rest/1/demo-webhook"}, {"url": "/rest/1/demo-webhook/"}
TOKEN, TOKEN_SLASHED = {"url": "/rest", "auth": DEMO_AUTH}, {"url": "/rest/", "auth": DEMO_AUTH}
CLIENTS = [(N8n, WEBHOOK), (PhpSdk, WEBHOOK), (PhpSdk, SLASHED), (PhpSdk, TOKEN),
           (PhpSdk, TOKEN_SLASHED), (PhpForm, WEBHOOK), (PhpForm, TOKEN), (CRest, SLASHED),
           (CRest, TOKEN), (PySdk, WEBHOOK), (PySdk, TOKEN)]
IDS = [f"{kind.__name__} {options['url']}" for kind, options in CLIENTS]


@pytest.fixture(params=CLIENTS, ids=IDS)
def client(request, server, tls_server):
    """One after the other; those that insist on TLS have it."""
    kind, options = request.param
    made = kind((tls_server if kind is PySdk else server).address, **options)
    made.server = tls_server if kind is PySdk else server
    return made


def adding(product, content, name="mug.png", role=None):
    fields = {"productId": product, **({"type": role} if role else {})}
    return {"fields": fields, "fileContent": [name, b64(content)]}


def add(client, product, content, **more):
    return client.call(ADD, adding(product, content, **more))["result"]["productImage"]


def listed(client, product):
    return client.call(LIST, {"productId": product})["result"]["productImages"]


def test_each_adds_gets_lists_and_deletes(client, png, jpeg):
    product = client.server.record("product")
    bitrix24 = client.server.bitrix24

    first = add(client, product, png, role="DETAIL_PICTURE")
    second = add(client, product, jpeg, name="Кружка № 1.jpg")

    assert (first["type"], second["type"]) == ("DETAIL_PICTURE", "MORE_PHOTO")
    assert second["name"] == "Кружка № 1.jpg"
    found = client.call(GET, {"productId": product, "id": first["id"]})["result"]["productImage"]
    assert set(found) == FIELDS and found["id"] == first["id"]
    # the address of the portal and detailUrl behind it, without a credential
    assert bitrix24.fetch(client.server.address.url + found["detailUrl"]).body == png
    assert bitrix24.fetch(found["downloadUrl"]).body == png
    answer = client.call(LIST, {"productId": product, "select": ["id", "name"]})
    assert answer["result"]["productImages"] == [{"id": image["id"], "name": image["name"]}
                                                 for image in (first, second)]
    assert answer["total"] == 2 and "next" not in answer
    for image in (first, second):
        gone = client.call(DELETE, {"productId": product, "id": image["id"]})
        assert gone["result"] is True
    assert listed(client, product) == []
    fields = client.call("catalog.productImage.getFields")["result"]["productImage"]
    assert set(fields) == FIELDS and fields["id"]["isReadOnly"] is True


def test_each_reads_a_refusal_its_own_way(client):
    product = client.server.record("product")
    wanted = [(GET, {"productId": product, "id": UNKNOWN}, "0", "productImage does not exist.", 400),
              (GET, {"productId": product}, "100", missing("id"), 400),
              (LIST, {"productId": UNKNOWN}, "0", "Product was not found", 400),
              ("catalog.productImage.update", {}, "ERROR_METHOD_NOT_FOUND", "Method not found!", 404)]
    for method, parameters, code, text, status in wanted:
        if isinstance(client, CRest):
            assert client.call(method, parameters) == {"error": code, "error_description": text}
            continue
        with pytest.raises(Refused) as refused:
            client.call(method, parameters)
        assert (refused.value.status, refused.value.text) == (status, text)
        assert refused.value.code.upper() == code


def test_each_is_told_of_a_wrong_credential(server, tls_server):
    for kind, options in CLIENTS:
        by_token = "auth" in options
        options = {**options, "auth": "wrong"} if by_token else {"url": "/rest/1/wrong"}
        client = kind((tls_server if kind is PySdk else server).address, **options)
        answer = client.send("profile", {})
        assert (answer.status, answer.json["error"]) == \
            ((401, "invalid_token") if by_token else (403, "INVALID_CREDENTIALS")), kind


# b24phpsdk

@pytest.mark.parametrize("kind", [PhpSdk, PhpForm])
@pytest.mark.parametrize("options", [WEBHOOK, SLASHED, TOKEN, TOKEN_SLASHED], ids=lambda o: o["url"])
def test_php_batches_keep_keys_order_and_times(server, palette, kind, options):
    client = kind(server.address, **options)
    products = [server.record("product") for _ in range(3)]
    commands = {f"add-{at}": (ADD, adding(product, picture(colour=next(palette)), f"{at}.png"))
                for at, product in enumerate(products)}

    added = client.batch(commands)

    assert list(added) == list(commands)
    for (value, total), product in zip(added.values(), products):
        assert value["productImage"]["productId"] == product and total is None
    lists = client.batch({at: (LIST, {"productId": product}) for at, product in enumerate(products)})
    assert [total for _, total in lists.values()] == [1, 1, 1]
    assert [value["productImages"][0]["id"] for value, _ in lists.values()] == \
        [value["productImage"]["id"] for value, _ in added.values()]
    assert list(lists) == [0, 1, 2]


@pytest.mark.parametrize("halt", [True, False])
def test_php_batches_fail_at_the_first_error(server, product, png, halt):
    client = PhpSdk(server.address)

    with pytest.raises(Refused) as refused:
        client.batch({"good": (ADD, adding(product, png)),
                      "bad": (GET, {"productId": product, "id": UNKNOWN}),
                      "last": (ADD, adding(product, png, "last.png"))}, halt)

    assert (refused.value.status, refused.value.text) == ("bad", "productImage does not exist.")
    assert [image["name"] for image in listed(client, product)] == \
        (["mug.png"] if halt else ["mug.png", "last.png"])


def test_php_batches_take_pictures_of_megabytes(server, bx, product):
    content = padded(2_000_000)

    added = PhpForm(server.address).batch({"big": (ADD, adding(product, content, "big.jpg"))})

    assert bx.fetch(added["big"][0]["productImage"]["detailUrl"]).body == content


# CRest

@pytest.mark.parametrize("options", [SLASHED, TOKEN], ids=["webhook", "token"])
def test_crest_batches_are_forms_of_forms(server, product, palette, options):
    client = CRest(server.address, **options)
    one, two = picture(colour=next(palette)), picture(colour=next(palette))
    commands = {"find": (LIST, {"productId": product, "select": ["id"]}),
                "no": (GET, {"productId": product, "id": UNKNOWN}),
                "a": (ADD, adding(product, one, "a & b = c+d.png")), "b": (ADD, adding(product, two))}

    answer = client.batch(commands)

    result = answer["result"]
    assert list(result["result"]) == ["find", "a", "b"]
    assert result["result"]["find"] == {"productImages": []}
    assert result["result_error"] == {
        "no": {"error": "0", "error_description": "productImage does not exist."}}
    assert result["result_total"] == {"find": 0} and result["result_next"] == []
    assert list(result["result_time"])[0] == "find"
    assert [image["name"] for image in listed(client, product)] == ["a & b = c+d.png", "mug.png"]
    halted = client.batch({"no": commands["no"], "a": commands["a"]}, halt=1)["result"]
    assert halted["result"] == [] and list(halted["result_error"]) == ["no"]
    assert len(listed(client, product)) == 2


def test_crest_waits_for_leave_to_send_a_picture(server, product):
    """curl asks for it with bodies of a megabyte and more."""
    client = CRest(server.address)
    client.headers = [*CRest.headers, ("Expect", "100-continue")]
    content = padded(1_500_000)

    image = add(client, product, content, name="big.jpg")

    assert server.bitrix24.fetch(image["detailUrl"]).body == content


# b24pysdk, over TLS

@pytest.fixture(params=[WEBHOOK, TOKEN], ids=["webhook", "token"])
def python(request, tls_server):
    return PySdk(tls_server.address, **request.param)


def test_python_batches_have_numbers_for_keys(tls_server, python, png):
    product = tls_server.record("product")

    good = python.batch([(ADD, adding(product, png)), (LIST, {"productId": product})])
    mixed = python.batch([("profile", {}), (GET, {"productId": product, "id": UNKNOWN}), ("scope", {})])

    # PHP's arrays: a list while no number is missing
    assert [list(value) for value in good["result"]] == [["productImage"], ["productImages"]]
    assert good["result_error"] == [] and len(good["result_time"]) == 2
    assert good["result_total"] == {"1": 1}
    assert list(mixed["result"]) == ["0", "2"] and mixed["result"]["0"]["ID"] == "1"
    assert mixed["result_error"]["1"]["error_description"] == "productImage does not exist."


def test_python_lists_count_their_rows(tls_server, python, png):
    product = tls_server.record("product")
    add(python, product, png)

    rows, total, following = python.rows(LIST, {"productId": product})
    assert (len(rows), total, following) == (1, 1, None)
    rows, total, following = python.rows("catalog.product.list", {
        "select": ["id", "iblockId"], "filter": {"iblockId": CATALOG, "<=id": 60}})
    assert (len(rows), total, following) == (50, 55, 50)


# fast_bitrix24

def test_fast_bitrix24_gets_all_products_and_their_pictures(server):
    client = FastBitrix24(server.address)

    products = client.get_all("catalog.product.list", {
        "select": ["id", "iblockId"], "filter": {"iblockId": CATALOG, "<=id": 60}})
    assert [row["id"] for row in products] == [*range(1, 51), *range(56, 61)]
    pictures = client.each(LIST, [{"productId": row["id"]} for row in products])

    for row, found in zip(products, pictures, strict=True):
        assert {image["productId"] for image in found["productImages"]} <= {row["id"]}
    assert sum(bool(found["productImages"]) for found in pictures) > 50


def test_fast_bitrix24_gets_galleries_longer_than_a_page(server, product, palette):
    client = FastBitrix24(server.address)
    added = client.each(ADD, [adding(product, picture(colour=next(palette)), f"{at}.png")
                              for at in range(60)])

    rows = client.get_all(LIST, {"productId": product})

    assert [row["id"] for row in rows] == [each["productImage"]["id"] for each in added]
    assert [row["name"] for row in rows] == [f"{at}.png" for at in range(60)]


# a product and its pictures in one request (f)

@pytest.mark.parametrize("kind", [PhpSdk, PhpForm])
def test_a_chain_makes_a_product_and_its_pictures(server, bx, palette, kind):
    contents = [picture(colour=next(palette)) for _ in range(2)]
    result = "$result[p][element][id]"
    chain = {"p": ("catalog.product.add", {"fields": {"iblockId": CATALOG, "name": "Of a chain"}}),
             "d": (ADD, adding(result, contents[0], "d.png", "DETAIL_PICTURE")),
             "m": (ADD, adding(result, contents[1], "m.png")),
             "l": (LIST, {"productId": result})}

    made = {key: value for key, (value, _) in kind(server.address).batch(chain).items()}

    identity = made["p"]["element"]["id"]
    assert made["p"]["element"]["name"] == "Of a chain"
    assert [(image["productId"], image["type"]) for image in made["l"]["productImages"]] == \
        [(identity, "DETAIL_PICTURE"), (identity, "MORE_PHOTO")]
    assert [bx.fetch(image["detailUrl"]).body for image in made["l"]["productImages"]] == contents


def test_a_chain_whose_product_fails_adds_no_picture(server, bx, png):
    newest = {"filter": {"iblockId": CATALOG}, "order": {"id": "desc"}}
    before = bx.result("catalog.product.list", newest)
    chain = {"p": ("catalog.product.add", {"fields": {"iblockId": CATALOG}}),
             "i": (ADD, adding("$result[p][element][id]", png))}

    halted = CRest(server.address).batch(chain, halt=1)["result"]
    going = CRest(server.address).batch(chain, halt=0)["result"]

    assert halted["result"] == going["result"] == []
    assert list(halted["result_error"]) == ["p"] and list(going["result_error"]) == ["p", "i"]
    assert going["result_error"]["p"] == {"error": "0", "error_description": "Required fields: name"}
    assert bx.result("catalog.product.list", newest) == before
