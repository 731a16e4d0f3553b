"""The laboratory's disks: what a sync promises is always there, and what it does not may be missing."""
import os
import pathlib
import random
import subprocess
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "crash"))
import disks  # noqa: E402 - of the folder above
import journal as j  # noqa: E402
import lab  # noqa: E402

ROOT = "/r"
TRIES = 300


class Played:
    """A journal made by hand, played as it is made."""

    def __init__(self):
        self.disk = disks.Disk(ROOT, 1)
        self.number = 0

    def add(self, kind, ino=0, offset=0, extra=0, data_only=0, payload=b""):
        self.disk.play(self.number, j.Entry(kind, ino, offset, extra, 1, data_only, payload))
        self.number += 1

    def make(self, ino, name):
        self.add(j.MADE, ino, payload=f"{ROOT}/{name}".encode())

    def write(self, ino, offset, data):
        self.add(j.WRITE, ino, offset, payload=data)

    def sync(self, ino, data_only=0):
        self.add(j.SYNC, ino, extra=7, data_only=data_only)
        self.add(j.SYNCED, ino, extra=7, data_only=data_only)

    def built(self, tmp_path):
        """The disks that many cuts leave: of each the files' contents by name."""
        found = []
        for i in range(TRIES):
            target = str(tmp_path / f"cut{i}")
            self.disk.build(target, disks.STYLES[i % len(disks.STYLES)], random.Random(i))
            found.append({name: pathlib.Path(target, name).read_bytes() for name in os.listdir(target)
                          if os.path.isfile(os.path.join(target, name))})
        return found


def test_a_synced_file_is_there_only_when_its_folder_is_synced(tmp_path):
    played = Played()
    played.make(2, "a")
    played.write(2, 0, b"whole")
    played.sync(2)
    unnamed = played.built(tmp_path)
    assert {} in unnamed and {"a": b"whole"} in unnamed
    assert all(files in ({}, {"a": b"whole"}) for files in unnamed)

    played.sync(1)
    (tmp_path / "again").mkdir()
    assert played.built(tmp_path / "again") == [{"a": b"whole"}] * TRIES


def test_a_name_may_lead_to_nothing_when_only_the_folder_is_synced(tmp_path):
    played = Played()
    played.make(2, "a")
    played.write(2, 0, b"whole")
    played.sync(1)
    assert {files["a"] for files in played.built(tmp_path)} == {b"", b"\0" * 5, b"whole"}


def test_pages_and_sectors_arrive_in_any_mixture_but_never_half(tmp_path):
    played = Played()
    played.make(2, "a")
    played.write(2, 0, b"o" * 8192)
    played.sync(2)
    played.sync(1)
    played.write(2, 0, b"n" * 8192)
    contents = {files["a"] for files in played.built(tmp_path)}
    assert b"o" * 8192 in contents and b"n" * 8192 in contents
    assert b"o" * 4096 + b"n" * 4096 in contents and b"n" * 4096 + b"o" * 4096 in contents
    for content in contents:
        sectors = {content[at:at + 512] for at in range(0, 8192, 512)}
        assert sectors <= {b"o" * 512, b"n" * 512}
    assert any(len({content[at:at + 512] for at in range(0, 4096, 512)}) == 2 for content in contents)


def test_a_sync_promises_what_was_written_before_it_began_and_not_after(tmp_path):
    played = Played()
    played.make(2, "a")
    played.sync(1)
    played.write(2, 0, b"1")
    played.add(j.SYNC, 2, extra=7)
    played.write(2, 1, b"2")
    played.add(j.SYNCED, 2, extra=7)
    assert {files["a"] for files in played.built(tmp_path)} == {b"1", b"12", b"1\0"}


def test_what_is_written_through_is_promised_alone(tmp_path):
    played = Played()
    played.make(2, "a")
    played.sync(1)
    played.write(2, 0, b"a" * 4096)
    played.write(2, 8192, b"b" * 10)
    played.add(j.SYNCED_AT, 2, 8192, 10)
    contents = {files["a"] for files in played.built(tmp_path)}
    assert all(content[8192:] == b"b" * 10 for content in contents)
    assert {content[:4096] for content in contents} >= {b"a" * 4096, bytes(4096)}


def test_a_punched_hole_may_be_half_there(tmp_path):
    played = Played()
    played.make(2, "a")
    played.write(2, 0, b"x" * 20000)
    played.sync(2)
    played.sync(1)
    played.add(j.ZERO, 2, 1000, 15000)
    contents = {files["a"] for files in played.built(tmp_path)}
    assert all(len(content) == 20000 and content[:1000] == b"x" * 1000 and content[16000:] == b"x" * 4000
               for content in contents)
    assert {content.count(0) for content in contents} >= {0, 15000}
    assert len(contents) > 10


def test_a_file_that_became_shorter_may_have_its_end_back_unless_all_was_synced(tmp_path):
    played = Played()
    played.make(2, "a")
    played.write(2, 0, b"abcdef")
    played.sync(2)
    played.sync(1)
    played.add(j.SIZE, 2, 3)
    played.sync(2, data_only=1)
    assert {files["a"] for files in played.built(tmp_path)} == {b"abc", b"abcdef"}
    played.sync(2)
    (tmp_path / "again").mkdir()
    assert {files["a"] for files in played.built(tmp_path / "again")} == {b"abc"}


def test_a_rename_is_done_or_undone(tmp_path):
    played = Played()
    played.make(2, "a")
    played.write(2, 0, b"old")
    played.make(3, "b")
    played.write(3, 0, b"new")
    played.sync(2)
    played.sync(3)
    played.sync(1)
    played.add(j.RENAMED, payload=f"{ROOT}/b\0{ROOT}/a".encode())
    found = played.built(tmp_path)
    assert {"a": b"new"} in found and {"a": b"old", "b": b"new"} in found
    assert all(files in ({"a": b"new"}, {"a": b"old", "b": b"new"}) for files in found)


def test_a_removed_file_may_be_back(tmp_path):
    played = Played()
    played.make(2, "a")
    played.sync(1)
    played.add(j.REMOVED, payload=f"{ROOT}/a".encode())
    assert {len(files) for files in played.built(tmp_path)} == {0, 1}
    played.sync(1)
    (tmp_path / "again").mkdir()
    assert {len(files) for files in played.built(tmp_path / "again")} == {0}


PROGRAM = """
import mmap, os, sys
os.chdir(sys.argv[1])
os.mkdir("f")
fd = os.open("f/a", os.O_RDWR | os.O_CREAT)
os.write(fd, b"begin")
os.pwrite(fd, b"x" * 5000, 3)
os.pwritev(fd, [b"1", b"22", b"333"], 9000)
os.ftruncate(fd, 9003)
os.fdatasync(fd)
os.close(fd)
fd = os.open("f/a", os.O_WRONLY | os.O_APPEND | os.O_DSYNC)
os.write(fd, b"end")
os.rename("f/a", "b")
os.posix_fallocate(fd, 0, 20000)
os.open("gone", os.O_CREAT | os.O_WRONLY)
os.unlink("gone")
if os.fork() == 0:
    fd = os.open("child", os.O_CREAT | os.O_WRONLY)
    os.write(fd, b"from a child")
    os._exit(0)
os.wait()
folder = os.open(".", os.O_RDONLY)
os.fsync(folder)
"""


def test_the_journal_says_what_a_program_did(tmp_path):
    root = tmp_path / "root"
    root.mkdir()
    path = str(tmp_path / "journal")
    environment = dict(os.environ, LD_PRELOAD=lab.program("crash_shim.so"), CRASH_ROOT=str(root),
                       CRASH_JOURNAL=path)
    subprocess.run(["/usr/bin/python3", "-c", PROGRAM, str(root)], env=environment, check=True)
    disk = disks.Disk(str(root), root.stat().st_ino)
    entries = j.read(path)
    for number, entry in enumerate(entries):
        disk.play(number, entry)
    assert disk.differences() == []
    assert {"f", "b", "child"} == {os.path.relpath(name, root) for name in disk.now}
    kinds = [entry.kind for entry in entries]
    assert kinds.count(j.SYNCED_AT) == 1 and kinds.count(j.SYNCED) == 2
    # the folder's sync promised its names, but that of the rename, which is of two folders
    assert set(disk.now) - set(disk.names) == {str(root / "b")}


def test_the_book_knows_what_must_be_and_what_may_be():
    book = lab.Book()
    for line in ("begin 1 n1", "done 1", "begin 1 n2", "begin 2 n5"):
        book.take(line)
    assert book.differences({1: "n1"}) == []
    assert book.differences({1: "n2", 2: "n5"}) == []
    assert len(book.differences({1: "n3"})) == 1
    assert len(book.differences({})) == 1
    assert len(book.differences({1: "n1", 3: "n1"})) == 1


def test_a_journal_that_breaks_off_is_not_believed(tmp_path):
    path = tmp_path / "journal"
    path.write_bytes(j.HEADER.pack(j.MARK, 10, 0, 0, 0, 1, 0) + b"half")
    with pytest.raises(ValueError):
        j.read(path)
