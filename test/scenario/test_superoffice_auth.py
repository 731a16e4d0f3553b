"""SuperOffice: who may come in, and who may write."""

import pytest

from clients import basic, check_failure

PATH = "Person/7/ImageInfo"
CHALLENGE = 'Basic realm="SuperOffice Username or Ticket"'
GOOD = [basic("demo", "demo"), basic("7T:demo", ""), "SOTicket 7T:demo", "SoTicket 7T:demo",
        "SOTICKET 7T:demo", "soticket 7T:demo", "Bearer 8A:demo", "bearer 8A:demo",
        "SOTicket   7T:demo", "basic " + basic("demo", "demo").split()[1]]
BAD = [basic("demo", "wrong"), basic("demo", ""), basic("nobody", "demo"), basic("", ""),
       basic("7T:wrong", ""), basic("8A:demo", ""), "Basic", "Basic !!!", "Basic ZGVtbw==",
       "SOTicket", "SOTicket 7T:wrong", "SOTicket 8A:demo", "SOTicket demo", "Bearer 7T:demo",
       "Bearer 8A:wrong", "Bearer demo-oauth", "Bearer demo-webhook", "Digest 7T:demo", "7T:demo",
       "Negotiate YII="]


@pytest.mark.parametrize("authorization", GOOD)
def test_a_good_credential_is_let_in(so, authorization):
    assert so.as_user(authorization).get(PATH).status == 200


@pytest.mark.parametrize("authorization", BAD)
def test_a_bad_credential_is_401_with_the_challenge(so, authorization):
    answer = so.as_user(authorization).get(PATH)

    check_failure(answer, 401)
    assert answer.json["ErrorType"] in ("SoSessionException", "SoInvalidPasswordException")
    assert answer.headers["WWW-Authenticate"] == CHALLENGE
    secret = authorization.partition(" ")[2]
    assert len(secret) < 5 or secret not in answer.text


def test_no_credential_is_401_with_the_challenge(so):
    answer = so.as_user(None).get(PATH)

    check_failure(answer, 401, "SoSessionException")
    assert answer.headers["WWW-Authenticate"] == CHALLENGE


@pytest.mark.parametrize("path", ["Person/7/Image", "Person/654321/Image",
                                  "Person/654321/ImageInfo"])
@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_strangers_learn_nothing_about_what_exists(so, png, method, path):
    check_failure(so.as_user(None).request(method, path, png), 401)


def test_strangers_change_nothing(server, so, png, jpeg):
    path = f"Person/{server.record('person')}/Image"
    so.put_image(path, png)
    stranger = so.as_user("SOTicket 7T:wrong")

    for answer in (stranger.put(path, jpeg), stranger.post(path, jpeg), stranger.delete(path),
                   stranger.put(path + "Info", json={"Description": "x"})):
        check_failure(answer, 401)

    assert so.get(path).body == png
    assert so.info(path + "Info")["Description"] == ""


@pytest.mark.parametrize("accept, html", [("text/html", True),
                                          ("text/html,application/xhtml+xml,*/*;q=0.8", True),
                                          ("application/json, text/html;q=0.5", False),
                                          ("application/json; charset=utf-8", False),
                                          ("*/*", False), ("image/png", False)])
def test_the_401_is_html_only_when_html_is_preferred(so, accept, html):
    answer = so.as_user(None).get(PATH, {"Accept": accept})

    assert answer.status == 401
    assert answer.headers["WWW-Authenticate"] == CHALLENGE
    if html:
        assert answer.headers["Content-Type"].startswith("text/html")
        assert answer.body.lower().startswith(b"<!doctype html>")
        assert all(word in answer.body for word in (b"Basic", b"SoTicket", b"Bearer"))
    else:
        check_failure(answer, 401)


@pytest.mark.parametrize("header", ["X-Requested-With", "X-XSRF-TOKEN"])
def test_a_script_gets_no_challenge_that_would_open_a_dialogue(so, header):
    answer = so.as_user(None).get(PATH, {header: "XMLHttpRequest"})

    check_failure(answer, 401)
    assert "WWW-Authenticate" not in answer.headers


def test_a_reader_reads(server, so, png):
    path = f"Person/{server.record('person')}/Image"
    so.put_image(path, png)

    assert server.reader.get(path).body == png
    assert server.reader.get(path + "Info").status == 200
    assert server.reader.head(path).status == 200


def test_a_reader_who_writes_gets_403_and_changes_nothing(server, so, png, jpeg):
    path = f"Person/{server.record('person')}/Image"
    so.put_image(path, png)

    for answer in (server.reader.put(path, jpeg, {"Content-Type": "image/jpeg"}),
                   server.reader.post(path, jpeg, {"Content-Type": "image/jpeg"}),
                   server.reader.delete(path),
                   server.reader.put(path + "Info", json={"Description": "x"})):
        check_failure(answer, 403, "SoSentryException")

    assert so.get(path).body == png
    assert so.info(path + "Info")["Description"] == ""


def test_a_password_may_hold_colons_spaces_and_any_letter(server, so):
    password = "a:b c:ø 日本"
    server.user("odd-password", "reader", password)

    assert so.as_user(basic("odd-password", password)).get(PATH).status == 200
    assert so.as_user(basic("odd-password", "a")).get(PATH).status == 401


def test_a_name_with_another_users_ticket_is_not_let_in(so):
    assert so.as_user(basic("reader", "7T:demo")).get(PATH).status == 401


def test_one_wrong_password_does_not_lock_the_right_one_out(so):
    wrong, right = basic("demo", "demo2"), basic("demo", "demo")

    statuses = [so.as_user(each).get(PATH).status for each in (right, wrong, right, wrong, right)]

    assert statuses == [200, 401, 200, 401, 200]
