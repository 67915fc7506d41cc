"""The filter of system calls of a child (seccomp): what a decoder never needs, and an attacker does.

A refused call fails with EPERM. Programs that the child starts inherit the filter.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct

from sandbox.kernel import PR_SET_NO_NEW_PRIVS, call_prctl

PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 22, 2
ALLOW, REFUSE, MISSING, KILL = 0x7FFF0000, 0x00050000 | errno.EPERM, 0x00050000 | errno.ENOSYS, 0x80000000
LOAD, EQUAL, GREATER_EQUAL, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
NUMBER_AT, ARCH_AT, FIRST_ARGUMENT_AT = 0, 4, 16
X32_BIT = 0x40000000
NAMESPACES = 0x7E020000
"""The flags of clone(2) that make namespaces."""

ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

# fmt: off
# name: (x86_64, aarch64), None where the architecture has no such call
REFUSED: dict[str, tuple[int | None, int | None]] = {
    # network: the child has its channel and opens no socket
    "socket": (41, 198), "connect": (42, 203), "bind": (49, 200), "listen": (50, 201),
    "accept": (43, 202), "accept4": (288, 242),
    # io_uring makes calls that no filter sees
    "io_uring_setup": (425, 425), "io_uring_enter": (426, 426), "io_uring_register": (427, 427),
    # other processes
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "kcmp": (312, 272),
    "pidfd_open": (434, 434), "pidfd_send_signal": (424, 424), "pidfd_getfd": (438, 438),
    "process_madvise": (440, 440), "process_mrelease": (448, 448), "tkill": (200, 130),
    "rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240), "move_pages": (279, 239),
    "migrate_pages": (256, 238), "setsid": (112, 157), "setpgid": (109, 154),
    "shmget": (29, 194), "shmat": (30, 196), "semget": (64, 190), "msgget": (68, 186), "mq_open": (240, 180),
    # links and devices, through which the worker would open another file than the child's
    "symlink": (88, None), "symlinkat": (266, 36), "link": (86, None), "linkat": (265, 37),
    "mknod": (133, None), "mknodat": (259, 33), "open_by_handle_at": (304, 265),
    # what Landlock leaves open: the attributes of any file of the same user
    "chmod": (90, None), "fchmodat": (268, 53), "fchmodat2": (452, 452), "chown": (92, None),
    "lchown": (94, None), "fchownat": (260, 54), "utime": (132, None), "utimes": (235, None),
    "futimesat": (261, None), "utimensat": (280, 88), "truncate": (76, 45), "setxattr": (188, 5),
    "lsetxattr": (189, 6), "removexattr": (197, 14), "lremovexattr": (198, 15),
    "setxattrat": (463, 463), "removexattrat": (466, 466),
    # the system
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51),
    "setns": (308, 268),
    "unshare": (272, 97), "open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430),
    "fsmount": (432, 432), "fsconfig": (431, 431), "mount_setattr": (442, 442), "bpf": (321, 280),
    "perf_event_open": (298, 241), "userfaultfd": (323, 282), "keyctl": (250, 219), "add_key": (248, 217),
    "request_key": (249, 218), "init_module": (175, 105), "finit_module": (313, 273),
    "delete_module": (176, 106), "kexec_load": (246, 104), "kexec_file_load": (320, 294),
    "reboot": (169, 142),
    "swapon": (167, 224), "swapoff": (168, 225), "acct": (163, 89), "fanotify_init": (300, 262),
    "personality": (135, 92),
}
# fmt: on
KILL_CALL, TGKILL, CLONE, CLONE3 = (62, 129), (234, 131), (56, 220), (435, 435)
PRLIMIT64 = (302, 261)


def filter_system_calls() -> None:
    """Install the filter in the calling thread and all that it starts. Raises OSError."""
    program = build_filter(os.uname().machine, os.getpid())
    buffer = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("HxxxxxxQ", len(program) // 8, ctypes.addressof(buffer))
    holder = ctypes.create_string_buffer(header, len(header))
    call_prctl(PR_SET_NO_NEW_PRIVS, 1)
    call_prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.addressof(holder))


def build_filter(machine: str, pid: int) -> bytes:
    """Return the BPF program. The process `pid` may signal itself and its own group. Raises OSError."""
    if machine not in ARCHITECTURES:
        raise OSError(errno.ENOSYS, "no filter for this architecture")
    column = list(ARCHITECTURES).index(machine)
    code = [
        _step(LOAD, ARCH_AT),
        _step(EQUAL, ARCHITECTURES[machine], 1, 0),
        _step(RETURN, KILL),
        _step(LOAD, NUMBER_AT),
        _step(GREATER_EQUAL, X32_BIT, 0, 1),
        _step(RETURN, REFUSE),
        *(_step(EQUAL, CLONE3[column], 0, 1), _step(RETURN, MISSING)),  # glibc then calls clone
    ]
    for numbers in REFUSED.values():
        number = numbers[column]
        if number is not None:
            code += [_step(EQUAL, number, 0, 1), _step(RETURN, REFUSE)]
    code += _allow_first_argument(KILL_CALL[column], (0, pid))
    code += _allow_first_argument(TGKILL[column], (pid,))
    code += _allow_first_argument(PRLIMIT64[column], (0, pid))
    code += [
        _step(EQUAL, CLONE[column], 0, 4),
        _step(LOAD, FIRST_ARGUMENT_AT),
        _step(ANY_BIT, NAMESPACES, 0, 1),
        _step(RETURN, REFUSE),
        _step(RETURN, ALLOW),
        _step(RETURN, ALLOW),
    ]
    return b"".join(code)


def _allow_first_argument(number: int, allowed: tuple[int, ...]) -> list[bytes]:
    """Return the steps that refuse the call unless its first argument is one of `allowed`."""
    checks = [_step(EQUAL, value, len(allowed) - place, 0) for place, value in enumerate(allowed)]
    steps = [_step(LOAD, FIRST_ARGUMENT_AT), *checks, _step(RETURN, REFUSE), _step(RETURN, ALLOW)]
    return [_step(EQUAL, number, 0, len(steps)), *steps]


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("HBBI", code, if_true, if_false, value)
