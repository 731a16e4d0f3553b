"""What was replaced, changed or deleted, by any wire, comes back by command and by the native form; who
did it is told, and nobody can change that; what is erased is nowhere."""

import fcntl
import sqlite3
import subprocess
import time

import pytest

import clients
import page_sums
import pictures
import program
from native import READER, Native, check_refused, halves

BX = f"Bearer {clients.DEMO_AUTH}"


@pytest.fixture
def native(server):
    return Native(server.address)


def history(native, owner, query=""):
    answer = native.get(f"/pictures/{owner}/history{query}")
    assert answer.status == 200, answer
    return answer.json["history"]


def newest(native, owner):
    return history(native, owner, "?limit=1")[0]["change"]


def by_command(server, _native, change):
    result = program.cameo("undo", server.directory, change)
    assert result.code == 0, result
    return int(result.text)


def by_native(_server, native, change):
    answer = native.request("POST", f"/pictures/history/{change}/undo")
    assert answer.status == 200, answer
    return answer.json["change"]


UNDO = pytest.mark.parametrize("undo", [by_command, by_native])


def state(bx, so, product):
    """All that either wire shows of a product's pictures, and their bytes."""
    shown = []
    for one in bx.images(product):
        detail = bx.fetch(one["downloadUrl"])
        shown.append((one["id"], one["type"], one["name"], detail.body))
    info = so.info(f"Product/{product}/ImageInfo")
    return shown, [info[name] for name in ("BlobId", "Description", "ConceptualType",
                                           "MimeType", "OriginalSize")]


def put_by_superoffice(so, _bx, product, palette):
    so.put_image(f"Product/{product}/Image", pictures.picture("JPEG", colour=next(palette)))


def delete_by_superoffice(so, _bx, product, _palette):
    assert so.delete(f"Product/{product}/Image").status == 204


def describe_by_superoffice(so, _bx, product, _palette):
    answer = so.put(f"Product/{product}/ImageInfo", json={"Description": "other 'words'"})
    assert answer.status == 200, answer


def add_by_bitrix24(_so, bx, product, palette):
    bx.add(product, pictures.picture("GIF", colour=next(palette)), role="DETAIL_PICTURE")


def delete_by_bitrix24(_so, bx, product, _palette):
    middle = bx.images(product)[2]
    bx.result("catalog.productImage.delete", {"productId": product, "id": middle["id"]})


def delete_product_by_bitrix24(_so, bx, product, _palette):
    bx.result("catalog.product.delete", {"id": product})


CHANGES = [put_by_superoffice, delete_by_superoffice, describe_by_superoffice, add_by_bitrix24,
           delete_by_bitrix24, delete_product_by_bitrix24]


@UNDO
@pytest.mark.parametrize("change", CHANGES)
def test_what_either_wire_changed_comes_back_as_it_was(server, native, so, bx, palette, change, undo):
    product = server.record("product")
    for role in ("DETAIL_PICTURE", "PREVIEW_PICTURE", "MORE_PHOTO", "MORE_PHOTO", "MORE_PHOTO"):
        bx.add(product, pictures.picture("PNG", colour=next(palette)), "cup.png", role)
    so.put(f"Product/{product}/ImageInfo", json={"Description": "It's a \"cup\""})
    before = state(bx, so, product)

    change(so, bx, product, palette)
    there = change is not delete_product_by_bitrix24
    after = state(bx, so, product) if there else None
    assert after != before
    undone = undo(server, native, newest(native, f"product/{product}"))
    assert state(bx, so, product) == before

    undo(server, native, undone)
    if there:
        assert state(bx, so, product) == after
    else:
        assert bx.call("catalog.product.get", {"id": product}).status == 400


@UNDO
def test_a_focus_set_natively_comes_back(server, native, so, product, undo):
    so.put_image(f"Product/{product}/Image", halves())
    target = f"/pictures/product/{product}?w=50&h=50&fit=cover"
    native.focus(f"product/{product}", 0, 0.5)
    before = native.get(target).body
    native.focus(f"product/{product}", 1, 0.5)
    assert native.get(target).body != before
    undo(server, native, newest(native, f"product/{product}"))
    assert native.get(target).body == before
    assert native.get(f"/pictures/product/{product}/info").json["picture"]["focus"] == \
        {"x": 0, "y": 0.5}


def test_what_was_kept_of_the_replaced_picture_does_not_show_the_former_one(server, native, so,
                                                                            product, png, jpeg):
    path = f"Product/{product}/Image"
    so.put_image(path, png)
    old = so.get(path)
    so.put_image(path, jpeg)
    new = so.get(path)
    links = [native.get(f"/pictures/product/{product}/info").json["picture"]["url"]]
    by_native(server, native, newest(native, f"product/{product}"))
    back = so.get(path)
    assert (back.body, back.headers["ETag"]) == (png, old.headers["ETag"])
    asked = so.get(path, {"If-None-Match": new.headers["ETag"],
                          "If-Modified-Since": new.headers["Last-Modified"]})
    assert (asked.status, asked.body) == (200, png)
    links.append(native.get(f"/pictures/product/{product}/info").json["picture"]["url"])
    assert links[0].split("&")[0] != links[1].split("&")[0]


def test_the_history_tells_who_did_what_by_which_wire(server, native, so, bx, product, png, jpeg):
    identity = so.put_image(f"Product/{product}/Image", png)
    added = bx.add(product, jpeg, "cup.jpg", "DETAIL_PICTURE")["id"]
    native.focus(f"product/{product}", 0, 0)
    undone = newest(native, f"product/{product}")
    undoing = by_command(server, native, undone)

    entries = history(native, f"product/{product}")
    assert [(one["what"], one["wire"]) for one in entries] == [
        ("undo", "command"), ("picture.focus", "native"), ("picture.add", "bitrix24"),
        ("picture.put", "superoffice"), ("record.add", "command")]
    assert entries[0]["undid"] == undone and entries[0]["change"] == undoing
    assert entries[0]["user"] is None
    assert entries[2]["user"] == {"id": 1, "name": "demo"}
    assert entries[2]["picture"] == added or entries[2]["before"]["name"]
    assert entries[3]["picture"] == identity and entries[3]["before"] is None
    assert all(one["kept"] for one in entries)
    assert native.get(f"/pictures/product/{product}/history?limit=2").json["more"] is True
    older = history(native, f"product/{product}", f"?before={undone}&limit=200")
    assert older == entries[2:]

    told = program.cameo("history", server.directory, "product", product, "--json").json
    assert [row["change"] for row in told] == [one["change"] for one in entries]
    assert told[3]["user"] == "demo" and told[3]["wire"] == "superoffice"


def test_a_conflict_names_the_later_change_and_changes_nothing(server, native, so, product, png,
                                                               jpeg):
    so.put_image(f"Product/{product}/Image", png)
    so.put_image(f"Product/{product}/Image", jpeg)
    change = newest(native, f"product/{product}")
    so.put(f"Product/{product}/ImageInfo", json={"Description": "later"})
    later = newest(native, f"product/{product}")

    check_refused(native.request("POST", f"/pictures/history/{change}/undo"), 409, "conflict",
                  f"change {later} came behind it")
    program.refused(1, "undo", server.directory, change, says=f"change {later}".encode())
    assert so.get(f"Product/{product}/Image").body == jpeg

    answer = native.request("POST", f"/pictures/product/{product}/undo", body={"since": change})
    assert (answer.status, answer.json) == (200, {"undone": 2})
    assert so.get(f"Product/{product}/Image").body == png
    again = program.cameo("undo", server.directory, "product", product, "--since", change)
    assert again.code == 1 and b"nothing of product" in again.err


def test_who_may_only_read_undoes_nothing(server, native, so, product, png):
    so.put_image(f"Product/{product}/Image", png)
    change = newest(native, f"product/{product}")
    person = server.record("person")
    so.put_image(f"Person/{person}/Image", png)
    other = newest(native, f"person/{person}")

    reader = Native(server.address, READER)
    assert history(reader, f"product/{product}")[0]["change"] == change
    check_refused(reader.request("POST", f"/pictures/history/{change}/undo"), 403, "denied")
    check_refused(reader.request("POST", f"/pictures/product/{product}/undo",
                                 body={"since": change}), 403, "denied")
    catalog = Native(server.address, BX)
    check_refused(catalog.request("POST", f"/pictures/history/{other}/undo"), 403, "denied")
    check_refused(catalog.get(f"/pictures/person/{person}/history"), 403, "denied")
    nobody = Native(server.address, None)
    check_refused(nobody.get(f"/pictures/product/{product}/history"), 401, "unauthenticated")
    check_refused(native.request("POST", "/pictures/links", body={
        "links": [f"/pictures/product/{product}/history"]}), 400, "bad_request")
    assert program.cameo("undo", server.directory, change, "--as", "reader").code == 1
    assert by_native(server, catalog, change) > change


@pytest.mark.parametrize("target, body, status", [
    ("/pictures/history/0/undo", None, 404), ("/pictures/history/x/undo", None, 404),
    ("/pictures/history/99999999999/undo", None, 404), ("/pictures/history/1/undo", None, 415),
    ("/pictures/product/1/undo", {}, 400), ("/pictures/product/1/undo", {"since": 0}, 400),
    ("/pictures/product/1/undo?x=1", {"since": 1}, 400)])
def test_what_cannot_be_undone_is_refused(native, target, body, status):
    assert native.request("POST", target, body=body).status == status


@pytest.mark.parametrize("query", ["?limit=0", "?limit=201", "?before=x", "?before=0", "?x=1"])
def test_a_wrong_parameter_of_a_history_is_refused(native, query):
    check_refused(native.get(f"/pictures/product/1/history{query}"), 400, "bad_request")


def configured(tmp_path, text):
    store = program.Server(tmp_path / "store", "--demo")
    store.start()
    store.stop()
    (store.directory / "cameo.ini").write_text(text)
    return store


def test_without_history_nothing_is_kept(tmp_path, png, jpeg):
    with configured(tmp_path, "[store]\nhistory_seconds = 0\ngrace_seconds = 0\n") as server:
        so, native = server.superoffice, Native(server.address)
        so.put_image("Person/1/Image", png)
        so.put_image("Person/1/Image", jpeg)
        assert so.delete("Person/1/Image").status == 204
        program.cameo("collect", server.directory)
        assert history(native, "person/1") == []
        check_refused(native.request("POST", f"/pictures/history/{last_audit(server)}/undo"), 412,
                      "precondition_failed")
        packs = b"".join(path.read_bytes() for path in server.directory.glob("packs/*"))
        assert png not in packs and jpeg not in packs


def last_audit(server):
    return program.cameo("audit", server.directory, "--json").json[-1]["change"]


def test_expired_history_gives_the_bytes_back(tmp_path, png, jpeg):
    text = "[store]\nhistory_seconds = 1\ngrace_seconds = 0\n"
    with configured(tmp_path, text) as server:
        so, native = server.superoffice, Native(server.address)
        so.put_image("Person/1/Image", png)
        so.put_image("Person/1/Image", jpeg)
        change = last_audit(server)
        packs = lambda: b"".join(path.read_bytes() for path in server.directory.glob("packs/*"))
        assert png in packs()
        deadline = time.monotonic() + 30
        while png in packs() and time.monotonic() < deadline:
            assert program.cameo("collect", server.directory).code == 0
        assert png not in packs() and jpeg in packs()
        check_refused(native.request("POST", f"/pictures/history/{change}/undo"), 412,
                      "precondition_failed", "not known any more")
        audit = program.cameo("audit", server.directory, "--json").json
        assert [row["what"] for row in audit if row["change"] == change] == ["picture.put"]
        server.check()


NAME, WORDS = "Wilhelmina Zarembka", "her portrait in the Uffizi"


def test_what_is_erased_is_nowhere(tmp_path, palette):
    portrait, former, hidden = (pictures.noise((60, 60), seed=seed) for seed in (1, 2, 3))
    kept = pictures.noise((60, 60), seed=4)
    with program.Server(tmp_path / "store", "--demo") as server:
        so, native = server.superoffice, Native(server.address)
        person = server.record("person", NAME)
        other = server.record("person", "Somebody else")
        path = f"Person/{person}/Image"
        for content in (former, portrait):
            so.put_image(path, content)
        so.put(path + "Info", json={"Description": WORDS})
        assert so.get(path + "?w=20").status == 200
        server.run("picture", "put", "person", person, "-", "--role", "more", "--name",
                   "Zarembka.png", stdin=hidden)
        answer = so.put(f"Person/{person}", json={**so.get(f"Person/{person}").json,
                                                  "Firstname": "Wilhelmina", "Lastname": "Zarembka",
                                                  "Title": "Contessa of nothing"})
        assert answer.status == 200, answer
        so.delete(path)
        so.put_image(f"Person/{other}/Image", kept)
        files = everything(server)
        assert b"Zarembka" in files and portrait in files and former in files

        erased = program.cameo("erase", server.directory, "person", person, "--json")
        assert erased.code == 0 and erased.json["pictures"] == 2, erased
        files = everything(server)
        for gone in (b"Zarembka", b"zarembka", b"Wilhelmina", b"Contessa", b"Uffizi",
                     portrait[100:1000], former[100:1000], hidden[100:1000]):
            assert gone not in files, gone
        assert so.get(path).status == 404
        assert so.get(f"Person/{other}/Image").body == kept
        assert not any(one["kept"] for one in history(native, f"person/{person}"))
        check_refused(native.request(
            "POST", f"/pictures/history/{newest(native, f'person/{person}')}/undo"), 415,
            "unsupported_type")
        assert cache_files(server) == []
        again = program.cameo("erase", server.directory, "person", "987654")
        assert again.code == 1 and b"there is no person" in again.err
        server.check()


def test_erasing_takes_effect_at_once_and_waits_for_a_backup_with_the_bytes(tmp_path):
    portrait = pictures.noise((60, 60), seed=5)
    with program.Server(tmp_path / "store", "--demo") as server:
        person = server.record("person", NAME)
        path = f"Person/{person}/Image"
        server.superoffice.put_image(path, portrait)
        with open(server.directory / "backup.lock", "w", encoding="ascii") as backup:
            fcntl.flock(backup, fcntl.LOCK_EX)  # as a backup does until it has copied all packs
            with subprocess.Popen([program.CAMEO, "erase", server.directory, "person", str(person)],
                                  stderr=subprocess.PIPE) as erasing:
                assert b"a backup is being made" in erasing.stderr.readline()
                assert server.superoffice.get(path).status == 404
                assert portrait[100:1000] in everything(server) and erasing.poll() is None
                fcntl.flock(backup, fcntl.LOCK_UN)
                assert erasing.wait(60) == 0
        assert portrait[100:1000] not in everything(server)
        server.check()


def everything(server):
    """All bytes of the store's files; the log only says that there were requests."""
    return b"\n".join(path.read_bytes() for path in sorted(server.directory.rglob("*"))
                      if path.is_file())


def cache_files(server):
    return [path for path in (server.directory / "cache").glob("??/*") if path.is_file()]


def test_the_audit_log_tells_of_users_and_keys_and_what_edits_it_is_found(tmp_path, png):
    with program.Server(tmp_path / "store", "--demo") as server:
        server.user("auditor", "editor", "auditors-password")
        key, _ = server.key("webhook", "auditor", "--label", "a shop window")
        server.run("key", "revoke", key)
        server.run("user", "disable", "auditor")
        server.superoffice.put_image("Person/1/Image", png)
        rows = program.cameo("audit", server.directory, "--json").json
    assert [row["change"] for row in rows] == list(range(1, len(rows) + 1))
    assert [(row["what"], row["text"]) for row in rows[-5:]] == [
        ("user.add", ""), ("key.add", "a shop window"), ("key.revoke", "a shop window"),
        ("user.disable", ""), ("picture.put", "")]
    assert [row["wire"] for row in rows[-5:]] == ["command"] * 4 + ["superoffice"]
    assert rows[-1]["user"] == "demo" and rows[-1]["kind"] == "person" and rows[-1]["id"] == 1
    last = len(rows)

    database = server.directory / "meta.db"
    clean = database.read_bytes()
    for edit in (f"UPDATE change SET user_id = 2 WHERE id = {last}",
                 f"UPDATE change SET text = 'another' WHERE id = {last - 2}",
                 f"UPDATE change SET text = '', salt = x'' WHERE id = {last - 2}",
                 f"DELETE FROM change WHERE id = {last - 1}",
                 f"DELETE FROM change WHERE id = {last}",
                 f"DELETE FROM change WHERE id > {last - 3}",
                 "DELETE FROM change WHERE id < 3", "DELETE FROM change",
                 f"UPDATE change SET id = id + 1 WHERE id = {last}",
                 f"DELETE FROM change_row WHERE change_id = {last}",
                 f"UPDATE change_row SET before = 'x' WHERE change_id = {last} AND seq = 1"):
        with sqlite3.connect(database) as connection:
            connection.execute(edit)
        connection.close()
        page_sums.set_sums(database)
        found = program.cameo("check", server.directory)
        assert found.code == 1 and b"audit log" in found.err, (edit, found)
        for ending in ("-wal", "-shm"):
            database.with_name(database.name + ending).unlink(missing_ok=True)
        database.write_bytes(clean)
    server.check()
