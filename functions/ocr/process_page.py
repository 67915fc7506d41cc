"""One page, from the child's pixels to its outputs."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from heavylift.errors import OutOfTime
from ocr.handoff import PageEvent, pixels_file, text_file
from ocr.line_reader import Image
from ocr.lines import Line
from ocr.models import load_models
from ocr.own_text import place_own_text
from ocr.page_layout import lay_out, to_corners
from ocr.page_outputs import RecognizedPage, publish_page
from ocr.recognize import read_lines, to_bgr
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
    if own_text:
        reading = place_own_text(image, own_text, networks)
    else:
        reading = read_lines(image, networks, lambda: _check_budget(job), params.quality)
    found = networks.find_regions(reading.frame.view(reading.image)) if params.regions else []
    page = RecognizedPage(
        page=event["page"],
        dpi=event["dpi"],
        turned=reading.turned,
        source="text-layer" if own_text else "ocr",
        image=reading.image,
        regions=lay_out(reading, found, params.min_confidence),
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
    lines = [Line(words, None, to_corners(box)) for words, box in json.loads(text.read_bytes())]
    text.unlink()
    return image, lines


def _check_budget(job: JobContext[OcrParams]) -> None:
    """Raise Interrupted if the job was canceled or the lease is lost, and OutOfTime if no time is left."""
    job.advance(0)
    if job.remaining() <= 0:
        raise OutOfTime("A page took longer than the invocation. A lower `dpi` is quicker.")
