"""One page, from the child's pixels to its outputs."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from heavylift.errors import OutOfTime
from heavylift.tasks.ocr import OcrParams
from heavylift.tasks.task import JobContext
from ocr.handoff import PageEvent, pixels_file, text_file
from ocr.layout import regions
from ocr.models import Image, models
from ocr.page_outputs import ReadPage, publish
from ocr.recognize import Line, Reading, read, to_bgr


def process_page(
    work: JobContext, event: PageEvent, threads: int, grant_credit: Callable[[], None]
) -> dict[str, Any]:
    """Reads and publishes; `receipt` is called as soon as the child's files are gone."""
    params: OcrParams = work.params
    networks = models(threads)
    image, own_text = _load_page(work, event)
    grant_credit()
    reading = Reading(image, 0, own_text) if own_text else read(image, networks, lambda: _check_budget(work))
    sure = [
        line for line in reading.lines if line.confidence is None or line.confidence >= params.min_confidence
    ]
    found = networks.find_regions(reading.image) if params.regions else []
    height, width = reading.image.shape[:2]
    page = ReadPage(
        page=event["page"],
        dpi=event["dpi"],
        turned=reading.turned,
        source="text-layer" if own_text else "ocr",
        image=reading.image,
        regions=regions(sure, found, width, height),
    )
    return publish(work, page)


def _load_page(work: JobContext, event: PageEvent) -> tuple[Image, list[Line]]:
    """The page's picture and its own text, off the disk."""
    pixels = work.directory / pixels_file(event["page"])
    image = to_bgr(pixels.read_bytes(), event["width"], event["height"])
    pixels.unlink()
    if not event["has_text"]:
        return image, []
    text = work.directory / text_file(event["page"])
    lines = [_line(words, *box) for words, box in json.loads(text.read_bytes())]
    text.unlink()
    return image, lines


def _line(text: str, left: int, top: int, right: int, bottom: int) -> Line:
    return Line(text, None, ((left, top), (right, top), (right, bottom), (left, bottom)))


def _check_budget(work: JobContext) -> None:
    """Raises if the work is not wanted any more, or will not be done in time."""
    work.advance(0)
    if work.remaining() <= 0:
        raise OutOfTime("A page took longer than the worker's time; a lower `dpi` is quicker.")
