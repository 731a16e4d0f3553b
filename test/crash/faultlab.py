"""What the parts about failing calls, exhaustion, kills and histories share."""
import contextlib
import hashlib
import http.client
import json
import os
import pathlib
import shutil
import struct
import sys
import tempfile
import zlib

SOURCE = pathlib.Path(__file__).resolve().parents[2]

sys.path.insert(0, str(SOURCE / "test/scenario"))
import clients  # noqa: E402 - of the scenario tests

TICKET = {"Authorization": f"SoTicket {clients.DEMO_TICKET}"}


def built(name):
    """A file of the build in CRASH_BUILD, else in build."""
    return str(pathlib.Path(os.environ.get("CRASH_BUILD") or SOURCE / "build").resolve() / name)


@contextlib.contextmanager
def workplace(on_disk=False):
    """A folder that goes afterwards; in memory, where no disk is wanted."""
    memory = "/dev/shm"
    roomy = not on_disk and os.path.isdir(memory) and shutil.disk_usage(memory).free > 1 << 30
    folder = tempfile.mkdtemp(prefix="faultlab-", dir=memory if roomy else None)
    try:
        yield pathlib.Path(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def png(rng, size):
    """A header that tells what it is, and noise: nobody decodes it."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    header = struct.pack(">IIBBBBB", rng.randint(300, 900), rng.randint(300, 900), 8, 2, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rng.randbytes(size)) + chunk(b"IEND", b""))


def digest(data):
    return hashlib.sha256(data).hexdigest()[:16]


class Connection:
    """Speaks to the program on a connection that stays until `leave`; the next request makes a new one."""

    def __init__(self, port):
        self.port = port
        self.connection = None

    def request(self, method, path, body=None, headers=None):
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        self.connection.request(method, path, body, headers or {})
        answer = self.connection.getresponse()
        return answer.status, answer.read()

    def call(self, method, parameters):
        status, body = self.request("POST", f"/rest/{clients.WEBHOOK}/{method}", json.dumps(parameters),
                                    {"Content-Type": "application/json"})
        return status, json.loads(body)

    def leave(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None
