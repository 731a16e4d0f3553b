"""Copies of the program with another decoder, and pictures that tell it what to try."""

import os
import pathlib
import re
import shutil

import pictures
import program

PRELOAD = os.environ.get("CAMEO_PRELOAD")  # of the program with sanitizers: see tools/cameo-sanitized
BUILD = program.ROOT / "build-asan" if PRELOAD else pathlib.Path(program.CAMEO).resolve().parent
HOSTILE = BUILD / "test" / "hostile" / "cameo_hostile.so"
OUTSIDE = BUILD / "test" / "hostile" / "hostile_outside"
SOURCES = program.ROOT / "test" / "hostile"
NOBODY = 65534  # a box of root is nobody's
ROW = re.compile(r'^    \{ "(\w+)", \w+, (BY_\w+) \},$', re.M)


def attacks():
    """(name, way it is to end) of every row of the tables in test/hostile."""
    rows = [row for path in sorted(SOURCES.glob("*.c")) for row in ROW.findall(path.read_text())]
    assert len(rows) == len({name for name, _ in rows}), "two attacks of one name"
    return rows


def program_with(folder, renderer):
    """A folder with the program, its module and cameo-box, and `renderer` in the place of ours: the
    program looks for it beside itself. Gives the path of the program."""
    folder.mkdir()
    for name in ("cameo", "cameo-box", "ngx_http_cameo_module.so"):
        shutil.copy2(BUILD / name, folder / name)
    shutil.copy2(renderer, folder / "cameo_render.so")
    if not PRELOAD:
        return folder / "cameo"
    script = folder / "cameo-sanitized"
    script.write_text(f'#!/bin/sh\nexec env LD_PRELOAD="{PRELOAD}" "{folder}/cameo" "$@"\n')
    script.chmod(0o755)
    return script


def unconfinable(folder, cameo):
    """A program that runs `cameo` where the kernel refuses to confine anything."""
    script = folder / "cameo-refused"
    wrapper = pathlib.Path(__file__).with_name("refuse_confinement.py")
    script.write_text(f'#!/bin/sh\nexec /usr/bin/python3 "{wrapper}" "{cameo}" "$@"\n')
    script.chmod(0o755)
    return script


def picture_for(attack, folder, server, port, colour):
    """A PNG that passes our header parsers, with the attack behind its end."""
    return pictures.picture("PNG", colour=colour) + \
        f"CAMEO-ATTACK {attack} {folder} {server} {port}\n".encode()


class Folder:
    """What an attack may try to change: open to everybody, so that only the box is in its way."""

    def __init__(self, path):
        self.path = path
        path.mkdir()
        (path / "empty").mkdir()
        (path / "victim").write_bytes(b"as it was")
        for one, mode in ((path, 0o777), (path / "empty", 0o755), (path / "victim", 0o666)):
            os.chown(one, NOBODY, NOBODY)
            os.chmod(one, mode)
        self.before = self.look()

    def look(self):
        found = sorted(entry.name for entry in self.path.iterdir())
        states = [(name, os.lstat(self.path / name)) for name in found]
        return [(name, s.st_mode, s.st_size, s.st_mtime_ns, s.st_nlink) for name, s in states], \
            (self.path / "victim").read_bytes() if "victim" in found else None

    def untouched(self):
        return self.look() == self.before
