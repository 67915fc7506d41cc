"""Which engines there are on this machine. PDFium always: it is a Python package."""

from __future__ import annotations

import shutil


def poppler_installed() -> bool:
    """Whether the two programs of poppler-utils that pdf2image runs can be found."""
    return bool(shutil.which("pdftoppm") and shutil.which("pdfinfo"))
