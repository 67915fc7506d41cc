"""Which engines this machine has. PDFium is a Python package, so it is always there."""

from __future__ import annotations

import shutil

INSTEAD = "poppler-instead"
"""The engine of a page that PDFium crashed on or took too much for: poppler. Not one for clients."""


def poppler_installed() -> bool:
    """Whether the path has the two programs of poppler-utils that pdf2image runs."""
    return bool(shutil.which("pdftoppm") and shutil.which("pdfinfo"))


def may_fall_back(engine: str) -> bool:
    """Whether poppler may do what `engine` has failed at."""
    return engine == "auto" and poppler_installed()
