"""A PDFium that crashes in the children."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest


def install_crashing_pdfium(monkeypatch: pytest.MonkeyPatch, folder: Path, when: str) -> None:
    """Make the children's PDFium crash, on `open` or at `page 2`. `folder` is for the code that does it."""
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
