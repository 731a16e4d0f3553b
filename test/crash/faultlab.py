"""What the parts about failing calls, exhaustion, kills and histories share."""
import contextlib
import os
import pathlib
import shutil
import sys
import tempfile

SOURCE = pathlib.Path(__file__).resolve().parents[2]

sys.path.insert(0, str(SOURCE / "test/scenario"))


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
