"""The outputs of the whole document and the job's result, made from those of its pages."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from documents.warnings import list_warnings
from ocr.searchable_pdf import merge_pdfs
from ocr.warnings import TEXTS

if TYPE_CHECKING:
    from heavylift import JobContext
    from ocr.task import OcrParams

PAGE_BREAK = "\f"


def publish_document(job: JobContext[OcrParams], pages: Sequence[int]) -> None:
    """Publish result.json, text.txt and searchable.pdf. Holds one page in memory at a time."""
    params = job.params
    result, text = job.directory / "result.json", job.directory / "text.txt"
    with result.open("w", encoding="utf-8") as json_file, text.open("w", encoding="utf-8") as text_file:
        json_file.write('{"pages": [')
        for number, page in enumerate(_fetch_pages(job, pages)):
            json_file.write((",\n" if number else "\n") + json.dumps(page, ensure_ascii=False))
            text_file.write(PAGE_BREAK if number else "")
            text_file.writelines(f"{region['text']}\n\n" for region in page["regions"] if region["text"])
        json_file.write("\n]}\n")
    job.publish("result.json", result, "application/json")
    job.publish("text.txt", text, "text/plain; charset=utf-8")
    if params.searchable_pdf:
        whole = job.directory / "searchable.pdf"
        merge_pdfs([job.fetch(f"page-{page:04}.pdf") for page in pages], whole)
        job.publish("searchable.pdf", whole, "application/pdf")


def _fetch_pages(job: JobContext[OcrParams], pages: Sequence[int]) -> Iterator[dict[str, Any]]:
    for page in pages:
        job.advance(0)
        yield json.loads(job.fetch(f"page-{page:04}.json").read_text(encoding="utf-8"))


def summarize(pages: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return the job's result from the pages' counts (page_outputs.py)."""
    scored = [(page["confidence"], page["lines"]) for page in pages if page["confidence"] is not None]
    lines = sum(count for _, count in scored)
    return {
        "pages": len(pages),
        "regions": sum(page["regions"] for page in pages),
        "lines": sum(page["lines"] for page in pages),
        "characters": sum(page["characters"] for page in pages),
        "confidence": round(sum(each * count for each, count in scored) / lines, 4) if lines else None,
        "from_text_layer": sum(page["source"] == "text-layer" for page in pages),
        "without_text": sum(page["lines"] == 0 for page in pages),
        "warnings": list_warnings(
            ((page["page"], note) for page in pages for note in page.get("notes", ())), TEXTS
        ),
    }
