"""The child's main: decodes untrusted input under limits and sends events to the worker (protocol.py).

The fork server (forkserver.py) forks the child into the scratch folder. `run_child` of the worker's module
does the work. When the worker ends, the channel closes, and the child kills itself and all that it started.
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
from sandbox.confine import confine
from sandbox.errors import OverMemory
from sandbox.limits import apply_limits
from sandbox.protocol import EXIT_MEMORY, INITIAL_CREDIT, Event, Request


def main(module: str, channel: int) -> NoReturn:
    """Run the one request that arrives on `channel`, the file descriptor of a socket, and exit."""
    events = os.fdopen(os.dup(channel), "w", encoding="utf-8")
    lines = FileIO(channel)
    request: Request = json.loads(lines.readline())
    # Before the second thread starts: two of the layers hold for the calling thread and those it starts.
    refused = confine(request["readable"])
    if refused:
        _send(events, {"unconfined": refused})
    credit = threading.Semaphore(INITIAL_CREDIT)
    threading.Thread(target=_listen, args=(lines, credit), daemon=True).start()
    _run(module, request, credit, events)
    os._exit(0)  # a plain exit would wait for the listener, which is still reading


def _listen(lines: FileIO, credit: threading.Semaphore) -> None:
    """Count the worker's credits. When the worker closes its end or dies, kill this process group.

    PR_SET_PDEATHSIG on Linux would signal this process alone, and poppler would run on. The engines release
    the interpreter's lock, so that this thread runs while they draw.
    """
    while received := os.read(lines.fileno(), 4096):
        credit.release(received.count(b"\n"))
    os.killpg(0, signal.SIGKILL)


def _run(module: str, request: Request, credit: threading.Semaphore, events: TextIO) -> None:
    try:
        apply_limits(request["memory_mb"], request["cpu_seconds"])
        for event in importlib.import_module(module).run_child(request, credit):
            _send(events, event)
        _send(events, {"end": True})
    except TaskError as error:
        _send(events, {"error": error.slug, "detail": error.detail})
    except MemoryError:
        _report_out_of_memory(events)
    except Exception as error:  # noqa: BLE001 - reported to the worker, which logs it
        _send(events, {"error": TaskError.slug, "detail": "", "log": _locate(error)})


def _send(events: TextIO, event: Event) -> None:
    events.write(json.dumps(event) + "\n")
    events.flush()


def _report_out_of_memory(events: TextIO) -> None:
    try:
        _send(events, {"error": OverMemory.slug, "detail": ""})
    finally:
        os._exit(EXIT_MEMORY)


def _locate(error: BaseException) -> str:
    """Return the error's type and line, without its text, which may quote the document."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return (
        f"{type(error).__name__} at {Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
        if trace
        else ""
    )
