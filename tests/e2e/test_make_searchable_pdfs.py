"""Every block of docs/how-to/make-searchable-pdfs.md works as it is printed, one after the other."""

from __future__ import annotations

import json
from pathlib import Path

import pikepdf
import pypdfium2

from infra.local.instance import ROOT
from tests.e2e.conftest import Stack
from tests.support.capabilities import GHOSTSCRIPT
from tests.support.printed_commands import run_printed
from tests.support.sample_documents import SAMPLE

PAGE = (ROOT / "docs" / "how-to" / "make-searchable-pdfs.md").read_text()


def test_pdfs_are_made_as_the_page_says(stack: Stack, tmp_path: Path) -> None:
    GHOSTSCRIPT.require("HEAVYLIFT_PDF_A")
    run_printed(PAGE, tmp_path, API=stack.api_url, FILE=str(SAMPLE), timeout=240)
    for answer in ("done.json", "archived.json"):
        assert json.loads((tmp_path / answer).read_text())["result"]["warnings"] == []
    for name, pages in (("searchable.pdf", 1), ("archive.pdf", 3)):
        with pypdfium2.PdfDocument(tmp_path / name) as document:
            assert len(document) == pages
            assert "Heavylift" in document[0].get_textpage().get_text_range()
    with pikepdf.open(tmp_path / "archive.pdf") as document:
        assert document.open_metadata().pdfa_status == "2B"
