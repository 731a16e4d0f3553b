"""The command app, beside a running server and without one."""

import pytest

from program import refused

REDIRECT = "https://labels.example.com/back?x=1"


def add(store, *options, name="Label maker", redirect=REDIRECT):
    shown = store.run("app", "add", "--name", name, "--redirect", redirect, "--json",
                      *options).json
    store.hide(shown["client_secret"])
    return shown


def test_an_application_is_added_listed_and_removed(store):
    made = add(store)
    other = add(store, "--scopes", "catalog,user", "--client-id", "my.shop-1", name="Größe")

    assert list(made) == ["id", "client_id", "client_secret", "application_token", "redirect_uri",
                          "scopes"]
    assert made["client_id"].startswith("local.") and len(made["client_secret"]) == 32
    assert made["scopes"] == "catalog" and other["client_id"] == "my.shop-1"
    assert made["client_secret"] != other["client_secret"]

    rows = store.run("app", "list", "--json").json
    assert [row["id"] for row in rows] == [made["id"], other["id"]]
    assert rows[1]["name"] == "Größe" and rows[1]["redirect_uri"] == REDIRECT
    assert rows[1]["scopes"] == "catalog,user" and rows[1]["created"]
    text = store.run("app", "list").text
    assert made["client_secret"] not in text and made["application_token"] not in text

    store.run("app", "remove", str(made["id"]))
    assert [row["id"] for row in store.run("app", "list", "--json").json] == [other["id"]]
    refused(1, "app", "remove", store.directory, made["id"], says=b"no application")


def test_for_people_what_an_application_needs_stands_in_lines(store):
    result = store.run("app", "add", "--name", "Shop", "--redirect", "http://localhost:3000/")

    lines = dict(line.split(": ", 1) for line in result.text.splitlines())
    store.hide(lines["client_secret"])
    assert lines["redirect_uri"] == "http://localhost:3000/"
    assert b"not shown again" in result.err


def test_an_application_wants_a_name_and_an_address(store):
    refused(2, "app", "add", store.directory, "--name", "Shop")
    refused(2, "app", "add", store.directory, "--redirect", REDIRECT)
    refused(2, "app", "remove", store.directory, "one")
    assert store.run("app", "list", "--json").json == []


@pytest.mark.parametrize("redirect", ["", "/back", "ftp://a", "https://", "https://a/#top",
                                      "https://a/ b", "javascript:alert(1)", "https://a/\nX: y"])
def test_an_address_that_users_could_not_be_sent_to_is_refused(store, redirect):
    refused(1, "app", "add", store.directory, "--name", "Shop", "--redirect", redirect)
    assert store.run("app", "list", "--json").json == []


def test_a_client_id_is_given_once(store):
    add(store, "--client-id", "shop")
    refused(1, "app", "add", store.directory, "--name", "x", "--redirect", REDIRECT,
            "--client-id", "shop", says=b"client id")
    refused(1, "app", "add", store.directory, "--name", "x", "--redirect", REDIRECT,
            "--client-id", "a b")
