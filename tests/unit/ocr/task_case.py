"""Runs the whole task, with real children and models, on small pictures."""

from __future__ import annotations

import re
from typing import Any

from fpdf import FPDF

from ocr.settings import OcrSettings
from ocr.task import OcrTask
from tests.support.fake_work import FakeWork

ONLY_TEXT: dict[str, Any] = {"regions": False, "outputs": ["text", "json"]}
TEXT = ("Heavy work over HTTP", "Total amount 1,234.50")


def strip_spaces(text: str) -> str:
    return re.sub(r"\s", "", text)


def run_all(work: FakeWork, **settings: Any) -> dict[str, Any]:
    task = OcrTask(lambda: OcrSettings(**settings))
    plan = task.plan(work)
    result = task.join(work, [task.run(work, part) for part in plan.parts])
    assert work.advanced == plan.total
    assert not [path for path in work.directory.iterdir() if path.suffix in (".rgb", ".ttf")]
    return result


def write_pdf(*texts: str) -> bytes:
    document = FPDF(format=(150, 80))
    document.set_font("Helvetica", size=12)
    for text in texts:
        document.add_page()
        document.multi_cell(0, 8, text)
    return bytes(document.output())
