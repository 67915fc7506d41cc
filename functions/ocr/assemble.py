"""The outputs of the whole document, from those of its pages."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from heavylift.tasks.ocr import OcrParams
from heavylift.tasks.task import JobContext
from ocr.searchable_pdf import merge

PAGE_BREAK = "\f"


def publish_whole(work: JobContext, pages: Sequence[int]) -> None:
    """result.json, text.txt and searchable.pdf; one page in memory at a time."""
    params: OcrParams = work.params
    result, text = work.directory / "result.json", work.directory / "text.txt"
    with result.open("w", encoding="utf-8") as told, text.open("w", encoding="utf-8") as words:
        told.write('{"pages": [')
        for number, page in enumerate(_read(work, pages)):
            told.write((",\n" if number else "\n") + json.dumps(page, ensure_ascii=False))
            words.write(PAGE_BREAK if number else "")
            words.writelines(f"{region['text']}\n\n" for region in page["regions"] if region["text"])
        told.write("\n]}\n")
    work.publish("result.json", result, "application/json")
    work.publish("text.txt", text, "text/plain; charset=utf-8")
    if params.searchable_pdf:
        whole = work.directory / "searchable.pdf"
        merge([work.fetch(f"page-{page:04}.pdf") for page in pages], whole)
        work.publish("searchable.pdf", whole, "application/pdf")


def _read(work: JobContext, pages: Sequence[int]) -> Iterator[dict[str, Any]]:
    for page in pages:
        work.advance(0)
        yield json.loads(work.fetch(f"page-{page:04}.json").read_text(encoding="utf-8"))


def summary(pages: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The job's result from what the parts keep of their pages."""
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
    }
