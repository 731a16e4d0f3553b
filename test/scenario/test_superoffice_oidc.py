"""SuperOffice: bearer tokens of an OpenID Connect issuer."""

import datetime
import hashlib
import hmac
import json
import time

import pytest

import program
from clients import SuperOffice, check_failure
from issuer import AUDIENCE, Issuer, Key, b64
from program import refused

PATH = "Person/7/ImageInfo"


@pytest.fixture(scope="module")
def issuer():
    with Issuer() as one:
        yield one


@pytest.fixture(scope="module")
def taking(tmp_path_factory, issuer):
    """A demo server that takes the issuer's tokens."""
    directory = tmp_path_factory.mktemp("oidc") / "store"
    with program.Server(directory, "--demo", environment=issuer.environment) as running:
        yield running


@pytest.fixture
def ask(taking):
    """Asks who one is, with a token."""
    def get(token, server=taking):
        server.hide(token.rpartition(".")[2])
        return SuperOffice(server.address, f"Bearer {token}").get("User/currentPrincipal")

    return get


@pytest.mark.parametrize("index, alg", [(0, "ES256"), (1, "RS256")])
def test_a_token_of_the_issuer_is_its_user(ask, issuer, index, alg):
    token = issuer.token(issuer.keys[index])
    assert issuer.keys[index].alg == alg

    for _ in range(3):
        answer = ask(token)
        assert answer.status == 200 and answer.json["UserName"] == "demo"


@pytest.mark.parametrize("name", ["reader", "READER"])
def test_the_claim_is_the_login_in_any_case(ask, issuer, name):
    assert ask(issuer.token(preferred_username=name)).json["UserName"] == "reader"


def test_a_reader_reads(taking, issuer, png):
    client = SuperOffice(taking.address, "Bearer " + issuer.token(preferred_username="reader"))

    assert client.get(PATH).status == 200
    check_failure(client.put("Person/7/Image", png), 403, "SoSentryException")


@pytest.mark.parametrize("claims", [
    {"exp": 1}, {"exp": None}, {"exp": "x"}, {"nbf": 4_000_000_000},
    {"iat": 4_000_000_000}, {"iss": "https://other.example"}, {"iss": None},
    {"aud": "other"}, {"aud": []}, {"aud": None}, {"preferred_username": "stranger"},
    {"preferred_username": None}, {"preferred_username": ""}, {"preferred_username": 1},
    {"preferred_username": ["demo"]}], ids=str)
def test_claims_that_do_not_fit_are_refused(ask, issuer, claims):
    answer = ask(issuer.token(**claims))

    check_failure(answer, 401, "SoSessionException")
    assert "WWW-Authenticate" in answer.headers
    assert "stranger" not in answer.text


@pytest.mark.parametrize("name, ahead", [("exp", -30), ("nbf", 30), ("iat", 30), ("exp", 300.5)])
def test_claims_that_fit_within_the_skew_are_taken(ask, issuer, name, ahead):
    assert ask(issuer.token(**{name: time.time() + ahead})).status == 200


def test_one_audience_of_several_will_do(ask, issuer):
    assert ask(issuer.token(aud=["other", AUDIENCE])).status == 200


def test_what_nobody_or_somebody_else_signed_is_refused(taking, issuer):
    secret = json.dumps(issuer.keys[1].jwk).encode()
    head = b64(json.dumps({"alg": "HS256", "kid": "key-2"}).encode())
    body = issuer.token().split(".")[1]
    forged = hmac.new(secret, f"{head}.{body}".encode(), hashlib.sha256).digest()
    good = issuer.token().split(".")
    admin = issuer.token(preferred_username="reader").split(".")

    for token in (issuer.token(Key("key-1")), issuer.token(Key("key-2", "RSA")),
                  issuer.token(header={"alg": "none"}, signature=b""),
                  issuer.token(header={"alg": "none"}, signature=b"x"),
                  issuer.token(header={"alg": "None"}, signature=b"x"),
                  issuer.token(signature=b""), issuer.token(signature=bytes(64)),
                  issuer.token(header={"kid": "key-2"}), issuer.token(header={"alg": "RS256"}),
                  issuer.token(header={"alg": "ES384"}), issuer.token(header={"alg": None}),
                  issuer.token(header={"crit": ["exp"]}), issuer.token(header={"typ": "dpop+jwt"}),
                  issuer.token(header={"jwk": Key("x").jwk, "kid": "x"}),
                  f"{head}.{body}.{b64(forged)}", ".".join([good[0], admin[1], good[2]]),
                  ".".join(good[:2]), ".".join(good) + ".x", "..", "eyJ.eyJ.eyJ"):
        answer = SuperOffice(taking.address, f"Bearer {token}").get(PATH)
        check_failure(answer, 401, "SoSessionException")


def test_other_credentials_go_on(taking):
    so = taking.superoffice
    assert so.get(PATH).status == 200
    assert so.as_user("Bearer 8A:demo").get(PATH).status == 200


def test_a_disabled_user_is_out_at_once(taking, ask, issuer):
    taking.user("olga", "reader", "olga-password")
    token = issuer.token(preferred_username="olga")
    assert ask(token).status == 200

    taking.run("user", "disable", "olga")

    check_failure(ask(token), 401)


def test_our_own_token_made_with_an_issuers_does_not_outlive_it(taking, ask, issuer):
    client = SuperOffice(taking.address, "Bearer " + issuer.token(exp=int(time.time()) + 100))
    own = client.get("User/currentToken").json
    taking.hide(own)

    assert ask(own).json["UserName"] == "demo"
    row = [row for row in taking.run("key", "list", "--json").json
           if row["label"] == "currentToken"][-1]
    made, ends = (datetime.datetime.fromisoformat(row[name].replace("Z", "+00:00"))
                  for name in ("created", "expires"))
    assert (ends - made).total_seconds() <= 161, "its own time and the skew"


def test_a_token_dies_when_its_time_is_over(serve, ask, issuer):
    server = serve("--demo", environment={**issuer.environment, "CAMEO_OIDC_SKEW_SECONDS": "0"})
    token = issuer.token(exp=time.time() + 2)

    answer = ask(token, server)
    assert answer.status == 200
    while answer.status == 200:
        answer = ask(token, server)

    check_failure(answer, 401, "SoSessionException")


def test_keys_that_are_exchanged_are_found(serve, ask, png):
    with Issuer() as rotating:
        environment = {**rotating.environment, "CAMEO_OIDC_KEYS_SECONDS": "1"}
        server = serve("--demo", environment=environment)
        old = rotating.token()
        assert ask(old, server).status == 200

        rotating.keys = [Key("key-3")]
        new = rotating.token()
        answer = ask(new, server)
        while answer.status == 401:  # until the issuer may be asked again
            answer = ask(new, server)
        assert answer.status == 200

        # the old one is remembered for a moment; another one of the same key is refused
        rotating.keys.append(Key("key-1"))
        check_failure(ask(rotating.token(rotating.keys[1]), server), 401)


def test_the_issuer_is_not_asked_at_every_strangers_word(serve, ask):
    with Issuer() as one:
        server = serve("--demo", environment=one.environment)
        assert ask(one.token(), server).status == 200
        for index in range(20):
            check_failure(ask(one.token(Key(f"unknown-{index}")), server), 401)
            check_failure(ask(one.token(signature=bytes(64)), server), 401)
        assert ask(one.token(one.keys[1]), server).status == 200
        assert one.asked == 1


@pytest.mark.parametrize("wrong", [{"status": 500}, {"document": b"{"}, {"document": b"[]"},
                                   {"document": b" " * 300_000}, {"status": 302}],
                         ids=["500", "no-json", "no-object", "too-long", "redirect"])
def test_without_the_issuers_keys_the_answer_is_try_again(serve, ask, wrong):
    with Issuer() as one:
        vars(one).update(wrong)
        server = serve("--demo", environment=one.environment)
        server.allow("the issuer's keys")
        answer = ask(one.token(), server)
        check_failure(answer, 503)
        assert answer.headers["Retry-After"]
        assert server.superoffice.get(PATH).status == 200
        assert "the issuer's keys" in "".join(log.read_text() for log in server.logs())


def test_keys_may_lie_in_a_file_and_the_claim_may_be_another(serve, tmp_path, ask):
    one = Issuer()
    one.server.server_close()
    keys = tmp_path / "jwks.json"
    keys.write_text(json.dumps(one.jwks))
    server = serve("--demo", environment={
        **one.environment, "CAMEO_OIDC_JWKS": str(keys), "CAMEO_OIDC_CLAIM": "email"})
    server.run("user", "add", "eva@example.com", "--role", "reader", stdin=b"eva-password\n")

    assert ask(one.token(email="eva@example.com", email_verified=True), server).status == 200
    check_failure(ask(one.token(email="eva@example.com", email_verified=False), server), 401)
    check_failure(ask(one.token(), server), 401)

    one.keys = [Key("new")]
    keys.write_text(json.dumps(one.jwks))
    assert ask(one.token(email="eva@example.com"), server).status == 200


@pytest.mark.parametrize("text, says", [
    ("oidc_issuer = https://a.example\n", b"oidc_audience"),
    ("oidc_issuer = https://a.example\noidc_audience = x\n", b"oidc_jwks"),
    ("oidc_issuer = https://a.example\noidc_audience = x\noidc_jwks = http://a.example/k\n",
     b"oidc_jwks"),
    ("oidc_issuer = https://a.example\noidc_audience = x\noidc_jwks = k.json\n", b"oidc_jwks")])
def test_settings_that_would_let_in_others_are_refused(tmp_path, text, says):
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "cameo.ini").write_text("[oidc]\n" + text)

    refused(1, "serve", tmp_path / "store", "--listen", "127.0.0.1:0", says=says)


def test_without_an_issuer_such_a_token_is_any_unknown_one(so, issuer):
    check_failure(so.as_user("Bearer " + issuer.token()).get(PATH), 401, "SoSessionException")
