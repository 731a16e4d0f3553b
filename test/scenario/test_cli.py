"""Usage of all commands; record, picture and check, beside a running server and without one."""

import os
import subprocess

import pytest

import program
from clients import check_error, check_failure
from pictures import noise, picture
from program import refused

GET = "catalog.productImage.get"
VERBS = [("user", verb) for verb in ("add", "list", "password", "disable", "enable")] + \
    [("key", verb) for verb in ("ticket", "token", "webhook", "list", "revoke")] + \
    [("record", verb) for verb in ("add", "list", "delete")] + \
    [("picture", verb) for verb in ("put", "get", "info", "delete")] + \
    [(command, None) for command in ("check", "duplicates", "backup", "restore", "serve")]


@pytest.fixture
def file(tmp_path, palette):
    path = tmp_path / "cup.png"
    path.write_bytes(picture("PNG", colour=next(palette)))
    return path


# help and usage

@pytest.mark.parametrize("command, verb", VERBS)
def test_help_names_the_command_its_arguments_and_its_options(cli, command, verb):
    result = cli(*filter(None, (command, verb, "--help")))

    assert result.code == 0 and result.err == b""
    assert f"cameo {command}" in result.text and "DIR" in result.text
    if verb not in ("list", "password", "disable", "enable", "revoke", "delete"):
        assert "--" in result.text


@pytest.mark.parametrize("arguments", [["--help"], ["help"]])
def test_help_lists_every_command(cli, arguments):
    result = cli(*arguments)

    assert result.code == 0
    for command in {command for command, _ in VERBS}:
        assert command in result.text


def test_the_version_is_said(cli):
    result = cli("--version")

    assert result.code == 0
    assert result.text.split()[0] == "cameo" and result.text.split()[1][0].isdigit()


@pytest.mark.parametrize("arguments", [[], ["nothing"], ["user"], ["user", "nothing"],
                                       ["user", "add"], ["record", "add", "DIR"],
                                       ["record", "list", "DIR", "nonsense"],
                                       ["record", "add", "DIR", "person", "n", "--id", "x"],
                                       ["record", "add", "DIR", "person", "n", "--id", "0"],
                                       ["record", "add", "DIR", "person", "n", "--id",
                                        "2147483648"],
                                       ["picture", "put", "DIR", "person", "1"],
                                       ["picture", "info", "DIR", "person", "x"],
                                       ["check"], ["check", "DIR", "more"],
                                       ["check", "DIR", "--nothing"], ["serve"],
                                       ["serve", "DIR", "--listen", "nonsense"],
                                       ["serve", "DIR", "--listen", "127.0.0.1:99999"],
                                       ["serve", "DIR", "--workers", "0"],
                                       ["serve", "DIR", "--nothing"],
                                       ["user", "add", "DIR", "n", "--role", "king"],
                                       ["key", "revoke", "DIR", "x"]])
def test_wrong_usage_is_exit_2_and_makes_nothing(tmp_path, cli, arguments):
    directory = tmp_path / "none"

    result = cli(*[directory if word == "DIR" else word for word in arguments])

    assert (result.code, result.out) == (2, b""), result
    assert b"cameo" in result.err and b"help" in result.err
    assert not directory.exists()


@pytest.mark.parametrize("command", [["check"], ["record", "list"], ["user", "list"],
                                     ["key", "list"]])
def test_a_directory_without_a_store_is_exit_1_and_stays_as_it_is(tmp_path, command):
    directory = tmp_path / "none"
    refused(1, *command, directory, says=str(directory).encode())
    assert not directory.exists()

    directory.mkdir()
    (directory / "notes.txt").write_text("mine")
    refused(1, *command, directory)
    assert [path.name for path in directory.iterdir()] == ["notes.txt"]


# records

@pytest.mark.parametrize("kind", ["contact", "person", "product", "project"])
def test_records_are_added_listed_and_deleted(store, kind):
    assert store.record(kind, "One") == 1
    assert store.record(kind, "Two", id=40) == 40
    assert store.record(kind, "Three") == 41

    rows = store.run("record", "list", kind, "--json").json
    assert [(row["id"], row["name"]) for row in rows] == [(1, "One"), (40, "Two"), (41, "Three")]
    assert all(row["kind"] == kind for row in rows)
    assert "Three" in store.run("record", "list").text

    store.run("record", "delete", kind, "40")
    assert [row["id"] for row in store.run("record", "list", kind, "--json").json] == [1, 41]
    refused(1, "record", "delete", store.directory, kind, "40", says=b"40")


def test_variations_need_a_parent(store):
    parent = store.record("product", "Cup", subtype="parent")
    offer = store.record("product", "Cup, blue", subtype="offer", parent=parent)
    simple = store.record("product", "Plate", code="plate", xml_id="P-1")

    rows = {row["id"]: row for row in store.run("record", "list", "product", "--json").json}
    assert [rows[identity]["subtype"] for identity in (parent, offer, simple)] == \
        ["parent", "offer", "simple"]
    assert rows[offer]["parent_id"] == parent
    assert (rows[simple]["code"], rows[simple]["xml_id"]) == ("plate", "P-1")
    refused(1, "record", "add", store.directory, "product", "x", "--subtype", "offer", "--parent",
            simple)
    refused(1, "record", "add", store.directory, "product", "x", "--subtype", "offer", "--parent",
            "999")


@pytest.mark.parametrize("name", ["", "x" * 10_000, b"\xff\xfe"])
def test_a_record_without_a_proper_name_is_refused(store, name):
    result = program.cameo("record", "add", store.directory, "person", os.fsdecode(name))

    assert result.code in (1, 2) and result.err.startswith(b"cameo: ")
    assert store.run("record", "list", "--json").json == []


def test_an_id_is_given_once(store):
    store.record("person", "One", id=7)
    refused(1, "record", "add", store.directory, "person", "Two", "--id", "7", says=b"7")


def test_a_record_added_or_deleted_by_a_command_is_so_for_http_at_once(server, so, bx, png):
    product = server.record("product", "Seen at once")
    assert so.get(f"Product/{product}/ImageInfo").status == 200
    identity = so.put_image(f"Product/{product}/Image", png)

    server.run("record", "delete", "product", product)

    assert so.get(f"Product/{product}/ImageInfo").status == 404
    check_error(bx.call(GET, {"productId": product, "id": identity}), 400, "0",
                "Product was not found")
    server.check()


# pictures

def test_a_picture_put_by_a_command_is_read_by_http_at_once(server, so, bx, product, file):
    identity = server.run("picture", "put", "product", product, file).text

    assert so.get(f"Product/{product}/Image").body == file.read_bytes()
    images = bx.images(product)
    assert [(one["id"], one["name"]) for one in images] == [(int(identity), "cup.png")]
    assert identity == f"{images[0]['id']}\n"


def test_a_picture_put_by_http_is_read_by_a_command_at_once(server, so, product, png, tmp_path):
    identity = so.put_image(f"Product/{product}/Image", png)

    assert server.run("picture", "get", "product", product).out == png
    server.run("picture", "get", "product", product, tmp_path / "out.png")
    assert (tmp_path / "out.png").read_bytes() == png
    info = server.run("picture", "info", "product", product, "--json").json
    assert (info["id"], info["kind"], info["record_id"]) == (identity, "product", product)
    assert (info["width_px"], info["height_px"], info["mime_type"]) == (32, 24, "image/png")
    assert info["size_bytes"] == len(png) and info["role"] == "DETAIL_PICTURE"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP"])
def test_size_and_type_are_read_from_the_bytes(store, tmp_path, kind):
    path = tmp_path / "wrong-name.txt"
    path.write_bytes(picture(kind, (31, 17)))
    person = store.record("person")
    store.run("picture", "put", "person", person, path)

    info = store.run("picture", "info", "person", person, "--json").json

    assert (info["width_px"], info["height_px"]) == (31, 17)
    assert info["mime_type"] == "image/" + kind.lower()
    assert (info["orientation"], info["frames"]) == (1, 1)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", [1, 6, 8])
def test_the_exif_orientation_is_read(store, tmp_path, kind, orientation):
    path = tmp_path / "photo"
    path.write_bytes(picture(kind, orientation=orientation))
    person = store.record("person")
    store.run("picture", "put", "person", person, path)

    info = store.run("picture", "info", "person", person, "--json").json

    assert info["orientation"] == orientation


def test_a_picture_comes_from_stdin_and_goes_to_stdout(store):
    person = store.record("person")
    content = picture("GIF")

    store.run("picture", "put", "person", person, "-", "--name", "a.gif", stdin=content)

    assert store.run("picture", "get", "person", person).out == content
    assert store.run("picture", "info", "person", person, "--json").json["name"] == "a.gif"


def test_put_replaces_and_a_role_adds(store, tmp_path, palette):
    product = store.record("product")
    files = []
    for number in range(4):
        files.append(tmp_path / f"{number}.png")
        files[-1].write_bytes(picture(colour=next(palette)))

    first = store.run("picture", "put", "product", product, files[0], "--json").json["id"]
    second = store.run("picture", "put", "product", product, files[1], "--json").json["id"]
    third = store.run("picture", "put", "product", product, files[2], "--role", "more",
                      "--json").json["id"]

    assert first == second != third
    rows = store.run("picture", "info", "product", product, "--all", "--json").json
    assert [(row["id"], row["role"]) for row in rows] == [(first, "DETAIL_PICTURE"),
                                                          (third, "MORE_PHOTO")]
    assert store.run("picture", "get", "product", product).out == files[1].read_bytes()
    assert store.run("picture", "get", "product", product, "--picture", third).out == \
        files[2].read_bytes()


def test_a_picture_is_deleted_by_a_command(server, so, product, png):
    so.put_image(f"Product/{product}/Image", png)

    server.run("picture", "delete", "product", product)

    assert so.get(f"Product/{product}/Image").status == 404
    refused(1, "picture", "delete", server.directory, "product", product)


def test_a_reader_does_not_write_from_the_shell_either(server, product, file):
    refused(1, "picture", "put", server.directory, "product", product, file, "--as", "reader")
    refused(1, "picture", "get", server.directory, "product", product)


@pytest.mark.parametrize("content", [b"", b"text", b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_picture_is_refused(store, tmp_path, content):
    person = store.record("person")
    path = tmp_path / "x.png"
    path.write_bytes(content)

    refused(1, "picture", "put", store.directory, "person", person, path)
    refused(1, "picture", "info", store.directory, "person", person)


def test_files_and_records_that_are_not_there_are_named(store, tmp_path, file):
    person = store.record("person")
    refused(1, "picture", "put", store.directory, "person", person, tmp_path / "none.png",
            says=b"none.png")
    refused(1, "picture", "put", store.directory, "person", "999", file, says=b"999")
    refused(1, "picture", "get", store.directory, "person", "999", says=b"999")


def test_many_commands_write_at_once_beside_the_server(server, so, palette, tmp_path):
    people = [server.record("person") for _ in range(8)]
    files = []
    for number in range(len(people)):
        files.append(tmp_path / f"{number}.png")
        files[-1].write_bytes(picture(colour=next(palette)))
    running = [subprocess.Popen([program.CAMEO, "picture", "put", str(server.directory), "person",
                                 str(person), str(path)], stdout=subprocess.DEVNULL)
               for person, path in zip(people, files)]
    other = server.record("contact")
    content = picture(colour=next(palette))
    so.put_image(f"Contact/{other}/Image", content)

    assert [process.wait(program.PATIENCE) for process in running] == [0] * len(people)

    for person, path in zip(people, files):
        assert so.get(f"Person/{person}/Image").body == path.read_bytes()
    assert so.get(f"Contact/{other}/Image").body == content


# check

def test_a_clean_store_is_counted(store, file):
    person = store.record("person")
    store.run("picture", "put", "person", person, file)

    report = program.cameo("check", store.directory, "--json").json

    assert (report["records"], report["pictures"], report["blobs"]) == (1, 1, 1)
    assert report["bytes"] == len(file.read_bytes()) and report["problems"] == 0


def test_a_changed_byte_is_found_and_never_served(tmp_path):
    content = noise((60, 50), seed=7)
    one = program.Server(tmp_path / "damaged", "--demo")
    with one:
        person = one.record("person")
        one.superoffice.put_image(f"Person/{person}/Image", content)
    damage(one.directory, content)

    result = program.cameo("check", one.directory)
    assert result.code == 1 and b"problem" in result.out and result.err
    one.start()
    answer = one.superoffice.get(f"Person/{person}/Image")
    check_failure(answer, 500, "SoServerException")
    assert one.superoffice.get("Person/1/Image").status == 200
    one.stop(faultless=False)


def damage(directory, content):
    """Flips a byte of that picture wherever it lies."""
    found = 0
    for path in directory.rglob("*"):
        data = path.read_bytes() if path.is_file() else b""
        at = data.find(content)
        if at >= 0:
            with open(path, "r+b") as file:
                file.seek(at + len(content) // 2)
                file.write(bytes([data[at + len(content) // 2] ^ 1]))
            found += 1
    assert found == 1
