"""What crash_shim.so wrote down: see shim.c for the meaning of each entry."""
import collections
import struct

MADE, WRITE, SIZE, ZERO, GROW, SYNC, SYNCED, SYNCED_AT, RENAMED, REMOVED, FOLDER, LINKED, MAPPED, MARK = range(1, 15)

HEADER = struct.Struct("<IIQqqII")

Entry = collections.namedtuple("Entry", "kind ino offset extra pid data_only payload")


def read(path):
    """All entries in order."""
    with open(path, "rb") as file:
        data = file.read()
    entries = []
    at = 0
    while at + HEADER.size <= len(data):
        kind, length, ino, offset, extra, pid, data_only = HEADER.unpack_from(data, at)
        at += HEADER.size
        payload = data[at:at + length]
        at += length
        if not MADE <= kind <= MARK or len(payload) < length:
            raise ValueError(f"{path}: no entry at byte {at}")
        entries.append(Entry(kind, ino, offset, extra, pid, data_only, payload))
    if at != len(data):
        raise ValueError(f"{path}: {len(data) - at} bytes behind the last entry")
    return entries
