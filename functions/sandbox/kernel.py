"""Calls of the Linux kernel that Python has no function for."""

from __future__ import annotations

import ctypes
import errno
import os
import sys

PR_SET_DUMPABLE, PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS = 4, 24, 38
PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL = 47, 4
CAPSET = {"x86_64": 126, "aarch64": 91}
CAPABILITY_VERSION_3 = 0x20080522
LAST_CAPABILITY = 63


def call_prctl(option: int, *arguments: int) -> None:
    """Call prctl(2). Raises OSError."""
    library = ctypes.CDLL(None, use_errno=True)
    numbers = [ctypes.c_ulong(each) for each in (*arguments, 0, 0, 0, 0)[:4]]
    _check(library.prctl(option, *numbers))


def call_system(number: int, *arguments: object) -> int:
    """Call the system call of this number. Returns its result. Raises OSError."""
    library = ctypes.CDLL(None, use_errno=True)
    library.syscall.restype = ctypes.c_long
    return _check(library.syscall(ctypes.c_long(number), *arguments))


def hide_memory() -> None:
    """Forbid other processes of this user to read this process's environment and memory, and to trace it.

    Does nothing on other systems than Linux. An execve ends it, a fork does not.
    """
    if sys.platform == "linux":
        call_prctl(PR_SET_DUMPABLE, 0)


def drop_capabilities() -> None:
    """Give up every capability, also for the programs that this process starts. Raises OSError.

    Afterwards root is a user like another: it reads its own files, and no hidden process.
    """
    call_prctl(PR_SET_NO_NEW_PRIVS, 1)
    for capability in range(LAST_CAPABILITY + 1):
        try:
            call_prctl(PR_CAPBSET_DROP, capability)
        except OSError:  # unknown to this kernel, or this user may not: then it has none to drop
            break
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    call_system(CAPSET[os.uname().machine], header, (ctypes.c_uint32 * 6)())


def _check(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno() or errno.EPERM
        raise OSError(number, os.strerror(number))
    return result
