"""One page, from the child's pixels to its outputs."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from heavylift.errors import OutOfTime
from ocr.handoff import PageEvent, pixels_file, text_file
from ocr.layout import build_regions
from ocr.line_reader import Image
from ocr.lines import Line
from ocr.models import load_models
from ocr.page_outputs import RecognizedPage, publish_page
from ocr.recognize import Reading, read_lines, to_bgr
from sandbox.protocol import find_file

if TYPE_CHECKING:
    from heavylift import JobContext
    from ocr.task import OcrParams


def process_page(
    job: JobContext[OcrParams], event: PageEvent, threads: int, grant_credit: Callable[[], None]
) -> dict[str, Any]:
    """Read and publish the page. Return its entry in the part's result. Raises OutOfTime and Interrupted.

    Calls `grant_credit` as soon as the child's files are deleted.
    """
    params = job.params
    networks = load_models(threads)
    image, own_text = _load_page(job, event)
    grant_credit()
    reading = (
        Reading(image, 0, own_text) if own_text else read_lines(image, networks, lambda: _check_budget(job))
    )
    lines = [
        line for line in reading.lines if line.confidence is None or line.confidence >= params.min_confidence
    ]
    found = networks.find_regions(reading.image) if params.regions else []
    height, width = reading.image.shape[:2]
    page = RecognizedPage(
        page=event["page"],
        dpi=event["dpi"],
        turned=reading.turned,
        source="text-layer" if own_text else "ocr",
        image=reading.image,
        regions=build_regions(lines, found, width, height),
    )
    entry = publish_page(job, page)
    notes = [*event["notes"], *reading.doubts]
    return {**entry, "notes": notes} if notes else entry


def _load_page(job: JobContext[OcrParams], event: PageEvent) -> tuple[Image, list[Line]]:
    """Return the page's picture and its own text. Deletes the child's files."""
    pixels = find_file(job.directory, str(pixels_file(event["page"])))
    image = to_bgr(pixels.read_bytes(), event["width"], event["height"])
    pixels.unlink()
    if not event["has_text"]:
        return image, []
    text = find_file(job.directory, str(text_file(event["page"])))
    lines = [_make_line(words, *box) for words, box in json.loads(text.read_bytes())]
    text.unlink()
    return image, lines


def _make_line(text: str, left: int, top: int, right: int, bottom: int) -> Line:
    return Line(text, None, ((left, top), (right, top), (right, bottom), (left, bottom)))


def _check_budget(job: JobContext[OcrParams]) -> None:
    """Raise Interrupted if the job was canceled or the lease is lost, and OutOfTime if no time is left."""
    job.advance(0)
    if job.remaining() <= 0:
        raise OutOfTime("A page took longer than the invocation. A lower `dpi` is quicker.")
