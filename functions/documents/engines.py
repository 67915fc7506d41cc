"""Which engines this machine has. PDFium is a Python package, so it is always there."""

from __future__ import annotations

import shutil

AFTER_CRASH = "poppler-after-crash"
"""The engine of a page that has crashed PDFium: poppler. Not one for clients."""


def poppler_installed() -> bool:
    """Whether the path has the two programs of poppler-utils that pdf2image runs."""
    return bool(shutil.which("pdftoppm") and shutil.which("pdfinfo"))


def may_fall_back(engine: str) -> bool:
    """Whether poppler may do what has crashed `engine`."""
    return engine == "auto" and poppler_installed()
