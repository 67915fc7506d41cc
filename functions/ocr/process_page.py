"""One page, from the child's pixels to its outputs."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from documents.text_layer import OwnLine
from heavylift.errors import OutOfTime
from ocr.dashes import add_dashes
from ocr.decode import is_pdf_input
from ocr.figure_labels import add_labels
from ocr.handoff import PageEvent, pixels_file, text_file
from ocr.layout import Found, Region
from ocr.line_reader import Image
from ocr.models import Models, load_models
from ocr.own_reading import read_own_text
from ocr.pack_choice import PackUse
from ocr.packs import load_packs
from ocr.page_layout import lay_out, list_level_lines
from ocr.page_outputs import RecognizedPage, publish_page
from ocr.recognize import Reading, read_lines, to_bgr
from ocr.script_summary import measure_script
from ocr.settings import OcrSettings
from ocr.strokes import drop_strokes
from ocr.table_areas import CERTAIN, find_table_areas
from ocr.table_check import check_tables
from ocr.tables import find_tables
from ocr.warnings import PDF_OF_PICTURES, TABLE_UNSURE
from sandbox.protocol import find_file

if TYPE_CHECKING:
    from heavylift import JobContext
    from ocr.params import OcrParams


def process_page(
    job: JobContext[OcrParams],
    event: PageEvent,
    settings: OcrSettings,
    grant_credit: Callable[[], None],
    *,
    pictures: bool,
) -> dict[str, Any]:
    """Read and publish the page. Return its entry in the part's result. Raises OutOfTime and Interrupted.

    Calls `grant_credit` as soon as the child's files are deleted. `pictures`: the searchable PDF will be made
    of the pages' pictures.
    """
    params = job.params
    networks = load_models(settings.threads)
    image, own_text = _load_page(job, event)
    grant_credit()
    reading = _read_own_text(image, own_text, networks, params) if own_text else None
    source = "text-layer" if reading else "ocr"
    use = PackUse.choose(load_packs(settings.packs_folder), params.languages)
    reading = reading or read_lines(image, networks, lambda: _check_budget(job), params.quality, use)
    is_checked = _is_by_networks(reading, source) and params.quality != "fast"
    found = _find_areas(reading, networks, params)
    if is_checked:
        reading = drop_strokes(reading, found)
        reading = add_labels(reading, found, networks, lambda: _check_budget(job))
    if params.regions and params.wants_tables and not reading.is_vertical:
        view = reading.frame.view(reading.image)
        found = found + find_table_areas(view, list_level_lines(reading), found)
    if is_checked:
        reading = add_dashes(reading, found)
    regions = _find_regions(reading, found, params)
    if params.wants_tables and is_checked:
        regions = check_tables(reading.image, regions, networks, lambda: _check_budget(job))
    tables = find_tables(reading.image, regions) if params.wants_tables else {}
    script, sure = reading.unread or measure_script(reading.lines)
    page = RecognizedPage(
        page=event["page"],
        dpi=event["dpi"],
        turned=reading.turned,
        source=source,
        image=reading.image,
        regions=regions,
        tables=tables,
        packs=reading.packs,
        script=script,
        script_confidence=sure,
    )
    entry = publish_page(job, page, pictures=pictures)
    unsure = any(not table.sure for table in tables.values())
    drawn = bool(entry.get("picture")) and is_pdf_input(job)
    notes = [
        *event["notes"],
        *reading.doubts,
        *[TABLE_UNSURE] * unsure,
        *[PDF_OF_PICTURES] * drawn,
    ]
    return {**entry, "notes": notes} if notes else entry


def _load_page(job: JobContext[OcrParams], event: PageEvent) -> tuple[Image, list[OwnLine]]:
    """Return the page's picture and its own text. Deletes the child's files."""
    pixels = find_file(job.directory, str(pixels_file(event["page"])))
    image = to_bgr(pixels.read_bytes(), event["width"], event["height"])
    pixels.unlink()
    if not event["has_text"]:
        return image, []
    text = find_file(job.directory, str(text_file(event["page"])))
    lines: list[OwnLine] = json.loads(text.read_bytes())
    text.unlink()
    return image, lines


def _read_own_text(image: Image, own: list[OwnLine], networks: Models, params: OcrParams) -> Reading | None:
    return read_own_text(image, own, networks, check=params.text_layer == "auto")


def _is_by_networks(reading: Reading, source: str) -> bool:
    return source == "ocr" and not reading.packs and not reading.is_vertical


def _find_areas(reading: Reading, networks: Models, params: OcrParams) -> list[Found]:
    """Return the layout network's regions, in the frame."""
    return networks.find_regions(reading.frame.view(reading.image)) if params.regions else []


def _find_regions(reading: Reading, found: list[Found], params: OcrParams) -> list[Region]:
    return [
        replace(region, confidence=None) if region.confidence == CERTAIN else region
        for region in lay_out(reading, found, params.min_confidence)
    ]


def _check_budget(job: JobContext[OcrParams]) -> None:
    """Raise Interrupted if the job was canceled or the lease is lost, and OutOfTime if no time is left."""
    job.advance(0)
    if job.remaining() <= 0:
        raise OutOfTime("A page took longer than the invocation. A lower `dpi` is quicker.")
