"""Fixtures: servers of the real program, and pictures and records for one test."""

import pathlib

import pytest

import pictures
import program
from products import KINDS, Products


def pytest_configure(config):
    if not pathlib.Path(program.CAMEO).exists():
        raise pytest.UsageError(f"no program at {program.CAMEO}: build first, or set CAMEO")


def pytest_make_parametrize_id(val):
    """Short names for long values: the running test's name goes into the environment."""
    text = val if isinstance(val, (str, bytes)) else ""
    return f"{text[:20]!r}...{len(text)}" if len(text) > 60 else None


@pytest.fixture(scope="session")
def server(tmp_path_factory):
    """The demo store, shared: tests that write do so on records of their own."""
    with program.Server(tmp_path_factory.mktemp("shared") / "store", "--demo") as running:
        yield running


@pytest.fixture
def fresh_server(tmp_path):
    """A demo store of this test alone."""
    with program.Server(tmp_path / "store", "--demo") as running:
        yield running


@pytest.fixture
def serve(tmp_path):
    """Starts servers with arguments of the test's own; all are stopped and checked at the end."""
    started = []

    def start(*arguments, directory=None, environment=None):
        one = program.Server(directory or tmp_path / f"store-{len(started)}", *arguments,
                             environment=environment)
        started.append(one.start())
        return one

    yield start
    for one in started:
        one.stop()


@pytest.fixture(scope="session")
def tls_server(tmp_path_factory):
    """The demo store behind TLS with a certificate of its own making."""
    directory = tmp_path_factory.mktemp("tls") / "store"
    with program.Server(directory, "--demo", "--listen-tls", "127.0.0.1:0",
                        "--self-signed") as running:
        yield running


@pytest.fixture
def cli():
    """Runs a command: exit code, stdout, stderr."""
    return program.cameo


@pytest.fixture
def store(tmp_path):
    """A store that no server has ever touched, with one user."""
    new = program.Store(tmp_path / "store")
    new.user("first", "administrator", "first-password")
    yield new
    new.check()


@pytest.fixture
def so(server):
    return server.superoffice


@pytest.fixture
def bx(server):
    return server.bitrix24


@pytest.fixture
def record(server):
    """Makes a record of the shared store for this test alone and gives its id."""
    return server.record


@pytest.fixture
def product(server):
    return server.record("product")


@pytest.fixture(scope="session")
def palette():
    return pictures.colours()


@pytest.fixture
def png(palette):
    """A picture that no other test has."""
    return pictures.picture("PNG", colour=next(palette))


@pytest.fixture
def jpeg(palette):
    return pictures.picture("JPEG", colour=next(palette))


@pytest.fixture
def products(bx):
    return Products(bx)


@pytest.fixture
def parent(bx):
    return Products(bx, "product.sku").add(name="Parent")["id"]


@pytest.fixture(params=KINDS)
def family(request, bx):
    parent = Products(bx, "product.sku").add(name="Parent")["id"] \
        if request.param == "product.offer" else None
    return Products(bx, request.param, parent)
