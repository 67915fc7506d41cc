"""A child that exceeds its limits, crashes, or loses its worker."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import psutil
import pytest

from heavylift.errors import Canceled
from pages.settings import PagesSettings
from sandbox.errors import EngineCrashed, OverMemory, TooSlow
from sandbox.supervisor import _make_child_env
from tests.support.capabilities import LINUX
from tests.support.fake_work import run_all
from tests.support.pdfs import Page, make_pdf, make_slow_pdf
from tests.support.processes import has_ended
from tests.unit.pages.conftest import WorkMaker


def new_children() -> list[psutil.Process]:
    """Return the descendants of this process that the test started, without fork servers.

    Other tests may keep a stack running, and a fork server stays for the next child.
    """
    now = psutil.Process().children(recursive=True)
    servers = [
        child for child in now if child.ppid() == os.getpid() and "sandbox.forkserver" in child.cmdline()
    ]
    return [child for child in now if child not in before and child not in servers]


before: set[psutil.Process] = set()


@pytest.fixture(autouse=True)
def nothing_left_running() -> object:
    before.clear()
    before.update(psutil.Process().children(recursive=True))
    yield
    assert new_children() == []


@LINUX.needed  # elsewhere the memory of a process is not limited
def test_a_page_that_needs_more_memory_than_allowed(make_work: WorkMaker) -> None:
    work = make_work(make_pdf(Page(), Page(box="0 0 9900 9900")), dpi=72)  # 98 megapixels, 294 MB
    with pytest.raises(OverMemory, match="Page 2") as caught:
        run_all(work, child_memory_mb=300)
    assert caught.value.retryable
    assert list(work.published) == ["page-0001.png"]


def test_a_page_that_takes_too_long(make_work: WorkMaker) -> None:
    work = make_work(make_slow_pdf(2, slow_page=2), dpi=72)
    started = time.monotonic()
    with pytest.raises(TooSlow, match="Page 2"):
        run_all(work, page_seconds=1)
    assert time.monotonic() - started < 5
    assert list(work.published) == ["page-0001.png"]


def test_the_invocation_ends_before_the_pages_do(make_work: WorkMaker) -> None:
    work = make_work(make_slow_pdf(), seconds=6, on_page_error="skip")
    started = time.monotonic()
    with pytest.raises(TooSlow):
        run_all(work)
    assert time.monotonic() - started < 5


def test_pages_that_outgrow_their_limits_are_skipped_on_request(make_work: WorkMaker) -> None:
    work = make_work(make_slow_pdf(3, slow_page=2), dpi=72, on_page_error="skip")
    ran = run_all(work, page_seconds=1)
    assert sorted(work.published) == ["page-0001.png", "page-0003.png"]
    assert ran.result["failed"] == [{"error": "too-slow", "count": 1, "pages": "2"}]


def test_a_cancel_is_noticed_while_a_page_is_drawn(make_work: WorkMaker) -> None:
    work = make_work(make_slow_pdf(), dpi=72)
    started = time.monotonic()

    def canceled(units: int) -> None:
        if time.monotonic() > started + 1:
            raise Canceled

    work.on_advance = canceled
    with pytest.raises(Canceled):
        run_all(work)
    assert time.monotonic() - started < 3


@pytest.mark.parametrize("when", ["open", "page 2"])
def test_without_poppler_a_crash_fails_the_attempt(
    make_work: WorkMaker, pdfium_crashes: Callable[[str], None], without_poppler: None, when: str
) -> None:
    pdfium_crashes(when)
    with pytest.raises(EngineCrashed) as caught:
        run_all(make_work(make_pdf(Page(), Page(), Page())))
    assert caught.value.retryable


def test_poppler_draws_the_page_that_crashes_pdfium(
    make_work: WorkMaker, pdfium_crashes: Callable[[str], None], poppler_stand_in: Path
) -> None:
    pdfium_crashes("page 2")
    ran = run_all(make_work(make_pdf(Page(), Page(), Page())))
    assert [page["engine"] for page in ran.results[0]["pages"]] == ["pdfium", "poppler", "pdfium"]
    assert ran.result["engine"] == "mixed"
    assert ran.result["engines"] == [
        {"engine": "pdfium", "count": 2, "pages": "1,3"},
        {"engine": "poppler", "count": 1, "pages": "2"},
    ]
    (warning,) = ran.result["warnings"]
    assert warning["slug"] == "page-failed-in-pdfium"
    assert warning["text"].startswith("Page 2: drawn by poppler")


def test_poppler_draws_the_page_that_takes_pdfium_too_long(
    make_work: WorkMaker, poppler_stand_in: Path
) -> None:
    ran = run_all(make_work(make_slow_pdf(3, slow_page=2), dpi=72), page_seconds=1)
    assert [page["engine"] for page in ran.results[0]["pages"]] == ["pdfium", "poppler", "pdfium"]


def test_poppler_draws_the_document_that_crashes_pdfium(
    make_work: WorkMaker, pdfium_crashes: Callable[[str], None], poppler_stand_in: Path
) -> None:
    pdfium_crashes("open")
    assert run_all(make_work(make_pdf(Page(), Page(), Page()))).result["engine"] == "poppler"


def test_a_hanging_poppler_is_killed(make_work: WorkMaker, poppler_stand_in: Path) -> None:
    (poppler_stand_in / "hang").touch()
    with pytest.raises(TooSlow):
        run_all(make_work(make_pdf(Page(), Page(), Page()), engine="poppler"), page_seconds=1.5)
    assert has_ended(int((poppler_stand_in.parent / "scratch" / "pid").read_text()))


@pytest.mark.parametrize("engine", ["pdfium", "poppler"])
def test_a_worker_that_is_killed_leaves_nothing_running(
    tmp_path: Path, poppler_stand_in: Path, engine: str
) -> None:
    # Given a worker in another process, whose child draws a page without end
    (poppler_stand_in / "hang").touch()
    (tmp_path / "input.pdf").write_bytes(make_slow_pdf())
    for folder in ("scratch", "outputs"):
        (tmp_path / folder).mkdir()
    worker_code = f"""
        from pathlib import Path
        from pages.task import PdfToImagesParams
        from tests.support.fake_work import FakeWork, run_all
        here = Path({str(tmp_path)!r})
        params = PdfToImagesParams(engine={engine!r})
        run_all(FakeWork(here / "input.pdf", params, here / "scratch", here / "outputs"))
    """
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([*sys.path, str(Path.cwd())])}
    worker = subprocess.Popen([sys.executable, "-c", dedent(worker_code)], env=env)
    pids = wait_for_drawing(worker, poppler_stand_in if engine == "poppler" else None)

    # When the worker is killed
    worker.send_signal(signal.SIGKILL)
    worker.wait()

    # Then the child and its own children have ended
    assert pids
    assert all(has_ended(pid) for pid in pids)


def wait_for_drawing(worker: subprocess.Popen[bytes], poppler: Path | None) -> list[int]:
    """Return the worker's descendants once a page is being drawn. Raises AssertionError at the deadline."""
    ends_at = time.monotonic() + 15
    while time.monotonic() < ends_at:
        below = psutil.Process(worker.pid).children(recursive=True)
        if poppler and (poppler.parent / "scratch" / "pid").exists():
            return [process.pid for process in below]
        if not poppler and any(process.cpu_times().user > 0.7 for process in below):
            return [process.pid for process in below]
        time.sleep(0.05)
    raise AssertionError("the worker did not start to draw")


def test_the_child_gets_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("TABLE_NAME", "table")
    monkeypatch.setenv("LANG", "C.UTF-8")
    env = _make_child_env()
    assert env["LANG"] == "C.UTF-8"
    assert not [name for name in env if name.startswith(("AWS_", "TABLE_"))]


def test_the_childs_memory_is_the_functions_less_the_workers() -> None:
    assert PagesSettings.read({}).child_memory_mb == 2048
    assert PagesSettings.read({"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1769"}).child_memory_mb == 1469
    assert PagesSettings.read({"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128"}).child_memory_mb == 512
    both = {"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1769", "CHILD_MEMORY_MB": "700", "PAGE_SECONDS": "1.5"}
    assert PagesSettings.read(both) == PagesSettings(child_memory_mb=700, page_seconds=1.5)
