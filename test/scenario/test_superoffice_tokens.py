"""SuperOffice: access tokens and tickets, how long they live, and what may be switched off."""

import datetime
import json

import pytest

from clients import DEMO_TICKET, SuperOffice, basic, check_failure

PATH = "Person/7/ImageInfo"
TOKEN = "User/currentToken"
AGENT = "Agents/User/GetAccessToken"


def token_of(server, client, path=TOKEN):
    answer = client.get(path) if path == TOKEN else client.post(path, json={"AppToken": "x"})
    assert answer.status == 200, answer
    assert "no-store" in ", ".join(answer.headers.get_all("Cache-Control")), answer.headers
    assert answer.json.startswith("8A:") and len(answer.json) > 30
    server.hide(answer.json)
    return answer.json


def keys(server):
    return server.run("key", "list", "--json").json


def seconds_left(row):
    ends = datetime.datetime.fromisoformat(row["expires"].replace("Z", "+00:00"))
    return (ends - datetime.datetime.now(datetime.timezone.utc)).total_seconds()


# tokens

@pytest.mark.parametrize("path", [TOKEN, AGENT])
@pytest.mark.parametrize("scheme", [basic("demo", "demo"), "SOTicket 7T:demo", basic("7T:demo", ""),
                                    "Bearer 8A:demo"])
def test_any_scheme_gets_a_token_that_is_good_as_a_bearer(server, so, scheme, path):
    token = token_of(server, so.as_user(scheme), path)

    bearer = so.as_user(f"Bearer {token}")
    assert bearer.get(PATH).status == 200
    assert bearer.get("User/currentPrincipal").json["AssociateId"] == 1
    check_failure(so.as_user(f"SOTicket {token}").get(PATH), 401)


def test_the_net_client_gets_a_token_after_its_401_and_tries_again(server, so):
    assert so.as_user("Bearer 8A:over").get(PATH).status == 401
    token = token_of(server, so.as_user(basic("demo", "demo")))
    assert so.as_user(f"Bearer {token}").get(PATH).status == 200


def test_a_token_is_xml_for_who_wants_xml(server, so):
    answer = so.get(TOKEN, {"Accept": "application/xml"})

    assert answer.status == 200 and answer.headers["Content-Type"].startswith("application/xml")
    assert answer.body.startswith(b"<string xmlns=") and b">8A:" in answer.body
    server.hide(answer.text.split(">")[1].split("<")[0])


@pytest.mark.parametrize("body", [None, b"null", b"{}", b'{"apptoken":"a","includecssession":true}'])
def test_the_agent_takes_any_arguments_or_none(server, so, body):
    answer = so.post(AGENT, body, {"Content-Type": "application/json"} if body else {})
    assert answer.status == 200, answer
    server.hide(answer.json)


def test_head_says_what_get_would_and_makes_no_token(fresh_server):
    so = fresh_server.superoffice
    before = len(keys(fresh_server))

    head = so.head(TOKEN)
    get = so.get(TOKEN)

    fresh_server.hide(get.json)
    assert head.status == 200 and head.body == b""
    assert head.headers["Content-Length"] == get.headers["Content-Length"]
    assert len(keys(fresh_server)) == before + 1


def test_strangers_get_no_token(so):
    check_failure(so.as_user(None).get(TOKEN), 401)
    check_failure(so.as_user("Bearer 8A:wrong").post(AGENT, json={}), 401)


def test_a_token_may_no_more_than_what_it_was_asked_for_with(server, so, png):
    path = f"Person/{server.record('person')}/Image"
    _, ticket = server.key("ticket", "demo", "--read-only")

    bearer = so.as_user("Bearer " + token_of(server, so.as_user(f"SOTicket {ticket}")))
    again = so.as_user("Bearer " + token_of(server, bearer))

    for one in (bearer, again):
        assert one.get("Person/7/ImageInfo").status == 200
        check_failure(one.put(path, png), 403, "SoSentryException")


def test_a_token_ends_when_what_it_was_asked_for_with_is_revoked(server, so):
    identity, ticket = server.key("ticket", "demo")
    first = so.as_user("Bearer " + token_of(server, so.as_user(f"SOTicket {ticket}")))
    second = so.as_user("Bearer " + token_of(server, first))
    assert [one.get(PATH).status for one in (first, second)] == [200, 200]

    server.run("key", "revoke", identity)

    assert [one.get(PATH).status for one in (first, second)] == [401, 401]


def test_a_token_got_by_password_ends_when_the_password_changes(server, so):
    server.user("nora", "editor", "nora-password")
    server.hide("nora-second")
    bearer = so.as_user("Bearer " + token_of(server, so.as_user(basic("nora", "nora-password"))))
    _, ticket = server.key("ticket", "nora")
    assert bearer.get(PATH).status == 200

    server.run("user", "password", "nora", stdin=b"nora-second\n")

    check_failure(bearer.get(PATH), 401)
    assert so.as_user(f"SOTicket {ticket}").get(PATH).status == 200, "an operator's key stays"


def test_asking_again_and_again_does_not_fill_the_store(fresh_server):
    so = fresh_server.superoffice
    tokens = [so.get(TOKEN).json for _ in range(300)]
    fresh_server.hide(*tokens)

    rows = [row for row in keys(fresh_server) if row["label"] == "currentToken"]

    assert len(set(tokens)) == 300 and len(rows) <= 256
    assert so.as_user(f"Bearer {tokens[-1]}").get(PATH).status == 200
    check_failure(so.as_user(f"Bearer {tokens[0]}").get(PATH), 401)
    assert so.get(PATH).status == 200


def test_a_token_dies_when_its_time_is_over(serve):
    server = serve("--demo", environment={"CAMEO_TOKEN_SECONDS": "1"})
    bearer = server.superoffice.as_user("Bearer " + token_of(server, server.superoffice))

    answer = bearer.get(PATH)
    assert answer.status == 200
    while answer.status == 200:
        answer = bearer.get(PATH)

    check_failure(answer, 401, "SoSessionException")


def test_what_the_tool_makes_lives_as_long_as_the_vendors(server):
    made = {kind: server.key(kind, "demo", *options)[0]
            for kind, *options in (["ticket"], ["token"], ["webhook"])}
    for_ever, _ = server.key("ticket", "demo", "--expires", "never")
    short, _ = server.key("ticket", "demo", "--expires", "100")
    rows = {row["id"]: row for row in keys(server)}

    assert 6 * 3600 - 60 < seconds_left(rows[made["ticket"]]) <= 6 * 3600
    assert 3600 - 60 < seconds_left(rows[made["token"]]) <= 3600
    assert 40 < seconds_left(rows[short]) <= 100
    assert rows[made["webhook"]]["expires"] is None and rows[for_ever]["expires"] is None


def test_a_ticket_that_is_used_goes_on_and_one_that_is_not_ends(serve):
    server = serve("--demo", environment={"CAMEO_TICKET_SECONDS": "2"})
    config = server.directory / "cameo.ini"
    config.write_text("[superoffice]\nticket_seconds = 2\n")
    used, unused = (server.superoffice.as_user("SOTicket " + server.key("ticket", "demo")[1])
                    for _ in range(2))
    assert unused.get(PATH).status == 200
    begun = datetime.datetime.now()

    while (datetime.datetime.now() - begun).total_seconds() < 4:
        assert used.get(PATH).status == 200

    check_failure(unused.get(PATH), 401, "SoSessionException")


# what may be switched off, and asked for

def test_names_and_passwords_can_be_switched_off(serve):
    server = serve("--demo", environment={"CAMEO_AUTHORIZE_WITH_USERNAME": "no"})
    so = server.superoffice

    check_failure(so.as_user(basic("demo", "demo")).get(PATH), 401)
    assert so.get(PATH).status == 200
    assert so.as_user(basic("7T:demo", "")).get(PATH).status == 200
    assert so.as_user("Bearer 8A:demo").get(PATH).status == 200


def test_tickets_can_be_switched_off(serve):
    server = serve("--demo", environment={"CAMEO_AUTHORIZE_WITH_TICKET": "no"})
    so = server.superoffice

    check_failure(so.get(PATH), 401)
    check_failure(so.as_user(basic("7T:demo", "")).get(PATH), 401)
    assert so.as_user(basic("demo", "demo")).get(PATH).status == 200
    assert so.as_user("Bearer 8A:demo").get(PATH).status == 200


def test_an_app_token_is_taken_by_who_does_not_ask_for_one(so):
    assert so.get(PATH, {"SO-AppToken": "whatever"}).status == 200


def test_tickets_come_with_an_app_token_where_one_is_asked_for(serve):
    server = serve("--demo", environment={"CAMEO_APP_TOKEN": "app-token-one app-token-two"})
    server.hide("app-token-one", "app-token-two")
    so = server.superoffice

    for wrong in ({}, {"SO-AppToken": ""}, {"SO-AppToken": "app-token"},
                  {"SO-AppToken": "app-token-one app-token-two"}):
        answer = so.get(PATH, wrong)
        check_failure(answer, 401)
        assert "SO-AppToken" in answer.json["Message"] and "app-token" not in answer.text
        check_failure(so.as_user(basic(DEMO_TICKET, "")).get(PATH, wrong), 401)
    for right in ("app-token-one", "app-token-two"):
        assert so.get(PATH, {"SO-AppToken": right}).status == 200
        assert so.as_user(basic(DEMO_TICKET, "")).get(PATH, {"so-apptoken": right}).status == 200
    assert so.as_user(basic("demo", "demo")).get(PATH).status == 200

    asks = so.as_user(basic("demo", "demo"))
    check_failure(asks.post(AGENT, json={"AppToken": "wrong"}), 403, "SoSentryException")
    answer = asks.post(AGENT, json={"AppToken": "app-token-two"})
    assert answer.status == 200
    server.hide(answer.json)


def test_a_secret_setting_is_never_shown(cli, tmp_path):
    rows = json.loads(cli("help", "settings", "--json").text)
    app_token = [row for row in rows if row["name"] == "app_token"][0]
    assert app_token["type"] == "secret" and app_token["default"] == ""

    (tmp_path / "cameo.ini").write_text("[superoffice]\napp_token = never-shown\x01\n")
    result = cli("serve", tmp_path, "--listen", "127.0.0.1:0")
    assert result.code == 1 and b"app_token" in result.err and b"never-shown" not in result.err


# who asks

def test_current_principal_has_the_members_of_the_carrier_in_their_order(so):
    answer = so.get("User/currentPrincipal")

    assert answer.status == 200
    assert list(answer.json) == [
        "UserType", "Associate", "AssociateId", "IsPerson", "PersonId", "CountryId",
        "HomeCountryId", "ContactId", "GroupId", "BusinessId", "CategoryId", "ContactOwner",
        "RoleId", "RoleName", "RoleDescription", "RoleType", "Licenses", "FullName",
        "EMailAddress", "FunctionRights", "EjUserId", "EjAccessLevel", "EjUserStatus",
        "ProvidedCredentials", "SecondaryGroups", "DatabaseContextIdentifier", "UserName"]
    want = {"UserType": "InternalAssociate", "Associate": "demo", "AssociateId": 1,
            "IsPerson": True, "PersonId": 1, "RoleName": "Administrator", "RoleType": "Employee",
            "EjUserStatus": "StatusNormal", "UserName": "demo", "Licenses": [],
            "FunctionRights": [], "ProvidedCredentials": [], "SecondaryGroups": []}
    assert {name: answer.json[name] for name in want} == want


def test_current_associate_is_the_associate_of_every_carrier(so, png, record):
    path = f"Contact/{record('contact')}/Image"
    so.put_image(path, png)

    answer = so.get("User/currentAssociate")

    assert answer.status == 200
    rights = ("TableRight", "FieldProperties")  # nobody changes an associate by this wire
    shown = so.info(path + "Info")["CreatedBy"]
    assert list(answer.json) == list(shown)
    assert {name: value for name, value in answer.json.items() if name not in rights} \
        == {name: value for name, value in shown.items() if name not in rights}
    assert answer.json["TableRight"]["Mask"] == "Select"
    assert {field["FieldRight"]["Mask"] for field in answer.json["FieldProperties"].values()} \
        == {"Read"}
    assert answer.json["Name"] == "demo" and answer.json["Type"] == "InternalAssociate"


@pytest.mark.parametrize("path, root", [("User/currentPrincipal", b"<SoPrincipalCarrier"),
                                        ("user/CURRENTASSOCIATE", b"<Associate")])
def test_who_asks_is_told_in_xml_too(so, path, root):
    answer = so.get(path, {"Accept": "text/xml"})

    assert answer.status == 200 and answer.headers["Content-Type"].startswith("text/xml")
    assert answer.body.startswith(root) and b"<AssociateId>1</AssociateId>" in answer.body


def test_there_is_no_user_current(so):
    check_failure(so.get("User/current"), 404, "SoNotFoundException")


@pytest.mark.parametrize("path", ["User/currentPrincipal", "User/currentAssociate"])
def test_who_asks_must_say_who_he_is(so, path):
    check_failure(so.as_user(None).get(path), 401)
    check_failure(so.post(path), 405)


def test_clients_differ_only_in_what_they_say(server):
    """Two addresses below different prefixes are the same service (superoffice 1.1)."""
    for prefix in ("", "/crm", "/Cust12345/CS"):
        client = SuperOffice(server.address)
        answer = client.get(f"{prefix}/api/v1/User/currentPrincipal")
        assert answer.json["UserName"] == "demo"
