from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from heavylift.tasks.pdf_to_images import PdfToImagesParams
from tests.support.fake_work import FakeWork, make_fake_work

WorkMaker = Callable[..., FakeWork]


@pytest.fixture
def make_work(tmp_path: Path) -> WorkMaker:
    """(PDF, **params) → the context of a job with this PDF and these params."""

    def make(pdf: bytes | Path, *, seconds: float = 900, **params: Any) -> FakeWork:
        return make_fake_work(tmp_path, pdf, PdfToImagesParams(**params), seconds=seconds)

    return make


@pytest.fixture
def without_poppler(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """As on a machine where poppler is not installed."""
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.setenv("PATH", str(empty))


@pytest.fixture
def poppler_stand_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Programs in poppler's place, wherever it is installed or not: every PDF has 3 pages, all of them red.

    Returns their folder: a file `hang` in it makes the drawing one write its process id to `pid` and sleep.
    """
    folder = tmp_path / "poppler"
    folder.mkdir()
    _program(
        folder / "pdfinfo",
        """
        print("Pages:           3")
        for page in (1, 2, 3):
            print(f"Page {page:4} size:  100 x 150 pts")
            print(f"Page {page:4} rot:   0")
        """,
    )
    _program(
        folder / "pdftoppm",
        """
        import os, pathlib, sys, time
        args, here = sys.argv[1:], pathlib.Path(__file__).parent
        if args == ["-v"]:
            sys.exit(print("pdftoppm version 25.03.0", file=sys.stderr))
        if (here / "hang").exists():
            (here / "pid").write_text(str(os.getpid()))
            time.sleep(60)
        dpi = int(args[args.index("-r") + 1])
        width, height = 100 * dpi // 72, 150 * dpi // 72
        with open(args[args.index("-l") + 2] + "-1.ppm", "wb") as out:
            out.write(b"P6\\n%d %d\\n255\\n" % (width, height) + b"\\xff\\0\\0" * width * height)
        """,
    )
    monkeypatch.setenv("PATH", str(folder))
    return folder


def _program(path: Path, source: str) -> None:
    path.write_text(f"#!{sys.executable}\n{dedent(source)}")
    path.chmod(0o755)


@pytest.fixture
def pdfium_crashes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], None]:
    """Makes the child's PDFium die by a segmentation fault, on `open` or as it draws `page 2`."""

    def make(when: str) -> None:
        folder = tmp_path / "site"
        folder.mkdir()
        (folder / "sitecustomize.py").write_text(
            dedent(f"""
            import sys, signal, os
            if "sandbox.forkserver" in sys.orig_argv:
                import documents.pdfium as engine
                whole = engine.PdfiumDocument
                class Crashing(whole):
                    def __init__(self, *args):
                        super().__init__(*args)
                        if "{when}" == "open":
                            os.kill(os.getpid(), signal.SIGSEGV)
                    def draw(self, page, *args, **more):
                        if page == 2:
                            os.kill(os.getpid(), signal.SIGSEGV)
                        return super().draw(page, *args, **more)
                engine.PdfiumDocument = Crashing
            """)
        )
        monkeypatch.syspath_prepend(str(folder))

    return make
