"""The outputs of one page."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from heavylift.tasks.ocr import OcrParams
from heavylift.tasks.task import JobContext
from ocr.annotate import annotated, crop, jpeg
from ocr.layout import Region
from ocr.models import Image
from ocr.searchable_pdf import write_page


@dataclass(frozen=True)
class ReadPage:
    page: int
    dpi: int
    turned: int
    source: str
    """`ocr` or `text-layer`."""
    image: Image
    regions: list[Region]

    @property
    def name(self) -> str:
        return f"page-{self.page:04}"


def publish(work: JobContext, page: ReadPage) -> dict[str, Any]:
    """Publishes everything of the page; returns what a part's result keeps of it."""
    params: OcrParams = work.params
    crops = [_crop(work, page, number) for number in range(1, len(page.regions) + 1)] if params.crops else []
    if params.annotated:
        picture = work.directory / f"{page.name}-annotated.jpg"
        annotated(page.image, page.regions, picture)
        _hand_over(work, picture, "image/jpeg")
    if params.searchable_pdf:
        pdf = work.directory / f"{page.name}.pdf"
        height, width = page.image.shape[:2]
        lines = [line for region in page.regions for line in region.lines]
        write_page(lines, jpeg(page.image), (width, height), page.dpi, pdf)
        _hand_over(work, pdf, "application/pdf")
    told = work.directory / f"{page.name}.json"
    told.write_text(json.dumps(as_json(work.job_id, page, crops), ensure_ascii=False))
    _hand_over(work, told, "application/json")
    return _counts(page)


def as_json(job_id: str, page: ReadPage, crops: Sequence[str]) -> dict[str, Any]:
    """A page as it stands in result.json; boxes are left, top, right, bottom in its pixels."""
    height, width = page.image.shape[:2]
    return {
        "page": page.page,
        "width": width,
        "height": height,
        "dpi": page.dpi,
        "turned": page.turned,
        "source": page.source,
        "regions": [
            {
                "order": number,
                "class": region.kind,
                "confidence": region.confidence,
                "box": region.box,
                "text": region.text,
                "crop": crops[number - 1] if crops else None,
                "url": f"/v1/jobs/{job_id}/outputs/{crops[number - 1]}" if crops else None,
                "lines": [
                    {
                        "text": each.text,
                        "confidence": each.confidence,
                        "box": each.box,
                        "corners": each.corners,
                    }
                    for each in region.lines
                ],
            }
            for number, region in enumerate(page.regions, 1)
        ],
    }


def _crop(work: JobContext, page: ReadPage, number: int) -> str:
    path = work.directory / f"{page.name}-region-{number:02}.png"
    crop(page.image, page.regions[number - 1], path)
    _hand_over(work, path, "image/png")
    return path.name


def _hand_over(work: JobContext, path: Path, media_type: str) -> None:
    work.publish(path.name, path, media_type)
    path.unlink()


def _counts(page: ReadPage) -> dict[str, Any]:
    lines = [line for region in page.regions for line in region.lines]
    scores = [line.confidence for line in lines if line.confidence is not None]
    return {
        "page": page.page,
        "source": page.source,
        "regions": len(page.regions),
        "lines": len(lines),
        "characters": sum(len(line.text) for line in lines),
        "confidence": round(sum(scores) / len(scores), 4) if scores else None,
    }
