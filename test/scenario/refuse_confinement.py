#!/usr/bin/python3
"""refuse_confinement.py PROGRAM ARGUMENT... - runs it under a kernel that takes no seccomp filter and
has no Landlock, or so it seems."""

import ctypes
import errno
import os
import sys

ALLOW, ERRNO = 0x7FFF0000, 0x00050000
EQUAL = 4
PR_SET_SECCOMP = 22


class Compare(ctypes.Structure):
    _fields_ = [("argument", ctypes.c_uint), ("how", ctypes.c_int), ("one", ctypes.c_uint64),
                ("two", ctypes.c_uint64)]


def main():
    library = ctypes.CDLL("libseccomp.so.2")
    library.seccomp_init.restype = ctypes.c_void_p
    context = ctypes.c_void_p(library.seccomp_init(ctypes.c_uint32(ALLOW)))
    for name, code, compared in (
            (b"seccomp", errno.ENOSYS, []),
            (b"landlock_create_ruleset", errno.ENOSYS, []),
            (b"prctl", errno.EINVAL, [Compare(0, EQUAL, PR_SET_SECCOMP, 0)])):
        number = library.seccomp_syscall_resolve_name(name)
        conditions = (Compare * 1)(*compared)
        if number < 0 or library.seccomp_rule_add_array(
                context, ctypes.c_uint32(ERRNO | code), number, ctypes.c_uint(len(compared)),
                conditions) != 0:
            sys.exit("refuse_confinement: no rule for " + name.decode())
    if library.seccomp_load(context) != 0:
        sys.exit("refuse_confinement: no filter")
    os.execv(sys.argv[1], sys.argv[1:])


if __name__ == "__main__":
    main()
