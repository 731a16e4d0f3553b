"""What SuperOffice's clients do and a server has to survive: a test for each row of section 15, named
after it. The npm package itself runs in test/npm; here are its requests as they look on the wire."""

import gzip
import http.cookies
import json

import pytest

from clients import b64, basic, check_failure
from pictures import opened
from wire import head_of, multipart, read_answer

TICKET = ("Authorization", "SoTicket 7T:demo")
NPM = {"User-Agent": "SO-TS-WebApi/1.0", "SO-Browser-TZ-Offset": "0",
       "Accept-Encoding": "gzip, compress, deflate, br", "Content-Type": "application/json",
       "Accept": "application/json"}
FUTURE = "Fri, 01 Jan 2100 00:00:00 GMT"
NO_DATE = "0001-01-01T00:00:00"


def agent(so, method, arguments=None, headers=None):
    """A call as the npm package makes it."""
    return so.post(f"Agents/{method}", json.dumps(arguments).encode(), {**NPM, **(headers or {})})


def camel(value):
    """An entity as the npm package writes it: camelCase names, masks as numbers, dates in UTC."""
    if isinstance(value, list):
        return [camel(one) for one in value]
    if not isinstance(value, dict):
        return value.replace(NO_DATE, NO_DATE + ".000Z") if isinstance(value, str) else value
    out = {}
    for name, inner in value.items():
        out[name[0].lower() + name[1:]] = 15 if name == "Mask" else camel(inner)
    return out


def names_of(value):
    if isinstance(value, dict):
        for name, inner in value.items():
            yield name
            if name not in ("CustomFields", "ExtraFields", "FieldProperties", "_Links"):
                yield from names_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from names_of(inner)


@pytest.mark.parametrize("kind, name", [("Contact", "name"), ("Person", "lastname"),
                                        ("Project", "name")])
def test_1_npm_writes_camel_case_and_numbers_and_reads_pascal_case(so, kind, name):
    given = camel(so.get(f"{kind}/default").json)
    assert given["tableRight"]["mask"] == 15
    given[name] = "Written in camel case"

    answer = so.post(f"{kind}/", json=given, headers=NPM)

    assert answer.status == 200, answer
    entity = answer.json
    assert entity[name.capitalize()] == "Written in camel case"
    # _Links is its documented name
    assert all(one == "_Links" or one[0].isupper() for one in names_of(entity))
    assert entity["TableRight"]["Mask"] == "FULL"
    again = so.put(f"{kind}/{entity[kind + 'Id']}", json=camel(entity), headers=NPM)
    assert again.status == 200 and again.json[name.capitalize()] == "Written in camel case"


def test_1_npm_writes_camel_case_of_abbreviations_too(so):
    answer = agent(so, "Quote/SaveProduct", {"name": "Keyed", "erpProductKey": "k-1",
                                             "erpPriceListKey": "p-1", "vAT": 25})

    assert answer.status == 200, answer
    assert (answer.json["ERPProductKey"], answer.json["ERPPriceListKey"]) == ("k-1", "p-1")


@pytest.mark.parametrize("body", [b"null", b""], ids=["null", "nothing"])
def test_2_npm_sends_null_for_no_arguments(so, body):
    answer = so.post("Agents/BLOB/CreateDefaultBlobEntity", body, NPM)

    assert answer.status == 200 and answer.json["BlobId"] == 0, answer
    answer = so.post("Agents/Contact/GetContactEntity?contactEntityId=1", body, NPM)
    assert answer.status == 200 and answer.json["ContactId"] == 1, answer


def test_2_npm_creates_behind_a_slash(so):
    answer = so.post("Contact/", json={"name": "Behind a slash"}, headers=NPM)

    assert answer.status == 200 and answer.json["ContactId"] > 0, answer


def test_3_npm_wants_bytes_or_base64(server, so, png):
    person = server.record("person")
    so.put_image(f"Person/{person}/Image", png)
    arguments = {"personId": person}

    asked = agent(so, "BLOB/GetPersonImage", arguments, {"Accept": "application/octet-stream"})
    text = agent(so, "BLOB/GetPersonImage", arguments)

    assert asked.headers["Content-Type"] == "application/octet-stream" and asked.body == png
    assert text.headers["Content-Type"] == "application/json; charset=utf-8"
    assert text.json == b64(png)


def test_4_npm_keeps_headers_of_earlier_calls(server, so, png):
    person = server.record("person")
    sticky = {"If-Modified-Since": FUTURE, "SO-Timezone": "NO", "Accept-Language": "",
              "SO-Language": ""}
    so.put_image(f"Person/{person}/Image", png)

    assert so.get("Person/default", {**NPM, **sticky}).status == 200
    assert so.get("Person?$top=1", {**NPM, **sticky}).status == 200
    assert so.get("/api", {**NPM, **sticky}).status == 200
    assert agent(so, "BLOB/GetPersonImage", {"personId": person}, sticky).status == 200
    assert so.post("Person/", json={"lastname": "Sticky"}, headers={**NPM, **sticky}).status == 200
    assert so.put(f"Person/{person}", json={"title": "x"}, headers={**NPM, **sticky}).status == 200
    unmodified = {**sticky, "If-Unmodified-Since": "Mon, 01 Jan 2001 00:00:00 GMT"}
    assert so.get(f"Person/{person}", {**NPM, "If-Unmodified-Since": unmodified[
        "If-Unmodified-Since"]}).status == 200
    assert agent(so, "BLOB/GetPersonImage", {"personId": person}, unmodified).status == 200
    assert so.post("Person/", json={"lastname": "Sticky"},
                   headers={**NPM, **unmodified}).status == 200


def test_4_npm_sends_a_culture_as_the_language(so):
    made = so.post("Contact/", json={"name": "x", "description": 'US:"Supplier";NO:"Leverandør"'})

    answer = so.get(f"Contact/{made.json['ContactId']}", {**NPM, "SO-Language": "nb-NO"})

    assert answer.json["Description"] == "Leverandør", answer


def test_5_npm_names_itself_and_takes_compressed_answers(so):
    answer = so.get("Contact/default", {**NPM, "SO-Browser-TZ-Offset": "-120"})

    assert answer.status == 200
    assert answer.headers["Content-Encoding"] == "gzip", answer
    assert len(answer.body) < len(answer.text) and answer.json["ContactId"] == 0


def test_5_pictures_are_never_compressed(server, so, png):
    product = server.record("product")
    so.put_image(f"Product/{product}/Image", png)

    answer = so.get(f"Product/{product}/Image", {"Accept-Encoding": "gzip, deflate, br"})

    assert answer.headers["Content-Encoding"] is None and answer.body == png


def test_6_npm_takes_204_for_done_and_null_for_nothing(server, so, png):
    person = server.record("person")

    done = agent(so, "BLOB/SetPersonImage", {"personId": person, "image": b64(png)})
    nothing = agent(so, "BLOB/GetBlobEntity?blobEntityId=987654321")

    assert done.status == 204 and done.body == b""
    assert nothing.status == 200 and nothing.body == b"null", nothing


def test_7_dotnet_says_soticket_and_so_timezone(server, so, png):
    person = server.record("person")
    so.put_image(f"Person/{person}/Image", png)
    dotnet = so.as_user("SOTicket 7T:demo")

    answer = dotnet.get(f"Person/{person}", {"SO-TimeZone": "NO, includeTZOffset",
                                             "Accept": "application/json"})

    assert answer.status == 200, answer
    assert answer.json["UpdatedDate"].endswith("Z"), answer
    assert answer.headers["SO-TimeZone"].startswith("NO")


def test_7_dotnet_gets_a_token_after_401_and_asks_again(so):
    stale = so.as_user("Bearer 8A:long-gone-and-forgotten")
    refused = stale.get("Contact/default")
    check_failure(refused, 401, "SoSessionException")
    assert refused.headers["WWW-Authenticate"]

    token = so.as_user(basic("demo", "demo")).get("User/currentToken")

    assert token.status == 200 and token.json.startswith("8A:"), token.status
    assert stale.as_user(f"Bearer {token.json}").get("Contact/default").status == 200


def test_7_dotnet_compresses_requests_and_checks_the_length(so):
    body = gzip.compress(json.dumps({"Name": "Compressed"}).encode())

    answer = so.post("Contact", body, {"Content-Type": "application/json",
                                       "Content-Encoding": "gzip"})

    assert answer.status == 200 and answer.json["Name"] == "Compressed", answer
    assert int(answer.headers["Content-Length"]) == len(answer.body)


@pytest.mark.parametrize("which", ["server", "tls_server"])
def test_8_php_sends_spaces_in_the_request_line(request, which):
    server = request.getfixturevalue(which)
    made = server.superoffice.post("Contact", json={"Name": "Foo of a space"})
    assert made.status == 200, made
    line = b"GET /api/v1/Contact?$filter=name begins 'Foo'&$select=contactId, name HTTP/1.1\r\n"
    headers = (b"Host: x\r\nAuthorization: SoTicket 7T:demo\r\nAccept-Language: *\r\n"
               b"Accept: application/json; charset=utf-8\r\n\r\n")

    with server.address.connect() as sock:
        for _ in range(2):  # it keeps its connection
            sock.sendall(line + headers)
            answer = read_answer(sock)
            assert answer.status == 200, answer
            assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
            rows = answer.json["value"]
            assert {"PrimaryKey": str(made.json["ContactId"]), "EntityName": "contact",
                    "contactId": made.json["ContactId"], "name": "Foo of a space"} in rows
            assert all(row["name"].startswith("Foo") for row in rows)


def test_8_php_takes_nothing_but_200(server, so, png):
    headers = {"Accept": "application/json; charset=utf-8", "Accept-Language": "*"}
    person = server.record("person")
    path = f"Person/{person}"

    answers = [so.post("Person", json={"Lastname": "x"}, headers=headers),
               so.put(path, json={"Title": "x"}, headers=headers),
               so.request("PATCH", path, json={"Title": "y"}, headers=headers),
               so.get(path, headers), so.get("Person", headers),
               so.put(path + "/Image", png, {**headers, "Content-Type": "image/png"}),
               so.get(path + "/Image", headers), so.get(path + "/ImageInfo", headers)]

    assert [answer.status for answer in answers] == [200] * len(answers)
    assert answers[-2].body == png  # Accept changes nothing about a picture


def sign_in(server):
    """The cookies of a browser session."""
    answer = server.address.request(
        "POST", "/login", {"Content-Type": "application/x-www-form-urlencoded"},
        b"user=demo&password=demo")
    jar = http.cookies.SimpleCookie()
    for line in answer.headers.get_all("Set-Cookie") or []:
        jar.load(line)
    assert "SO_SESSION" in jar and "XSRF-TOKEN" in jar, answer
    session, token = jar["SO_SESSION"].value, jar["XSRF-TOKEN"].value
    server.hide(session, token)
    return session, token


def test_9_a_browsers_image_comes_with_the_cookie_alone(server, so, png):
    session, token = sign_in(server)
    blank, full = server.record("person"), server.record("person")
    so.put_image(f"Person/{full}/Image", png)
    browser = {"Cookie": f"SO_SESSION={session}; XSRF-TOKEN={token}",
               "Accept": "image/avif,image/webp,image/*,*/*;q=0.8"}

    def get(target, **more):
        return server.address.request("GET", target, {**browser, **more})

    answer = get(f"/api/v1/person/{blank}/image?ifBlank=SrNoPhoto")
    assert answer.status == 200 and answer.headers["Content-Type"].startswith("image/"), answer
    assert opened(answer.body)
    assert get(f"/api/v1/person/{full}/image?ifBlank=SrNoPhoto").body == png
    # whatever can be read by a script or changes something wants the header too
    assert get(f"/api/v1/Person/{full}/ImageInfo").status == 401
    assert get(f"/api/v1/Person/{full}/ImageInfo", **{"X-XSRF-TOKEN": token}).status == 200
    assert get(f"/api/v1/Person/{full}/ImageInfo", **{"X-XSRF-TOKEN": "other"}).status == 401


@pytest.mark.parametrize("body", [
    b"{'Name': 'Lenient'}", b"{Name: 'Lenient',}", b'{"name":"Lenient", // yes\n "ContactId":"5"}',
    b'/* a note */ {"NAME": "Lenient",}'])
def test_10_http_files_are_lenient_with_json(so, body):
    answer = so.post("contact", body, {"Content-Type": "application/json"})

    assert answer.status == 200 and answer.json["Name"] == "Lenient", answer


def test_10_http_files_are_lenient_with_everything_else(server, so):
    get = so.get("/api/v1/contact/1/imageinfo", {"Content-Type": "application/json"})
    doubled = so.get("//api/v1/contact/1?$Select=Name&$orderby=name", {"Accept": "application/html"})
    xml = so.get("contact/1", {"Content-Type": "text/xml"})

    assert get.status == 200 and get.json["BlobId"] >= 0
    assert doubled.status == 200 and doubled.json["Name"], doubled
    assert doubled.headers["Content-Type"] == "application/json; charset=utf-8"
    assert xml.status == 200 and xml.text.startswith("<ContactEntity"), xml


def test_11_generated_clients_send_the_project_twice(server, so, png):
    project = server.record("project")
    so.put_image(f"Project/{project}/Image", png)

    def put(path):
        return so.put(path, json={"Description": "twice"})

    assert put(f"Project/{project}/ImageInfo?projectId={project}").json["Description"] == "twice"
    assert put(f"Project/anything/ImageInfo?projectId={project}").status == 200
    assert put(f"Project/{project}/ImageInfo").status == 200
    check_failure(put(f"Project/{project + 1}/ImageInfo?projectId={project}"), 400)


def test_11_generated_clients_send_the_field_image_and_read_imageinfo(server, so, png):
    contact = server.record("contact")
    kind, body = multipart([("other", None, None, b"x"), ("image", "a.png", "image/png", png)])

    answer = so.post(f"Contact/{contact}/Image", body, {"Content-Type": kind})

    assert answer.status == 200 and so.get(f"Contact/{contact}/Image").body == png
    assert so.get(f"Contact/{contact}/Imageinfo").json["BlobId"] == answer.json


def test_12_angular_sends_a_form_that_claims_to_be_bytes(server, so, png):
    person = server.record("person")
    _, body = multipart([("file", "portrait.png", "image/png", png)])
    headers = {"Content-Type": "application/octet-stream", "Accept-Language": "US"}

    answer = so.put(f"Person/{person}/Image", body, headers)

    assert answer.status == 200, answer
    assert so.get(f"Person/{person}/Image").body == png


def test_12_angular_asks_for_the_language_us(so):
    made = so.post("Contact", json={"Name": "x", "Description": 'US:"Supplier";NO:"Leverandør"'})

    answer = so.get(f"Contact/{made.json['ContactId']}", {"Accept-Language": "US"})

    assert answer.json["Description"] == "Supplier", answer


def test_no_row_is_left_without_an_answer_on_one_connection(server):
    """All of it on one connection, as a client with a pool does it."""
    with server.address.connect() as sock:
        for method, target, more, status in [
                ("GET", "/api/v1/contact/1", [("Content-Type", "application/json")], 200),
                ("POST", "/api/v1/Agents/BLOB/CreateDefaultBlobEntity", [("Content-Length", "0")],
                 200),
                ("GET", "/api/v1/Contact/987654321", [], 404),
                ("OPTIONS", "/api/v1/Contact/1", [], 204),
                ("GET", "/api/v1/Contact/default", [], 200)]:
            sock.sendall(head_of(method, target, [TICKET, *more]))
            assert read_answer(sock, method).status == status
