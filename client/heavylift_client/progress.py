"""Progress bars on standard error."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TransferSpeedColumn,
)

from heavylift_client.types import Job


@contextmanager
def show_progress(*, hidden: bool = False, indent: str = "") -> Iterator[Callable[[Job], None]]:
    """Show a progress bar on standard error. Yield a function that updates the bar from a job.

    Without a job, as where the API refused it, no bar is left behind.
    """
    columns = (
        TextColumn(indent + "{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), disable=hidden) as bars:
        bar, phases = bars.add_task("queued", total=None), set()

        def on_change(job: Job) -> None:
            phases.add(job["phase"])
            done, total = job["progress"]["done"], job["progress"]["total"]
            bars.update(bar, description=job["phase"], completed=done, total=total)

        try:
            yield on_change
        finally:
            bars.update(bar, visible=bool(phases))


@contextmanager
def show_upload(*, hidden: bool = False) -> Iterator[Callable[[int, int], None]]:
    """Show on standard error how much of a file is sent. Yield a function that updates it.

    A file that is not uploaded, because it fits into the request, has no bar.
    """
    columns = (TextColumn("sent"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    bars = Progress(*columns, console=Console(stderr=True), disable=hidden)
    bar = bars.add_task("sent", total=None)

    def on_upload(stored: int, size: int) -> None:
        bars.start()
        bars.update(bar, completed=stored, total=size)

    try:
        yield on_upload
    finally:
        if bars.live.is_started:
            bars.stop()


@contextmanager
def show_count(text: str, total: int, *, hidden: bool = False) -> Iterator[Callable[[int], None]]:
    """Show on standard error how many of `total` are done. Yield a function that updates the number."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), disable=hidden) as bars:
        bar = bars.add_task(text, total=total)
        yield lambda done: bars.update(bar, completed=done)
