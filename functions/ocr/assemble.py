"""The outputs of the whole document and the job's result, made from those of its pages."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from documents.warnings import list_warnings
from ocr.forms.document import choose_forms
from ocr.forms.outline import Outline
from ocr.forms.page import Form
from ocr.forms.tables import list_tables, to_csv
from ocr.handoff import page_file
from ocr.publish_pdf import publish_pdf
from ocr.script_summary import summarize_scripts
from ocr.settings import OcrSettings
from ocr.warnings import explain

if TYPE_CHECKING:
    from heavylift import JobContext
    from ocr.params import OcrParams

Notes = list[tuple[int, str]]
"""Pages, and the slugs of what is to be said about them."""


def publish_document(
    job: JobContext[OcrParams],
    pages: Sequence[Mapping[str, Any]],
    settings: OcrSettings,
    limits: Mapping[str, float],
) -> Notes:
    """Publish the outputs of the whole document. `pages` are the parts' entries (page_outputs.py).

    Memory holds one page's text at a time, and the disk the text of all.
    """
    numbers = [page["page"] for page in pages]
    for number in numbers:
        job.advance(0)
        job.fetch(str(page_file(number)))
    outline = Outline.find(_read_pages(job, numbers))
    for form in choose_forms(job.params, outline):
        _publish_text(job, form.name, form.media_type, _render(form, _read_pages(job, numbers)))
    if job.params.wants("tables"):
        for page in _read_pages(job, numbers):
            for name, table in list_tables(page):
                _publish_text(job, f"{name}.csv", "text/csv; charset=utf-8", [to_csv(table)])
    return publish_pdf(job, pages, settings, limits) if job.params.wants("pdf") else []


def _read_pages(job: JobContext[OcrParams], numbers: Iterable[int]) -> Iterator[dict[str, Any]]:
    for number in numbers:
        job.advance(0)
        yield json.loads((job.directory / page_file(number)).read_bytes())


def _render(form: Form, pages: Iterable[dict[str, Any]]) -> Iterator[str]:
    yield form.start()
    for page in pages:
        yield form.add(page)
    yield form.end()


def _publish_text(job: JobContext[OcrParams], name: str, media_type: str, pieces: Iterable[str]) -> None:
    path = job.directory / name
    with path.open("w", encoding="utf-8", errors="replace", newline="") as file:
        file.writelines(pieces)
    job.publish(name, path, media_type)
    path.unlink()


def summarize(pages: Sequence[dict[str, Any]], notes: Notes) -> dict[str, Any]:
    """Return the job's result from the pages' counts (page_outputs.py) and the join's notes."""
    scored = [(page["confidence"], page["lines"]) for page in pages if page["confidence"] is not None]
    lines = sum(count for _, count in scored)
    said = [(page["page"], note) for page in pages for note in page.get("notes", ())] + list(notes)
    return {
        "pages": len(pages),
        "regions": sum(page["regions"] for page in pages),
        "tables": sum(page.get("tables", 0) for page in pages),
        "lines": sum(page["lines"] for page in pages),
        "characters": sum(page["characters"] for page in pages),
        "confidence": round(sum(each * count for each, count in scored) / lines, 4) if lines else None,
        "from_text_layer": sum(page["source"] == "text-layer" for page in pages),
        "without_text": sum(page["lines"] == 0 for page in pages),
        **summarize_scripts(pages),
        "warnings": list_warnings(said, explain(note for _, note in said)),
    }
