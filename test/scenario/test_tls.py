"""TLS, which the official JavaScript and Python clients of Bitrix24 insist on."""

import datetime
import shutil
import socket
import ssl
import subprocess

import pytest

from clients import Bitrix24, SuperOffice
from wire import Address, head_of, read_answer

P256 = bytes.fromhex("06082a8648ce3d030107")  # the object identifier of the curve, in DER


def test_the_ready_line_is_https_and_says_where_the_certificate_lies(tls_server):
    assert tls_server.address.url.startswith("https://127.0.0.1:")
    assert tls_server.certificate
    with open(tls_server.certificate, encoding="ascii") as file:
        assert file.readline() == "-----BEGIN CERTIFICATE-----\n"


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1"])
def test_the_certificate_is_for_localhost_and_its_address(tls_server, name):
    with tls_server.address.connect(server_name=name) as sock:
        sock.sendall(head_of("GET", "/rest/1/demo-webhook/server.time", [], name))
        assert read_answer(sock).status == 200


def test_the_certificate_is_for_nothing_else(tls_server):
    with pytest.raises(ssl.SSLCertVerificationError):
        tls_server.address.connect(server_name="example.com")


def test_the_certificate_is_on_the_curve_p_256_and_holds_for_now(tls_server):
    with open(tls_server.certificate, encoding="ascii") as file:
        text = file.read()
    assert P256 in ssl.PEM_cert_to_DER_cert(text)
    with tls_server.address.connect() as sock:
        found = sock.getpeercert()
    now = datetime.datetime.now(datetime.timezone.utc).timestamp()
    assert ssl.cert_time_to_seconds(found["notBefore"]) <= now
    assert ssl.cert_time_to_seconds(found["notAfter"]) > now + 86400


def test_the_private_key_is_the_owners_alone(tls_server):
    keys = [path for path in tls_server.directory.rglob("*")
            if path.is_file() and b"PRIVATE KEY" in path.read_bytes()]

    assert keys
    assert all(path.stat().st_mode & 0o077 == 0 for path in keys)


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
@pytest.mark.parametrize("version, good", [(ssl.TLSVersion.TLSv1_2, True),
                                           (ssl.TLSVersion.TLSv1_3, True),
                                           (ssl.TLSVersion.TLSv1_1, False)])
def test_only_the_versions_of_today_are_spoken(tls_server, version, good):
    context = ssl.create_default_context(cafile=tls_server.certificate)
    context.set_ciphers("DEFAULT@SECLEVEL=0")
    context.minimum_version = context.maximum_version = version
    address = (tls_server.address.host, tls_server.address.port)
    with socket.create_connection(address, timeout=30) as plain:
        if good:
            with context.wrap_socket(plain, server_hostname="localhost") as sock:
                assert sock.version() == {"TLSv1_2": "TLSv1.2", "TLSv1_3": "TLSv1.3"}[version.name]
        else:
            with pytest.raises((ssl.SSLError, ConnectionError)):
                context.wrap_socket(plain, server_hostname="localhost")


def test_both_wires_work_and_links_are_https(tls_server, png):
    product = tls_server.record("product")
    tls_server.superoffice.put_image(f"Product/{product}/Image", png)

    image = tls_server.bitrix24.images(product)[0]

    assert image["downloadUrl"].startswith(tls_server.address.url + "/rest/download.json?token=")
    assert tls_server.bitrix24.fetch(image["downloadUrl"]).body == png
    assert tls_server.bitrix24.fetch(image["detailUrl"]).body == png
    assert tls_server.superoffice.get(f"Product/{product}/Image").body == png


def test_plain_http_on_the_tls_port_is_an_error_in_form(tls_server):
    plain = Address(tls_server.address.url.replace("https", "http"))

    answer = plain.raw(head_of("GET", "/rest/1/demo-webhook/server.time", []))

    assert answer.status == 400
    assert answer.headers["Content-Type"].startswith("application/json")


def test_a_restart_keeps_the_certificate(tmp_path, serve):
    server = serve("--demo", "--listen-tls", "127.0.0.1:0", "--self-signed",
                   directory=tmp_path / "kept")
    with open(server.certificate, "rb") as file:
        before = file.read()

    server.restart()

    with open(server.certificate, "rb") as file:
        assert file.read() == before


@pytest.fixture
def own_pair(tmp_path):
    """A certificate for localhost made by somebody else."""
    certificate, key = tmp_path / "own.crt", tmp_path / "own.key"
    subprocess.run([shutil.which("openssl"), "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                    "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", str(key),
                    "-out", str(certificate)], check=True, capture_output=True)
    return certificate, key


def test_a_certificate_of_ones_own_is_used_beside_a_plain_listener(tmp_path, serve, own_pair):
    certificate, key = own_pair
    server = serve("--demo", "--listen", "127.0.0.1:0", "--listen-tls", "127.0.0.1:0", "--cert",
                   certificate, "--key", key, directory=tmp_path / "store")
    urls = {address.tls: address.url for address in server.addresses}

    secure = Address(urls[True], str(certificate))

    assert Bitrix24(secure).result("server.time")
    assert SuperOffice(Address(urls[False])).get("Person/1/Image").status == 200
    with open(certificate, encoding="ascii") as file:
        with secure.connect() as sock:
            assert sock.getpeercert(binary_form=True) == ssl.PEM_cert_to_DER_cert(file.read())


@pytest.mark.parametrize("arguments", [["--listen-tls", "127.0.0.1:0"],
                                       ["--listen-tls", "127.0.0.1:0", "--cert", "x"],
                                       ["--listen-tls", "127.0.0.1:0", "--key", "x"],
                                       ["--listen-tls", "127.0.0.1:0", "--self-signed", "--cert",
                                        "x", "--key", "x"]])
def test_a_tls_listener_without_exactly_one_certificate_is_wrong_usage(tmp_path, cli, arguments):
    result = cli("serve", tmp_path / "store", *arguments)

    assert result.code == 2
    assert b"--self-signed" in result.err or b"--cert" in result.err


def test_a_certificate_file_that_is_not_there_is_named(tmp_path, cli):
    result = cli("serve", tmp_path / "store", "--listen-tls", "127.0.0.1:0", "--cert",
                 tmp_path / "no.crt", "--key", tmp_path / "no.key")

    assert result.code == 1
    assert b"no.crt" in result.err
