"""The page of struct fail_control (fail.h), for servers that run with the library `fail`."""
import mmap
import os
import struct

WRITE, FSYNC, FDATASYNC, RENAME, OPEN, MMAP, MALLOC, TRUNCATE, READ, SQL, ARENA, LOCK, STAT, NAME = range(14)
KINDS = 14
FOREVER = 1 << 40
SHORT = 0

HEAD = struct.Struct("=Iiqqq")  # kinds, errnum, skip, times, failed
ARMED = HEAD.size + 8 * KINDS + 4 + 4  # drops, ours
PATHS = ARMED + 4 + 4 + 8 + 8  # armed, unused, lost_from, lost_inode
PATH_MAX = 256
SIZE = PATHS + 2 * PATH_MAX


class Control:
    def __init__(self, path):
        self.path = str(path)
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        os.ftruncate(descriptor, max(SIZE, mmap.PAGESIZE))
        self.page = mmap.mmap(descriptor, mmap.PAGESIZE)
        os.close(descriptor)

    def environment(self, library):
        return {"LD_PRELOAD": library, "FAIL_CONTROL": self.path}

    def arm(self, kinds, errnum, skip, times, root=""):
        text = str(root).encode()
        self.page[PATHS:PATHS + PATH_MAX] = text + bytes(PATH_MAX - len(text))
        HEAD.pack_into(self.page, 0, 0, errnum, skip, times, 0)
        struct.pack_into("=I", self.page, ARMED, struct.unpack_from("=I", self.page, ARMED)[0] + 1)
        struct.pack_into("=I", self.page, 0, sum(1 << kind for kind in kinds))

    def disarm(self):
        """How many calls have failed."""
        struct.pack_into("=I", self.page, 0, 0)
        return HEAD.unpack_from(self.page, 0)[4]
