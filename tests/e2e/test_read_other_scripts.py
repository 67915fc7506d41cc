"""Every block of docs/how-to/read-other-scripts.md works as it is printed, with the packs and without."""

from __future__ import annotations

import json
from pathlib import Path

from infra.local.instance import ROOT
from ocr.languages import LANGUAGES
from tests.e2e.conftest import Stack
from tests.support.api import Api
from tests.support.capabilities import PACKS
from tests.support.language_pages import draw_paragraph
from tests.support.pictures import encode_image
from tests.support.printed_commands import run_printed

PAGE = (ROOT / "docs" / "how-to" / "read-other-scripts.md").read_text()


def test_a_russian_page_is_read_as_the_page_says(stack: Stack, tmp_path: Path) -> None:
    (tmp_path / "page.png").write_bytes(encode_image(draw_paragraph("rus", 1)[0]))
    run_printed(PAGE, tmp_path, API=stack.api_url, timeout=240)
    job = json.loads((tmp_path / "read.json").read_text())
    if not PACKS.present:
        assert job["error"]["type"] == "/problems/language-not-installed"
        assert "apt-get install tesseract-ocr-rus" in job["error"]["detail"]
        return
    assert (job["status"], job["result"]["script"], job["result"]["warnings"]) == ("DONE", "Cyrl", [])


def test_an_unknown_language_is_refused_with_those_that_are_known(stack: Stack) -> None:
    answer = Api(stack.api_url).submit(b"\x89PNG\r\n\x1a\n", "ocr", params={"languages": ["ru", "klingon"]})
    assert answer.status_code == 422
    assert "klingon" in answer.text
    assert all(code in answer.text for code in LANGUAGES)


def test_the_page_lists_every_language_with_a_pack() -> None:
    assert all(f"`{code}`" in PAGE for code, language in LANGUAGES.items() if language.has_pack)
