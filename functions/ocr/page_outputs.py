"""The outputs of one page, and the page's JSON, from which the join makes the document's."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ocr.annotate import annotate, crop, write_jpeg
from ocr.handoff import page_file, picture_file
from ocr.layout import Region
from ocr.line_reader import Image
from ocr.lines import Line
from ocr.tables import Table

if TYPE_CHECKING:
    from heavylift import JobContext
    from ocr.params import OcrParams


@dataclass(frozen=True)
class RecognizedPage:
    page: int
    dpi: int
    turned: int
    source: str
    """`ocr` or `text-layer`."""
    image: Image
    regions: list[Region]
    tables: Mapping[int, Table] = field(default_factory=dict)
    """The cells of the regions that are tables, by the region's number, from 1."""
    script: str | None = None
    """ISO 15924; None without letters."""
    script_confidence: float | None = None
    packs: tuple[str, ...] = ()
    """Tesseract's packs that have read it."""

    @property
    def name(self) -> str:
        return f"page-{self.page:04}"


def publish_page(job: JobContext[OcrParams], page: RecognizedPage, *, pictures: bool) -> dict[str, Any]:
    """Publish the page's outputs. Return the page's entry in the part's result.

    `pictures`: the searchable PDF will be made of the pages' pictures.
    """
    params = job.params
    crops = _publish_crops(job, page) if params.wants("crops") else []
    if params.wants("annotated"):
        picture = job.directory / f"{page.name}-annotated.jpg"
        annotate(page.image, page.regions, picture)
        _publish_file(job, picture, "image/jpeg")
    has_picture = pictures and params.wants("pdf")
    if has_picture:
        picture = job.directory / picture_file(page.page)
        write_jpeg(page.image, picture)
        _publish_file(job, picture, "image/jpeg")
    described = job.directory / page_file(page.page)
    described.write_text(dump(to_json(job.job_id, page, crops)), encoding="utf-8")
    _publish_file(job, described, "application/json")
    return _count(page) | ({"picture": True} if has_picture else {})


def describe_page(entry: Mapping[str, Any]) -> str:
    """Return a page's entry in the part's result as a line of the job's log."""
    how = "taken from the PDF's own text" if entry["source"] == "text-layer" else "read"
    tables = f"; tables: {entry['tables']}" if entry["tables"] else ""
    return f"Page {entry['page']} is {how}. Lines: {entry['lines']}{tables}."


def dump(value: Any) -> str:
    """Return compact JSON."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def to_json(job_id: str, page: RecognizedPage, crops: Sequence[str]) -> dict[str, Any]:
    """Return the page's entry in result.json. A box is left, top, right, bottom, in the page's pixels."""
    height, width = page.image.shape[:2]
    return {
        "page": page.page,
        "width": width,
        "height": height,
        "dpi": page.dpi,
        "turned": page.turned,
        "source": page.source,
        "script": page.script,
        "script_confidence": page.script_confidence,
        "packs": list(page.packs),
        "regions": [
            {
                "order": number,
                "class": region.kind,
                "confidence": region.confidence,
                "box": region.box,
                "text": region.text,
                "crop": crops[number - 1] if crops else None,
                "url": f"/v1/jobs/{job_id}/outputs/{crops[number - 1]}" if crops else None,
                "lines": [_describe_line(line) for line in region.lines],
            }
            | ({"table": page.tables[number].to_json()} if number in page.tables else {})
            for number, region in enumerate(page.regions, 1)
        ],
    }


def _describe_line(line: Line) -> dict[str, Any]:
    return {
        "text": line.text,
        "confidence": line.confidence,
        "box": line.box,
        "corners": line.corners,
        "words": [{"text": word.text, "confidence": word.confidence, "box": word.box} for word in line.words],
    }


def _publish_crops(job: JobContext[OcrParams], page: RecognizedPage) -> list[str]:
    names = []
    for number, region in enumerate(page.regions, 1):
        path = job.directory / f"{page.name}-region-{number:02}.png"
        crop(page.image, region, path)
        _publish_file(job, path, "image/png")
        names.append(path.name)
    return names


def _publish_file(job: JobContext[OcrParams], path: Path, media_type: str) -> None:
    job.publish(path.name, path, media_type)
    path.unlink()


def _count(page: RecognizedPage) -> dict[str, Any]:
    lines = [line for region in page.regions for line in region.lines]
    scores = [line.confidence for line in lines if line.confidence is not None]
    return {
        "page": page.page,
        "source": page.source,
        "script": page.script,
        "script_confidence": page.script_confidence,
        "regions": len(page.regions),
        "tables": len(page.tables),
        "lines": len(lines),
        "characters": sum(len(line.text) for line in lines),
        "confidence": round(sum(scores) / len(scores), 4) if scores else None,
    }
