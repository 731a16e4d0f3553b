"""A small disk for one test: a tmpfs in a mount namespace of a child process, gone with it. Needs no root: a
user namespace makes the child root of its own."""

import ctypes
import errno
import os
import sys
import traceback

CLONE_NEWNS, CLONE_NEWUSER = 0x00020000, 0x10000000
MS_REC, MS_PRIVATE = 0x4000, 0x40000
libc = ctypes.CDLL(None, use_errno=True)


def must(result, what):
    if result != 0:
        raise OSError(ctypes.get_errno(), f"{what}: {os.strerror(ctypes.get_errno())}")


def mount(directory, size):
    user, group = os.getuid(), os.getgid()
    must(libc.unshare(CLONE_NEWNS | (CLONE_NEWUSER if user else 0)), "unshare")
    if user:
        for name, text in ("setgroups", "deny"), ("uid_map", f"0 {user} 1"), ("gid_map", f"0 {group} 1"):
            with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
                file.write(text)
    private = libc.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None)
    if private != 0 and ctypes.get_errno() != errno.EINVAL:  # in a chroot / is no mount of its own
        must(private, "make mounts private")
    must(libc.mount(b"tmpfs", os.fsencode(directory), b"tmpfs", 0, f"size={size}".encode()), "mount")


def run(directory, size, body):
    """Runs body(directory) in a child for which `directory` is a disk of `size` bytes; fails as it fails."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        try:
            mount(directory, size)
            body(directory)
        except BaseException:  # whatever it is, the parent has to know
            traceback.print_exc()
            sys.stderr.flush()
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert status == 0, "the child on the small disk failed: see stderr"
