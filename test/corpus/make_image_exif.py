#!/usr/bin/python3
"""Writes the seed corpus of the fuzz target image_exif.

    make_image_exif.py FOLDER

Run it again only to add a seed. Files whose names begin with "crash-" were found by the fuzzer.
"""
import pathlib
import struct
import sys

ORIENTATION = 0x112


def block(order, entries, link=0, first=8):
    """A block of one directory; entries of (tag, type, count, value)."""
    body = b"".join(struct.pack(order + "HHI", tag, kind, count)
                    + struct.pack(order + {1: "Bxxx", 3: "Hxx"}.get(kind, "I"), value)
                    for tag, kind, count, value in entries)
    return ((b"II*\0" if order == "<" else b"MM\0*")
            + struct.pack(order + "IH", first, len(entries)) + body + struct.pack(order + "I", link))


def seeds():
    for value in range(10):
        order = "<>"[value % 2]
        yield f"orientation-{value}", block(order, [(ORIENTATION, 3, 1, value)])
    for kind in (1, 2, 4, 5, 6, 8, 9, 16):
        yield f"type-{kind}", block(">", [(ORIENTATION, kind, 1, 6)])
    yield "camera", block("<", [(0x10F, 2, 9, 200), (0x110, 2, 9, 220), (ORIENTATION, 3, 1, 8),
                                (0x11A, 5, 1, 240), (0x128, 3, 1, 2), (0x8769, 4, 1, 260),
                                (0x8825, 4, 1, 300)], 340) + bytes(300)
    yield "two", block("<", [(ORIENTATION, 3, 1, 3), (ORIENTATION, 3, 1, 6)])
    yield "two-values", block("<", [(ORIENTATION, 3, 2, 3)])
    yield "far", block("<", [], first=2**32 - 1)
    yield "wraps", b"MM\0+\0\x08\0\0" + b"\xff" * 8 + bytes(8)
    yield "self", block(">", [(ORIENTATION, 3, 1, 5)], link=8)
    yield "inside", block("<", [(ORIENTATION, 3, 1, 5)], first=2)
    yield "many", b"II*\0\x08\0\0\0\xff\xff" + bytes(300)
    yield "big", (b"II+\0\x08\0\0\0" + struct.pack("<QQ", 16, 1)
                  + struct.pack("<HHQHHI", ORIENTATION, 3, 1, 7, 0, 0) + bytes(8))
    yield "thumbnail", (block("<", [(ORIENTATION, 3, 1, 6)], 26)
                        + struct.pack("<HHHII", 1, 0x201, 4, 1, 2**31) + bytes(4))


def main():
    for name, data in seeds():
        (pathlib.Path(sys.argv[1]) / name).write_bytes(data)


main()
