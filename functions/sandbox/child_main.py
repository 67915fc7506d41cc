"""The child: decodes what a stranger sent, under limits, and tells the worker (protocol.py).

The fork server (forkserver.py) forks it into the scratch folder. The `run_child` of the worker's module
does the work. When the worker is gone, the input line ends, and this process and all that it started end too.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import threading
from io import FileIO
from pathlib import Path
from typing import NoReturn, TextIO

from heavylift.errors import TaskError
from sandbox.errors import OverMemory
from sandbox.limits import limit
from sandbox.protocol import AHEAD, EXIT_MEMORY, Event, Request


def main(module: str, channel: int) -> NoReturn:
    """Answers the one request that comes through the channel, a socket."""
    events = os.fdopen(os.dup(channel), "w", encoding="utf-8")
    lines = FileIO(channel)
    request: Request = json.loads(lines.readline())
    credit = threading.Semaphore(AHEAD)
    threading.Thread(target=_listen, args=(lines, credit), daemon=True).start()
    _run(module, request, credit, events)
    os._exit(0)  # without waiting for the listener, which is still reading


def _listen(lines: FileIO, credit: threading.Semaphore) -> None:
    """Counts receipts until the worker closes its end or is gone, however it went.

    Linux could signal the worker's death (PR_SET_PDEATHSIG), but to this process alone: poppler would run on.
    The engines are called without the interpreter's lock, so that this is awake while they draw.
    """
    while received := os.read(lines.fileno(), 4096):
        credit.release(received.count(b"\n"))
    os.killpg(0, signal.SIGKILL)


def _run(module: str, request: Request, credit: threading.Semaphore, events: TextIO) -> None:
    try:
        limit(request["memory_mb"], request["cpu_seconds"])
        for event in importlib.import_module(module).run_child(request, credit):
            _send(events, event)
        _send(events, {"end": True})
    except TaskError as error:
        _send(events, {"error": error.slug, "detail": error.detail})
    except MemoryError:
        _out_of_memory(events)
    except Exception as error:  # noqa: BLE001 - told to the worker, which logs it
        _send(events, {"error": TaskError.slug, "detail": "", "log": _where(error)})


def _send(events: TextIO, event: Event) -> None:
    events.write(json.dumps(event) + "\n")
    events.flush()


def _out_of_memory(events: TextIO) -> None:
    try:
        _send(events, {"error": OverMemory.slug, "detail": ""})
    finally:
        os._exit(EXIT_MEMORY)


def _where(error: BaseException) -> str:
    """The kind of error and the line it rose from; not its text, which may quote the document."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return (
        f"{type(error).__name__} at {Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
        if trace
        else ""
    )
