"""SuperOffice: pictures by the agents BLOB, Person, Project and Quote."""

import base64
import io

import pytest
from PIL import Image

from clients import check_failure
from pictures import noise, opened, padded, picture

KINDS = ["Contact", "Person", "Project", "Product"]
SIZED = ["Contact", "Person", "Project"]
ABSENT = 654_321
OCTETS = {"Accept": "application/octet-stream"}
LIMIT = 10 * 1024 * 1024
INT = '<int xmlns="http://schemas.microsoft.com/2003/10/Serialization/">'
BINARY = '<base64Binary xmlns="http://schemas.microsoft.com/2003/10/Serialization/">'


def text(content):
    return base64.b64encode(content).decode()


def camel(name):
    return name[0].lower() + name[1:]


class Agents:
    """Calls methods with PascalCase arguments, or as the npm client does."""

    def __init__(self, so, npm=False):
        self.so, self.npm = so, npm

    def call(self, method, arguments=None, headers=None):
        fields = {"Accept": "application/json", **(headers or {})}
        if arguments and self.npm:
            arguments = {camel(name): value for name, value in arguments.items()}
        return self.so.post(f"Agents/{method}", headers=fields, json=arguments)

    def result(self, method, arguments=None):
        answer = self.call(method, arguments)
        assert answer.status == 200, answer
        assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
        return answer.json

    def void(self, method, arguments=None):
        answer = self.call(method, arguments)
        assert (answer.status, answer.body) == (204, b""), answer

    def octets(self, method, arguments):
        answer = self.call(method, arguments, OCTETS)
        assert answer.status == 200, answer
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert answer.headers["Content-Length"] == str(len(answer.body))
        return answer.body

    def loose(self, content, kind="PersonImage", description="a.png"):
        return self.result("BLOB/SaveImageStream",
                           {"Type": kind, "Image": text(content), "Description": description})


@pytest.fixture(params=["pascal", "npm"])
def agents(so, request):
    return Agents(so, request.param == "npm")


@pytest.fixture
def fresh(palette):
    return lambda kind="PNG", size=(32, 24): picture(kind, size, colour=next(palette))


@pytest.fixture
def of(server):
    """The arguments that name a new record of a kind, and its path by REST."""
    def make(kind):
        number = server.record(kind.lower())
        return {f"{kind}Id": number}, f"{kind}/{number}/Image"

    return make


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_that_is_set_is_got_in_both_forms(so, agents, of, fresh, kind):
    who, path = of(kind)
    content = fresh()

    agents.void(f"BLOB/Set{kind}Image", {**who, "Image": text(content)})

    assert agents.octets(f"BLOB/Get{kind}Image", who) == content
    assert agents.result(f"BLOB/Get{kind}Image", who) == text(content)
    assert so.get(path).body == content
    info = agents.result(f"BLOB/GetBlobEntityOn{kind}", who)
    assert info == so.info(path + "Info")
    assert (info["MimeType"], info["OriginalSize"]) == ("image/png", len(content))


@pytest.mark.parametrize("kind", KINDS)
def test_no_picture_is_empty_or_null(agents, of, kind):
    who, _ = of(kind)
    for arguments in (who, {f"{kind}Id": ABSENT}):
        assert agents.result(f"BLOB/Get{kind}Image", arguments) == ""
        assert agents.octets(f"BLOB/Get{kind}Image", arguments) == b""
        assert agents.result(f"BLOB/GetBlobEntityOn{kind}", arguments) is None
        if kind in SIZED:
            sized = {**arguments, "Width": 64, "Height": 64}
            assert agents.result(f"BLOB/Get{kind}ImageWithSize", sized) == ""


@pytest.mark.parametrize("kind", KINDS)
def test_a_stored_picture_is_linked_and_taken_off(so, agents, of, fresh, kind):
    who, path = of(kind)
    before = so.put_image(path, fresh())
    content = fresh()
    identity = agents.loose(content)

    agents.void(f"BLOB/Change{kind}Image", {**who, "BlobId": identity})
    assert so.info(path + "Info")["BlobId"] == identity
    assert so.get(path).body == content
    assert agents.result(f"BLOB/GetBlobEntity?blobEntityId={before}") is None

    check_failure(agents.call(f"BLOB/Change{kind}Image", {**who, "BlobId": ABSENT}), 400,
                  "SoInvalidArgumentException")
    check_failure(agents.call(f"BLOB/Change{kind}Image", {f"{kind}Id": ABSENT, "BlobId": 0}), 400,
                  "SoInvalidArgumentException")
    agents.void(f"BLOB/Change{kind}Image", {**who, "BlobId": 0})
    assert so.get(path).status == 404


def test_one_picture_hangs_on_several_records(so, agents, of, fresh):
    person, person_path = of("Person")
    contact, contact_path = of("Contact")
    content, other, third = fresh(), fresh(), fresh()
    identity = agents.loose(content)
    agents.void("BLOB/ChangePersonImage", {**person, "BlobId": identity})
    agents.void("BLOB/ChangeContactImage", {**contact, "BlobId": identity})

    agents.void("BLOB/SetBlobStream", {"BlobEntityId": identity, "Stream": text(other)})
    assert so.get(person_path).body == so.get(contact_path).body == other

    agents.void("BLOB/SetPersonImage", {**person, "Image": text(third)})
    assert so.get(person_path).body == third
    assert so.get(contact_path).body == other
    assert so.info(contact_path + "Info")["BlobId"] == identity
    assert so.info(person_path + "Info")["BlobId"] != identity

    agents.void(f"BLOB/DeleteBlobEntity?BlobEntityId={identity}")
    assert so.get(contact_path).status == 404
    assert so.get(person_path).body == third
    agents.void(f"BLOB/DeleteBlobEntity?BlobEntityId={identity}")


def test_a_blob_entity_is_made_filled_and_described(so, agents, of, fresh):
    entity = agents.result("BLOB/CreateDefaultBlobEntity")
    assert (entity["BlobId"], entity["CreatedBy"], entity["Description"]) == (0, None, "")
    given = {**entity, "MimeType": "image/png", "Description": "Mug", "ExtraInfo": "studio",
             "ConceptualType": "ProductImage", "TableRight": {"mask": 15}}

    made = agents.result("BLOB/SaveBlobEntity", given)
    identity = made["BlobId"]
    assert identity > 0
    assert [made[name] for name in ("MimeType", "BlobSize", "OriginalSize", "Description",
                                    "ExtraInfo", "ConceptualType")] == [
        "image/png", 0, 0, "Mug", "studio", "ProductImage"]
    assert agents.result(f"BLOB/GetBlobEntity?blobEntityId={identity}") == made
    assert agents.octets("BLOB/GetBlobStream", {"BlobEntityId": identity}) == b""

    who, path = of("Product")
    agents.void("BLOB/ChangeProductImage", {**who, "BlobId": identity})
    assert so.info(path + "Info")["BlobId"] == identity
    assert so.get(path).status == 404
    assert so.get(path + "?ifBlank=ClearPixel").headers["Content-Type"] == "image/gif"
    assert agents.result("BLOB/GetProductImage", who) == ""
    assert agents.result("BLOB/GetProductThumbnail", who) == ""

    content = fresh("JPEG")
    agents.void("BLOB/SetBlobStream", {"BlobEntityId": identity, "Stream": text(content)})
    assert agents.octets("BLOB/GetBlobStream", {"BlobEntityId": identity}) == content
    assert agents.result("BLOB/GetBlobStream", {"BlobEntityId": identity}) == text(content)
    assert so.get(path).headers["Content-Type"] == "image/jpeg"

    changed = agents.result("BLOB/SaveBlobEntity",
                            {"BlobId": identity, "Description": "Cup", "MimeType": "image/bmp"})
    assert [changed[name] for name in ("BlobId", "Description", "ExtraInfo", "MimeType")] == [
        identity, "Cup", "studio", "image/jpeg"]
    some = agents.result(f"BLOB/GetBlobEntity?blobEntityId={identity}&$select=BlobId,Description")
    assert (some["BlobId"], some["Description"], some["MimeType"]) == (identity, "Cup", None)


def test_saving_what_is_not_there_fails(agents):
    check_failure(agents.call("BLOB/SaveBlobEntity", {"BlobId": ABSENT, "Description": "x"}), 404,
                  "SoNotFoundException")
    check_failure(agents.call("BLOB/SetBlobStream", {"BlobEntityId": ABSENT,
                                                     "Stream": text(picture())}), 400,
                  "SoInvalidArgumentException")
    assert agents.result("BLOB/GetBlobStream", {"BlobEntityId": ABSENT}) == ""
    long = agents.call("BLOB/SaveBlobEntity", {"BlobId": 0, "MimeType": "x" * 255})
    check_failure(long, 400, "SoValidationException")


@pytest.mark.parametrize("kind,stored", [("ProjectImage", "ProjectImage"), ("contactimage",
                                         "ContactImage"), (7, "ProductImage"), ("4", "Thumbnail")])
def test_a_saved_stream_has_its_link_type(agents, fresh, kind, stored):
    identity = agents.loose(fresh(), kind, "winter.jpg")
    info = agents.result(f"BLOB/GetBlobEntity?blobEntityId={identity}")
    assert (info["ConceptualType"], info["Description"]) == (stored, "winter.jpg")


def test_a_project_image_is_saved_for_later(agents, of, fresh):
    content = fresh()
    agents.void("BLOB/SaveProjectImage", {"Description": "summer.png", "Image": text(content)})
    identity = agents.loose(fresh()) - 1  # the id before is the one that was not told

    saved = agents.result(f"BLOB/GetBlobEntity?blobEntityId={identity}")
    assert (saved["Description"], saved["ConceptualType"]) == ("summer.png", "ProjectImage")
    who, _ = of("Project")
    agents.void("BLOB/ChangeProjectImage", {**who, "BlobId": identity})
    assert agents.octets("Project/GetProjectImage", who) == content


@pytest.mark.parametrize("kind", SIZED)
def test_sizes_are_maxima_and_come_as_jpeg(so, agents, of, fresh, kind):
    who, path = of(kind)
    so.put_image(path, fresh(size=(300, 200)))

    def size_of(width, height):
        content = agents.octets(f"BLOB/Get{kind}ImageWithSize",
                                {**who, "Width": width, "Height": height})
        image = opened(content)
        assert image.format == "JPEG"
        return image.size

    assert size_of(150, 150) == (150, 100)
    assert size_of(60, 0) == (60, 40)
    assert size_of(-1, 50) == (75, 50)
    assert size_of(0, 0) == (300, 200)
    assert size_of(900, 900) == (300, 200)
    assert agents.result(f"BLOB/Get{kind}ImageWithSize",
                         {**who, "Width": 9, "Height": 9}).startswith("/9j/")


def test_a_products_picture_is_bounded_and_has_a_thumbnail(so, agents, of, fresh):
    who, path = of("Product")
    agents.void("BLOB/SetProductImage", {**who, "Image": text(fresh(size=(1200, 600)))})
    assert opened(so.get(path).body).size == (1000, 500)
    made = opened(agents.octets("BLOB/GetProductThumbnail", who))
    assert made.format == "PNG" and made.size in ((75, 37), (75, 38))

    own = fresh("GIF", (200, 200))
    agents.void("BLOB/SetProductThumbnail", {**who, "Image": text(own)})
    assert agents.octets("BLOB/GetProductThumbnail", who) == own
    assert agents.result("BLOB/GetProductThumbnail", who) == text(own)
    assert opened(so.get(path).body).size == (1000, 500)
    wide = agents.call("BLOB/SetProductThumbnail", {**who, "Image": text(fresh(size=(201, 9)))})
    check_failure(wide, 400, "SoInvalidArgumentException")
    assert "200 x 200" in wide.json["ErrorMessage"]


def test_a_thumbnail_is_in_no_list(agents, bx, product, fresh):
    agents.void("BLOB/SetProductThumbnail", {"ProductId": product, "Image": text(fresh())})
    assert bx.images(product) == []
    assert agents.result("BLOB/GetProductImage", {"ProductId": product}) == ""


def test_what_an_agent_sets_is_seen_on_the_other_wire(agents, bx, product, fresh):
    content, other = fresh(), fresh("JPEG")
    agents.void("BLOB/SetProductImage", {"ProductId": product, "Image": text(content)})
    (image,) = bx.images(product)
    assert image["type"] == "DETAIL_PICTURE"
    assert bx.fetch(image["downloadUrl"]).body == content

    bx.add(product, other, "mug.jpg", "DETAIL_PICTURE")
    assert agents.octets("BLOB/GetProductImage", {"ProductId": product}) == other

    identity = agents.loose(content)
    agents.void("BLOB/ChangeProductImage", {"ProductId": product, "BlobId": identity})
    assert [one["id"] for one in bx.images(product)] == [identity]


def test_a_blob_without_bytes_has_none_on_the_other_wire(agents, bx, product):
    entity = agents.result("BLOB/SaveBlobEntity", {"BlobId": 0, "MimeType": "image/png"})
    agents.void("BLOB/ChangeProductImage", {"ProductId": product, "BlobId": entity["BlobId"]})
    (image,) = bx.images(product)
    assert image["id"] == entity["BlobId"]
    assert bx.fetch(image["downloadUrl"]).status == 404
    assert bx.fetch(image["detailUrl"]).status == 404


@pytest.mark.parametrize("kind", ["Person", "Project"])
def test_their_own_agents_say_404_without_a_picture(agents, of, fresh, kind):
    who, _ = of(kind)
    for headers in ({}, OCTETS):
        check_failure(agents.call(f"{kind}/Get{kind}Image", who, headers), 404,
                      "SoNotFoundException")
    content = fresh()
    agents.void(f"{kind}/Set{kind}Image", {**who, "Image": text(content)})
    assert agents.octets(f"{kind}/Get{kind}Image", who) == content
    assert agents.result(f"{kind}/Get{kind}Image", who) == text(content)


def test_pictures_of_many_persons(so, agents, of, fresh):
    (first, path), (second, _) = of("Person"), of("Person")
    so.put_image(path, fresh("JPEG", (300, 200)))
    ids = [first["PersonId"], second["PersonId"], ABSENT]

    images = agents.result("Person/GetPersonImages",
                           {"PersonIds": ids, "ScaledWidth": 60, "ScaledHeight": 60})

    assert [one["PersonId"] for one in images] == ids
    image = Image.open(io.BytesIO(base64.b64decode(images[0]["ImageData"])))
    assert (image.format, image.size) == ("PNG", (60, 40))
    assert [one["ImageData"] for one in images[1:]] == ["", ""]
    assert agents.result("Person/GetPersonImages",
                         {"PersonIds": [], "ScaledWidth": 1, "ScaledHeight": 1}) == []
    assert agents.result("Person/CreateDefaultPersonImage") == {"PersonId": 0, "ImageData": None}
    many = agents.call("Person/GetPersonImages", {"PersonIds": list(range(1, 300))})
    check_failure(many, 400, "SoInvalidArgumentException")


def test_a_products_picture_by_its_erp_key(server, agents, bx, so, fresh):
    key = f"ERP-{server.record('person')}"
    product = server.record("product", xml_id=key)
    asked = {"QuoteConnectionId": 1, "ERPProductKey": key, "Rank": 1}
    assert agents.result("Quote/GetProductImage", asked) == ""
    content, more = fresh(), fresh()
    so.put_image(f"Product/{product}/Image", content)
    bx.add(product, more, "b.png", "MORE_PHOTO")

    assert agents.result("Quote/GetProductImage", asked) == text(content)
    assert agents.result("Quote/GetProductImage", {**asked, "Rank": 2}) == text(more)
    assert agents.result("Quote/GetProductImage", {**asked, "Rank": 3}) == ""
    assert agents.result("Quote/GetProductImage", {**asked, "ERPProductKey": key + "x"}) == ""


def test_what_is_not_kept_here(agents):
    assert agents.result("BLOB/GetBlobEntityOnCountry", {"CountryId": 47}) is None
    assert agents.result("BLOB/GetQuoteLineImage", {"QuoteLineId": 1}) == ""
    assert agents.result("BLOB/GetOutputFromBatch", {"BatchTaskId": 1}) == ""
    assert agents.octets("BLOB/GetChatImageWithSize",
                         {"ChatTopicId": 1, "Width": 9, "Height": 9}) == b""
    agents.void("BLOB/CleanupBatchTask", {"BatchTaskId": 1})
    check_failure(agents.call("BLOB/CleanupBatchTask"), 400, "SoInvalidArgumentException")


@pytest.mark.parametrize("image,why", [
    (None, "is missing"), ("", "is missing"), ("R0l*", "is not base64"),
    ("R0lGO", "is not base64"), (text(b"no picture at all"), "not a JPEG"), (17, "is not a text"),
])
def test_bytes_that_are_no_picture(so, agents, of, image, why):
    who, path = of("Contact")
    for method, name in (("BLOB/SetContactImage", "Image"), ("BLOB/SaveImageStream", "Image"),
                         ("BLOB/SetBlobStream", "Stream"), ("BLOB/SaveProjectImage", "Image")):
        answer = agents.call(method, {**who, "BlobEntityId": ABSENT, name: image})
        check_failure(answer, 400, "SoInvalidArgumentException")
        assert why in answer.json["ErrorMessage"]
    assert so.get(path).status == 404


@pytest.mark.parametrize("query", ["", "?blobEntityId=", "?blobEntityId=x",
                                   "?blobEntityId=2147483648", "?blobEntityId=1.5"])
@pytest.mark.parametrize("method", ["GetBlobEntity", "DeleteBlobEntity"])
def test_a_malformed_id_is_400(so, method, query):
    answer = so.post(f"Agents/BLOB/{method}{query}", b"null",
                     {"Content-Type": "application/json"})
    check_failure(answer, 400, "SoInvalidArgumentException")


def test_arguments_come_as_clients_write_them(so, of, fresh):
    who, path = of("Person")
    content = fresh()
    so.put_image(path, content)
    number = who["PersonId"]
    for body, kind in ((f'{{"PERSONID": "{number}"}}', "application/json"),
                       (f"{{personId: {number}, }} // lenient", "text/json"),
                       (f"\ufeff{{'personid': {number}}}", "application/json; charset=utf-8"),
                       (f"<x><PersonId>{number}</PersonId></x>", "application/xml"),
                       (f"PersonId={number}", "application/x-www-form-urlencoded")):
        answer = so.post("Agents/BLOB/GetPersonImage", body.encode(),
                         {"Content-Type": kind, **OCTETS})
        assert (answer.status, answer.body) == (200, content), (body, answer)
    for body in (b"", b"null"):
        answer = so.post("Agents/BLOB/GetPersonImage", body, {"Content-Type": "application/json"})
        check_failure(answer, 400, "SoInvalidArgumentException")


def test_xml_in_and_out(so, of, fresh):
    who, path = of("Contact")
    content = fresh()
    fields = {"Content-Type": "application/xml", "Accept": "application/xml"}

    def call(method, inner):
        return so.post(f"Agents/BLOB/{method}", f'<r xmlns="urn:x">{inner}</r>'.encode(), fields)

    contact = f"<ContactId>{who['ContactId']}</ContactId>"
    empty = call("GetContactImage", contact)
    assert (empty.status, empty.body.decode()) == (200, BINARY + "</base64Binary>")
    assert call("GetBlobEntityOnContact", contact).body.startswith(b"<BlobEntity")
    assert call("SetContactImage", f"{contact}<Image>{text(content)}</Image>").status == 204
    assert so.get(path).body == content
    got = call("GetContactImage", contact)
    assert got.headers["Content-Type"].startswith("application/xml")
    assert got.body.decode() == f"{BINARY}{text(content)}</base64Binary>"
    saved = call("SaveImageStream", f"<Type>ContactImage</Type><Image>{text(content)}</Image>")
    assert saved.body.decode().startswith(INT)
    persons = so.post("Agents/Person/GetPersonImages",
                      b"<r><PersonIds><int>1</int><int>2</int></PersonIds></r>", fields)
    assert persons.status == 200
    assert persons.body.count(b"<PersonId>") == 2


@pytest.mark.parametrize("accept,label", [
    ("*/*", "application/octet-stream"), ("image/*", "image/png"), ("image/gif", "image/png"),
    ("application/pdf", "application/octet-stream"),
    ("application/json, text/plain, */*", "application/json; charset=utf-8"),
    ("text/json", "text/json; charset=utf-8"),
    ("application/json;q=0.5, application/octet-stream", "application/octet-stream"),
])
def test_accept_chooses_the_form(so, of, fresh, accept, label):
    who, path = of("Person")
    content = fresh()
    so.put_image(path, content)
    answer = so.post("Agents/BLOB/GetPersonImage", json=who, headers={"Accept": accept})
    assert answer.headers["Content-Type"] == label
    assert answer.body == content or answer.json == text(content)


def test_the_largest_picture_goes_both_ways(so, of):
    who, path = of("Project")
    agents = Agents(so)
    content = padded(LIMIT, (1, 2, 3))
    agents.void("BLOB/SetProjectImage", {**who, "Image": text(content)})
    assert so.get(path).body == content
    assert agents.octets("BLOB/GetProjectImage", who) == content
    assert agents.result("BLOB/GetProjectImage", who) == text(content)
    over = agents.call("BLOB/SetProjectImage", {**who, "Image": text(content + b"x")})
    check_failure(over, 413, "PayloadTooLarge")
    assert so.get(path).body == content


def test_pictures_of_some_pieces_come_whole(so, of):
    who, path = of("Person")
    agents = Agents(so)
    for side in (200, 290, 400):
        content = noise((side, side), seed=side)
        so.put_image(path, content)
        assert agents.octets("BLOB/GetPersonImage", who) == content
        assert agents.result("BLOB/GetPersonImage", who) == text(content)


@pytest.mark.parametrize("method", [
    "BLOB/SaveBlobEntity", "BLOB/DeleteBlobEntity?blobEntityId=1", "BLOB/SetBlobStream",
    "BLOB/SetContactImage", "BLOB/SetPersonImage", "BLOB/SetProjectImage", "BLOB/SetProductImage",
    "BLOB/ChangeContactImage", "BLOB/ChangePersonImage", "BLOB/ChangeProjectImage",
    "BLOB/ChangeProductImage", "BLOB/SaveImageStream", "BLOB/SaveProjectImage",
    "BLOB/SetProductThumbnail", "BLOB/CleanupBatchTask", "Person/SetPersonImage",
    "Project/SetProjectImage",
])
def test_readers_change_nothing(server, method):
    reader = Agents(server.reader)
    check_failure(reader.call(method, {"PersonId": 1, "BlobId": 0}), 403, "SoSentryException")


def test_readers_read(server, so, of, fresh):
    who, path = of("Person")
    content = fresh()
    so.put_image(path, content)
    reader = Agents(server.reader)
    assert reader.octets("BLOB/GetPersonImage", who) == content
    assert so.as_user(None).post("Agents/BLOB/GetPersonImage", json=who).status == 401


def test_conditions_do_not_apply(so, of, fresh):
    who, path = of("Person")
    content = fresh()
    so.put_image(path, content)
    sticky = {"If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT", "If-None-Match": "*",
              "If-Unmodified-Since": "Fri, 01 Jan 2010 00:00:00 GMT", "Range": "bytes=0-1"}
    agents = Agents(so)
    assert agents.call("BLOB/GetPersonImage", who, {**OCTETS, **sticky}).body == content
    assert agents.call("BLOB/GetBlobEntityOnPerson", who, sticky).status == 200
    assert agents.call("BLOB/SetPersonImage", {**who, "Image": text(content)}, sticky).status == 204


@pytest.mark.parametrize("path,name", [
    ("Agents/BLOB/GetPersonImage", "BLOB/GetPersonImage"),
    ("agents/blob/DELETEBLOBENTITY?blobEntityId=1", "BLOB/DeleteBlobEntity"),
    ("Agents/Quote/GetProductImage/", "Quote/GetProductImage"),
])
def test_get_describes_a_method(so, path, name):
    answer = so.get(path)
    assert answer.status == 200
    ((url, methods),) = answer.json.items()
    assert url.startswith("http://") and url.endswith(f"/api/v1/Agents/{name}")
    assert list(methods) == ["POST"] and methods["POST"]
    head = so.head(path)
    assert (head.status, head.body) == (200, b"")


def test_unknown_agents_and_methods(so):
    for path in ("Agents/BLOB/GetWeather", "Agents/Weather/GetPersonImage", "Agents/BLOB",
                 "Agents/BLOB/GetProductImageWithSize"):
        check_failure(so.get(path), 404, "SoNotFoundException")
        check_failure(so.post(path, json={}), 404, "SoNotFoundException")
    wrong = so.put("Agents/BLOB/GetPersonImage", json={})
    check_failure(wrong, 405, "SoNotSupportedException")
    assert wrong.headers["Allow"] == "GET, HEAD, POST, OPTIONS"
