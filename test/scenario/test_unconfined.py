"""Where the kernel refuses to confine a box: said at start, stored pictures go on, nothing is decoded
unless the setting says so."""

import pytest

import boxed
import pictures
import program
from clients import check_failure

SAYS = "the kernel takes no seccomp filter"


@pytest.fixture
def refused(tmp_path, monkeypatch, serve):
    """Starts servers under such a kernel."""
    def start(**environment):
        script = boxed.unconfinable(tmp_path, program.CAMEO)
        with monkeypatch.context() as patch:
            patch.setattr(program, "CAMEO", str(script))
            return serve("--demo", environment=environment)
    return start


def lines_about_it(server):
    text = server.errors.read_text()
    return [line for line in text.splitlines()
            if SAYS in line and "look at pictures" not in line]  # the keeper says it of its own work


def test_it_is_said_and_nothing_is_decoded(refused):
    server = refused()
    server.allow(SAYS)
    person, product = server.record("person"), server.record("product")
    content = pictures.picture("PNG")
    server.superoffice.put_image(f"Person/{person}/Image", content)
    image = server.bitrix24.add(product, content)

    said = lines_about_it(server)
    assert len(said) == 1 and "no picture is decoded" in said[0], said
    # what is stored goes out by both wires
    assert server.superoffice.get(f"Person/{person}/Image").body == content
    assert server.bitrix24.fetch(image["downloadUrl"]).body == content
    # what would have to be decoded does not
    check_failure(server.superoffice.get(f"Person/{person}/Image?w=8&type=jpg"), 503,
                  "SoServerException")
    assert SAYS in (server.directory / "log" / "error.log").read_text()
    assert server.superoffice.get(f"Person/{person}/Image").body == content


def test_the_setting_allows_it(refused):
    server = refused(CAMEO_BOX_UNCONFINED="yes")
    person = server.record("person")
    server.superoffice.put_image(f"Person/{person}/Image", pictures.picture("PNG"))

    said = lines_about_it(server)
    assert len(said) == 1 and "unconfined" in said[0], said
    answer = server.superoffice.get(f"Person/{person}/Image?w=8&type=jpg")
    assert answer.status == 200, answer
    assert pictures.opened(answer.body).size == (8, 6)


def test_nothing_is_said_of_a_kernel_that_can(serve):
    server = serve("--demo")

    assert lines_about_it(server) == []
    assert "unconfined" not in server.errors.read_text()


def test_the_setting_takes_nothing_from_a_kernel_that_can(tmp_path, monkeypatch, serve):
    """box_unconfined is for kernels that refuse: elsewhere an attack is stopped all the same."""
    cameo = boxed.program_with(tmp_path / "program", boxed.HOSTILE)
    with monkeypatch.context() as patch:
        patch.setattr(program, "CAMEO", str(cameo))
        server = serve("--demo", environment={"CAMEO_BOX_UNCONFINED": "yes"})
    person = server.record("person")
    folder = boxed.Folder(tmp_path / "folder")
    server.superoffice.put_image(f"Person/{person}/Image", boxed.picture_for(
        "fork_process", folder.path, server.process.pid, server.address.port, (1, 2, 3)))

    check_failure(server.superoffice.get(f"Person/{person}/Image?w=8&type=png"), 400)
