from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from pages.task import PdfToImagesParams
from tests.support.crashing_pdfium import install_crashing_pdfium
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
    """Hide poppler, as on a machine without it."""
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.setenv("PATH", str(empty))


@pytest.fixture
def poppler_stand_in(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Replace poppler by programs for which every PDF has 3 red pages. Returns their folder.

    A file `hang` in the folder makes pdftoppm write its process id to `pid` in the scratch folder and sleep.
    """
    folder = tmp_path / "poppler"
    folder.mkdir()
    _write_program(
        folder / "pdfinfo",
        """
        print("Pages:           3")
        for page in (1, 2, 3):
            print(f"Page {page:4} size:  100 x 150 pts")
            print(f"Page {page:4} rot:   0")
        """,
    )
    _write_program(
        folder / "pdftoppm",
        """
        import os, pathlib, sys, time
        args, here = sys.argv[1:], pathlib.Path(__file__).parent
        if args == ["-v"]:
            sys.exit(print("pdftoppm version 25.03.0", file=sys.stderr))
        if (here / "hang").exists():
            pathlib.Path("pid").write_text(str(os.getpid()))
            time.sleep(60)
        dpi = int(args[args.index("-r") + 1])
        width, height = 100 * dpi // 72, 150 * dpi // 72
        with open(args[args.index("-l") + 2] + "-1.ppm", "wb") as out:
            out.write(b"P6\\n%d %d\\n255\\n" % (width, height) + b"\\xff\\0\\0" * width * height)
        """,
    )
    monkeypatch.setenv("PATH", str(folder))
    return folder


def _write_program(path: Path, source: str) -> None:
    path.write_text(f"#!{sys.executable}\n{dedent(source)}")
    path.chmod(0o755)


@pytest.fixture
def pdfium_crashes(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], None]:
    """Return a function that makes the child's PDFium crash, on `open` or at `page 2`."""
    return lambda when: install_crashing_pdfium(monkeypatch, tmp_path / "site", when)
