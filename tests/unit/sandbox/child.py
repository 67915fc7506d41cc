"""The program of the children in these tests."""

from __future__ import annotations

import mmap
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

from sandbox.protocol import INITIAL_CREDIT, Event, Request

LOADED_BY = os.getpid()
RESERVED = mmap.mmap(-1, 200 << 20)
"""Address space reserved at import, as libraries do."""


def run_child(request: Request, credit: threading.Semaphore) -> Iterator[Event]:
    yield {"pid": os.getpid(), "parent": os.getppid(), "loaded_by": LOADED_BY}
    if request["do"] == "report":
        yield {"env": dict(os.environ), "folder": str(Path.cwd()), "files": _open_files()}
    elif request["do"] == "wait":
        for _ in range(INITIAL_CREDIT + 1):
            credit.acquire()
        yield {"waited": True}
    elif request["do"] == "leave":
        left = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
        yield {"left": left.pid}
        os._exit(1)


def _open_files() -> list[str]:
    links = [Path(f"/proc/self/fd/{number}") for number in range(64)]
    return [str(link.readlink()).partition(":")[0] for link in links if link.is_symlink()]
