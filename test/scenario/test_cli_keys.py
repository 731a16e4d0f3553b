"""The commands user and key, beside a running server and without one."""

import re

import pytest

import program
from clients import b64, basic, check_error, check_failure
from program import refused

GET = "catalog.productImage.get"
PATH = "Person/5/ImageInfo"


# users

def test_a_user_has_the_fields_it_was_given(store):
    store.run("user", "add", "anna", "--role", "editor", "--full-name", "Anna Åberg",
              "--formal-name", "Dr. Åberg", "--person-id", "7", "--rank", "-3", "--tooltip",
              "at the desk", "--group-idx", "2", "--type", "ExternalAssociate", "--id", "77",
              stdin=b"anna-password")

    anna = [row for row in store.run("user", "list", "--json").json if row["name"] == "anna"]

    want = {"id": 77, "role": "editor", "disabled": False, "type": "ExternalAssociate",
            "person_id": 7, "rank": -3, "group_idx": 2, "full_name": "Anna Åberg",
            "formal_name": "Dr. Åberg", "tooltip": "at the desk"}
    assert {name: anna[0][name] for name in want} == want


def test_a_password_is_never_taken_from_the_command_line(store):
    refused(2, "user", "add", store.directory, "bert", "--password", "bert-password")
    refused(2, "user", "add", store.directory, "bert", "bert-password")
    assert [row["name"] for row in store.run("user", "list", "--json").json] == ["first"]


@pytest.mark.parametrize("password", [b"", b"\n", b"one\ntwo\n", b"\xff\xfe\n", b"x" * 100_000])
def test_a_password_that_is_none_makes_no_user(store, password):
    refused(1, "user", "add", store.directory, "bert", stdin=password)
    refused(1, "user", "password", store.directory, "first", stdin=password)
    assert len(store.run("user", "list", "--json").json) == 1


def test_a_name_is_given_once_in_whatever_case(store):
    refused(1, "user", "add", store.directory, "FIRST", stdin=b"other-password", says=b"name")


@pytest.mark.parametrize("name", ["", "a:b", "a\nb", "a" * 10_000, "7T:x"])
def test_a_name_that_could_not_log_in_is_refused(store, name):
    result = program.cameo("user", "add", store.directory, name, stdin=b"some-password")

    assert result.code in (1, 2) and result.err.startswith(b"cameo: ")
    assert b"\n" not in result.err.split(b"\ntry: ")[0].rstrip(b"\n")
    assert len(store.run("user", "list", "--json").json) == 1


def test_a_new_user_gets_in_at_once_and_its_new_password_too(server, so):
    server.user("clara", "editor", "clara-password")
    old, new = basic("clara", "clara-password"), basic("clara", "clara-second")
    server.hide("clara-second")
    assert so.as_user(old).get(PATH).status == 200

    server.run("user", "password", "clara", stdin=b"clara-second\n")

    assert so.as_user(old).get(PATH).status == 401
    assert so.as_user(new).get(PATH).status == 200


def test_a_disabled_user_is_out_at_once_by_every_way_in(server, so, bx):
    user = server.user("dora", "editor", "dora-password")
    _, ticket = server.key("ticket", "dora")
    _, token = server.key("token", "dora")
    _, auth = server.key("token", "dora", "--bitrix24")
    _, hook = server.key("webhook", "dora")
    ways = [basic("dora", "dora-password"), f"SOTicket {ticket}", f"Bearer {token}",
            basic(ticket, "")]
    for way in ways:
        assert so.as_user(way).get(PATH).status == 200
    assert bx.call("profile", webhook=f"{user}/{hook}").status == 200
    assert bx.call("profile", auth="auth", token=auth).status == 200

    server.run("user", "disable", "dora")
    for way in ways:
        check_failure(so.as_user(way).get(PATH), 401)
    for answer in (bx.call("profile", webhook=f"{user}/{hook}"),
                   bx.call("profile", auth="auth", token=auth)):
        check_error(answer, 401, "authorization_error", "Unable to authorize user")

    server.run("user", "enable", "dora")
    for way in ways:
        assert so.as_user(way).get(PATH).status == 200


@pytest.mark.parametrize("verb", ["disable", "enable", "password"])
def test_a_user_that_is_not_there_is_exit_1(store, verb):
    refused(1, "user", verb, store.directory, "nobody", stdin=b"some-password", says=b"no user")


# keys

def test_keys_are_shown_once_and_begin_as_their_vendor_has_it(store):
    user = store.run("user", "list", "--json").json[0]["id"]
    made = {}
    for kind, options in (("ticket", []), ("token", []), ("token", ["--bitrix24"]),
                          ("webhook", [])):
        identity, secret = store.key(kind, "first", *options)
        made[identity] = secret
        assert len(secret) >= 20
    ticket, token, auth, hook = made.values()
    assert ticket.startswith("7T:") and token.startswith("8A:")
    assert all(re.fullmatch("[A-Za-z0-9_-]+", secret) for secret in (auth, hook))

    listed = store.run("key", "list")
    rows = store.run("key", "list", "--json").json
    assert {row["id"] for row in rows} == set(made)
    assert [row["kind"] for row in rows] == ["ticket", "token", "auth", "webhook"]
    assert {row["user_id"] for row in rows} == {user}
    assert not any(secret in listed.text for secret in made.values())
    assert all("secret" not in row for row in rows)


def test_only_hashes_of_secrets_are_stored(store):
    secrets = [store.key(kind, "first")[1] for kind in ("ticket", "token", "webhook")]

    files = [path.read_bytes() for path in store.directory.rglob("*") if path.is_file()]

    assert files
    for secret in [*secrets, "first-password"]:
        assert not any(secret.encode() in content for content in files)


def test_without_json_the_secret_alone_is_on_stdout(store):
    lines = [store.run("key", kind, "first").text for kind in ("ticket", "webhook")]

    assert lines[0].startswith("7T:") and lines[0].count("\n") == 1
    assert "/rest/" in lines[1] and lines[1].count("\n") == 1


@pytest.mark.parametrize("kind", ["ticket", "token"])
def test_a_revoked_superoffice_key_is_dead_at_once(server, so, kind):
    identity, secret = server.key(kind, "demo")
    way = so.as_user(("SOTicket " if kind == "ticket" else "Bearer ") + secret)
    assert [way.get(PATH).status for _ in range(3)] == [200, 200, 200]

    server.run("key", "revoke", identity)

    check_failure(way.get(PATH), 401, "SoSessionException")
    assert so.get(PATH).status == 200


def test_a_revoked_bitrix24_key_is_dead_at_once(server, bx):
    hook, secret = server.key("webhook", "demo")
    token, word = server.key("token", "demo", "--bitrix24")
    assert bx.call("profile", webhook=f"1/{secret}").status == 200
    assert bx.call("profile", auth="bearer", token=word).status == 200

    server.run("key", "revoke", hook)
    server.run("key", "revoke", token)

    check_error(bx.call("profile", webhook=f"1/{secret}"), 403, "INVALID_CREDENTIALS")
    check_error(bx.call("profile", auth="bearer", token=word), 401, "invalid_token")


def test_a_read_only_key_of_an_administrator_reads(server, so, bx, product, png):
    _, ticket = server.key("ticket", "demo", "--read-only")
    _, hook = server.key("webhook", "demo", "--read-only")
    image = f"Product/{product}/Image"
    so.put_image(image, png)

    reader = so.as_user(f"SOTicket {ticket}")
    assert reader.get(image).body == png
    check_failure(reader.delete(image), 403, "SoSentryException")
    assert bx.call("catalog.productImage.list", {"productId": product},
                   webhook=f"1/{hook}").status == 200
    add = {"fields": {"productId": product}, "fileContent": ["a.png", b64(png)]}
    check_error(bx.call("catalog.productImage.add", add, webhook=f"1/{hook}"), 400, "200040300020")


def test_a_key_without_the_scope_may_do_the_common_things_only(server, bx):
    _, hook = server.key("webhook", "demo", "--scope", "crm")
    _, token = server.key("token", "demo", "--bitrix24", "--scope", "crm")

    assert bx.call("server.time", webhook=f"1/{hook}").status == 200
    check_error(bx.call(GET, webhook=f"1/{hook}"), 403, "insufficient_scope",
                "The request requires higher privileges than provided by the webhook token")
    check_error(bx.call(GET, auth="auth", token=token), 403, "insufficient_scope",
                "The request requires higher privileges than provided by the access token")


def test_a_key_dies_when_its_time_is_over(server, bx):
    _, token = server.key("token", "demo", "--bitrix24", "--expires", "1")

    answer = bx.call("server.time", auth="auth", token=token)
    while answer.status == 200:
        answer = bx.call("server.time", auth="auth", token=token)

    check_error(answer, 401, "expired_token", "The access token provided has expired")


def test_revoking_what_is_not_there_is_exit_1(store):
    refused(1, "key", "revoke", store.directory, "999", says=b"999")
    refused(1, "key", "ticket", store.directory, "nobody", says=b"no user")
