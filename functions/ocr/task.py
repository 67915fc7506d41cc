"""The task `ocr`: the layout and the text of images and PDFs."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from typing import Any

from documents.page_ranges import format_ranges, parse_pages
from heavylift import JobContext, PartSpec, Plan, Result, SplitTask, task
from ocr.decode import AUTO, decode, probe
from ocr.errors import LanguageNotInstalled, PdfAUnavailable
from ocr.handoff import ACCEPTS, GHOSTSCRIPT
from ocr.languages import AUTO as ANY_LANGUAGE
from ocr.languages import find_language, find_missing
from ocr.params import OcrParams
from ocr.settings import OcrSettings

PICTURES = "pictures"
"""What the searchable PDF is made of if text can't be laid on the input's own pages."""


@task(
    "ocr",
    title="Read text (OCR)",
    description=(
        "Finds the regions of each page of a PDF or an image, their reading order, their lines of text and "
        "the cells of tables. `outputs` chooses the forms: text, Markdown, JSON and a PDF whose text can be "
        "searched and selected; or HTML, hOCR, ALTO, TSV, tables, chunks, pictures of regions and pages. A "
        "PDF stays as it is, with its text laid on it. A network reads Chinese (simplified and traditional), "
        "Japanese, and English and other languages in Latin letters. Tesseract reads Arabic, Cyrillic, "
        "Greek, Hebrew, Hindi, Korean, Thai and others (`languages`). Sideways and upside-down pages are "
        "turned. Progress is counted in pages."
    ),
    params=OcrParams,
    accepts=ACCEPTS,
    limits={"max_pages": 500, "max_megapixels": 50, "max_bytes": 512 * 1024 * 1024},
    rank=20,
)
class OcrTask(SplitTask[OcrParams]):
    """One unit of progress is a page.

    A part is `{"pages": "1-2", "engine": "auto"}`, with `"pdf": "pictures"` if text can't be laid on the
    document's own pages.
    """

    def __init__(self, settings: Callable[[], OcrSettings] = OcrSettings.read) -> None:
        self._settings = settings

    def plan(self, job: JobContext[OcrParams]) -> Plan:
        """Admit the input and split the chosen pages into parts. Raises InvalidInput."""
        if job.params.pdf_a and not shutil.which(GHOSTSCRIPT):
            raise PdfAUnavailable("Ghostscript is not installed on this worker: apt-get install ghostscript.")
        settings = self._settings()
        _check_packs(job.params.languages, settings)
        found, engine = probe(job, settings, self.spec.limits)
        pages = parse_pages(found["pages"])
        part_size = settings.pages_per_part
        common = {"engine": engine} | ({} if found["can_lay"] else {"pdf": PICTURES})
        return Plan(
            parts=tuple(
                {"pages": format_ranges(pages[start : start + part_size]), **common}
                for start in range(0, len(pages), part_size)
            ),
            total=len(pages),
        )

    def run(self, job: JobContext[OcrParams], part: PartSpec) -> Result:
        """Read and publish the part's pages. The child decodes a page while the one before is read."""
        # The networks' libraries take seconds to load, and a plan does not need them.
        from ocr.page_outputs import describe_page
        from ocr.process_page import process_page

        settings, done = self._settings(), []
        pages, pictures = parse_pages(part["pages"]), part.get("pdf") == PICTURES
        for event, grant_credit in decode(job, pages, part.get("engine", AUTO), settings, self.spec.limits):
            page = process_page(job, event, settings, grant_credit, pictures=pictures)
            done.append(page)
            job.log(describe_page(page))
            job.advance(1, f"page {len(done)} of {len(pages)}")
        return {"pages": done}

    def join(self, job: JobContext[OcrParams], results: list[Result]) -> Result:
        """Publish the outputs of the whole document. Return the summary."""
        from ocr.assemble import publish_document, summarize

        pages: list[dict[str, Any]] = [page for result in results for page in result["pages"]]
        notes = publish_document(job, pages, self._settings(), self.spec.limits)
        return summarize(pages, notes)


def _check_packs(languages: Sequence[str], settings: OcrSettings) -> None:
    """Raise LanguageNotInstalled if a language that was named needs a pack that is not there."""
    found = [find_language(code) for code in languages if code != ANY_LANGUAGE]
    folder = settings.packs_folder
    installed = {file.stem for file in folder.glob("*.traineddata")} if folder else set()
    missing = find_missing([language.code for language in found if language.has_pack], installed)
    if missing:
        raise LanguageNotInstalled(
            f"The worker has no pack for a language of `languages`. Install it where the worker runs: "
            f"apt-get install {' '.join(missing)}"
        )
