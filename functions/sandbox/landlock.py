"""The files that a child can reach (Landlock): programs, libraries, its input, its folder."""

from __future__ import annotations

import contextlib
import ctypes
import os
import stat
import struct
import sys
from collections.abc import Iterable
from pathlib import Path

from sandbox.kernel import PR_SET_NO_NEW_PRIVS, call_prctl, call_system

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
VERSION_FLAG, PATH_BENEATH = 1, 1
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1, 2, 4, 8
MAKE_SYM = 1 << 12
TRUNCATE, IOCTL_DEV = 1 << 14, 1 << 15
OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV
ALL_BY_ABI = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
READ = EXECUTE | READ_FILE | READ_DIR
SYSTEM = (
    *(
        "/usr",
        "/bin",
        "/lib",
        "/lib64",
        "/opt",
        "/etc",
        "/nix",
        "/var/cache/fontconfig",
        "/var/lib/ghostscript",
    ),
    *("/var/lang", "/var/task", "/var/runtime", "/sys/devices/system", "/sys/fs/cgroup", "/proc/self"),
    *("/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/dev/urandom", "/dev/random", "/dev/zero"),
)
FONTS = ("FONTCONFIG_PATH", "FONTCONFIG_FILE", "MPLCONFIGDIR")


def restrict_files(inputs: Iterable[str]) -> None:
    """Restrict the calling thread, and all that it starts, to the system's files, `inputs` (read only), and
    the current folder (all but symbolic links). Raises OSError if the kernel has no Landlock.
    """
    abi = call_system(CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(VERSION_FLAG))
    handled = ALL_BY_ABI[max(known for known in ALL_BY_ABI if known <= abi)]
    net, scoped = 3 if abi >= 4 else 0, 3 if abi >= 6 else 0
    attributes = struct.pack("QQQ", handled, net, scoped)[: 8 if abi < 4 else 16 if abi < 6 else 24]
    ruleset = call_system(CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), ctypes.c_uint32(0))
    try:
        scratch = Path.cwd()
        for path in {*SYSTEM, *inputs, *_list_program_paths(scratch)}:
            _allow(ruleset, path, READ & handled)
        _allow(ruleset, "/dev/null", (READ_FILE | WRITE_FILE) & handled)
        _allow(ruleset, str(scratch), handled & ~MAKE_SYM)
        call_prctl(PR_SET_NO_NEW_PRIVS, 1)
        call_system(RESTRICT_SELF, ctypes.c_int(ruleset), ctypes.c_uint32(0))
    finally:
        os.close(ruleset)


def _list_program_paths(scratch: Path) -> set[str]:
    """Return where Python and programs are. A folder that holds the scratch folder is left out."""
    places = [*sys.path, sys.prefix, sys.base_prefix, *os.environ.get("PATH", "").split(os.pathsep)]
    places += [os.environ[name] for name in FONTS if name in os.environ]
    found = {Path(place).resolve() for place in places if place.startswith("/")}
    return {str(place) for place in found if not scratch.is_relative_to(place)}


def _allow(ruleset: int, path: str, access: int) -> None:
    with contextlib.suppress(FileNotFoundError, PermissionError, NotADirectoryError):
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
        try:
            if not stat.S_ISDIR(os.fstat(place).st_mode):
                access &= OF_FILES
            rule = struct.pack("=Qi", access, place)
            beneath, no_flags = ctypes.c_int(PATH_BENEATH), ctypes.c_uint32(0)
            call_system(ADD_RULE, ctypes.c_int(ruleset), beneath, rule, no_flags)
        finally:
            os.close(place)
