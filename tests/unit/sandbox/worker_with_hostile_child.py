"""A worker whose child is hostile. Prints what the child got, as JSON.

Argument: the user id to run as, if it is started as root.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import tempfile
from pathlib import Path

from heavylift import Params
from sandbox.errors import index_by_slug
from sandbox.kernel import call_prctl
from sandbox.settings import SandboxSettings
from sandbox.supervisor import ChildProgram, start_child
from tests.support.fake_work import FakeWork

PROGRAM = ChildProgram("tests.unit.sandbox.hostile", index_by_slug(()), files=("input",))


def main(user: int) -> None:
    if os.getuid() == 0 and user:
        os.setgroups([])
        os.setgid(user)
        os.setuid(user)
        call_prctl(4, 1)  # a program that Lambda starts as this user begins like this
    with socket.create_server(("127.0.0.1", 0)) as server:
        got = attack(os.environ["STOLEN"], server.getsockname()[1])
        sys.stdout.write(json.dumps(got))


def attack(secret: str, port: int) -> dict[str, str]:
    """Return what a hostile child got, by attack. `secret` is in this process's environment.

    `port` is one of loopback that answers.
    """
    folder = Path(tempfile.mkdtemp())
    scratch, input_file, other = folder / "scratch", folder / "input", folder / "other" / "file"
    scratch.mkdir()
    other.parent.mkdir()
    input_file.write_text("input")
    other.write_text("of another tenant")
    request = {
        "worker": os.getpid(),
        "secret": secret,
        "input": str(input_file),
        "other": str(other),
        "port": port,
    }
    work = FakeWork(input_file, Params(), scratch, folder)
    with start_child(work, PROGRAM, request, SandboxSettings()) as child:
        got: dict[str, str] = next(child.events())["got"]
    return got


if __name__ == "__main__":
    main(int(sys.argv[1]))
