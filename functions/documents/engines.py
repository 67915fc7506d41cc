"""Which engines this machine has. PDFium is a Python package, so it is always there."""

from __future__ import annotations

import shutil


def poppler_installed() -> bool:
    """Whether the path has the two programs of poppler-utils that pdf2image runs."""
    return bool(shutil.which("pdftoppm") and shutil.which("pdfinfo"))
