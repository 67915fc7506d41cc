"""The outputs of one page."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ocr.annotate import annotate, crop, encode_jpeg
from ocr.layout import Region
from ocr.line_reader import Image
from ocr.searchable_pdf import write_page

if TYPE_CHECKING:
    from heavylift import JobContext
    from ocr.task import OcrParams


@dataclass(frozen=True)
class RecognizedPage:
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


def publish_page(job: JobContext[OcrParams], page: RecognizedPage) -> dict[str, Any]:
    """Publish the page's outputs. Return the page's entry in the part's result."""
    params = job.params
    crops = (
        [_publish_crop(job, page, number) for number in range(1, len(page.regions) + 1)]
        if params.crops
        else []
    )
    if params.annotated:
        picture = job.directory / f"{page.name}-annotated.jpg"
        annotate(page.image, page.regions, picture)
        _publish_file(job, picture, "image/jpeg")
    if params.searchable_pdf:
        pdf = job.directory / f"{page.name}.pdf"
        height, width = page.image.shape[:2]
        lines = [line for region in page.regions for line in region.lines]
        write_page(lines, encode_jpeg(page.image), (width, height), page.dpi, pdf)
        _publish_file(job, pdf, "application/pdf")
    described = job.directory / f"{page.name}.json"
    described.write_text(json.dumps(to_json(job.job_id, page, crops), ensure_ascii=False))
    _publish_file(job, described, "application/json")
    return _count(page)


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


def _publish_crop(job: JobContext[OcrParams], page: RecognizedPage, number: int) -> str:
    path = job.directory / f"{page.name}-region-{number:02}.png"
    crop(page.image, page.regions[number - 1], path)
    _publish_file(job, path, "image/png")
    return path.name


def _publish_file(job: JobContext[OcrParams], path: Path, media_type: str) -> None:
    job.publish(path.name, path, media_type)
    path.unlink()


def _count(page: RecognizedPage) -> dict[str, Any]:
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
