"""Documents to try things on: made here, and the corpus of real ones where there is one."""

from __future__ import annotations

import os
from pathlib import Path

from fpdf import FPDF

ROOT = Path(__file__).resolve().parents[2]
CORPUS = Path(os.environ.get("HEAVYLIFT_CORPUS", ROOT.parent / "shared" / "corpus"))
SAMPLE = ROOT / "samples" / "sample.pdf"


def corpus() -> list[Path]:
    """Real, broken, fuzzed and hostile PDFs; the project's own sample where there are no others."""
    return sorted(CORPUS.glob("*.pdf")) or [SAMPLE]


def text_pdf(pages: int, words_per_page: int = 60) -> bytes:
    """A plain text document of so many A4 pages."""
    document = FPDF(format="A4")
    document.set_font("Helvetica", size=12)
    for page in range(1, pages + 1):
        document.add_page()
        document.multi_cell(
            0, 6, f"Page {page} of {pages}. " + "heavy work over HTTP " * (words_per_page // 4)
        )
    return bytes(document.output())
