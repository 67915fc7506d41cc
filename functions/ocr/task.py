"""The task `ocr`: plan, run, join."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from heavylift.tasks.ocr import SPEC, OcrParams
from heavylift.tasks.page_ranges import format_ranges, parse_pages
from heavylift.tasks.spec import TaskSpec
from heavylift.tasks.task import JobContext, PartSpec, Plan, Result
from ocr.errors import BY_SLUG
from ocr.settings import OcrSettings
from sandbox.protocol import Request
from sandbox.supervisor import ChildProcess, ChildProgram

DECODING = ChildProgram("ocr.child", BY_SLUG, loads=("ocr.pdf", "ocr.images"))


class Ocr:
    """Works through `heavylift.tasks.task`: units of progress are pages. A part is `{"pages": "1-2"}`."""

    def __init__(self, settings: Callable[[], OcrSettings] = OcrSettings.read) -> None:
        self._settings = settings

    @property
    def spec(self) -> TaskSpec:
        return SPEC

    def plan(self, work: JobContext) -> Plan:
        """Admits the input, or raises InvalidInput, and splits the chosen pages into runs of a few."""
        params: OcrParams = work.params
        settings = self._settings()
        with ChildProcess(work, DECODING, _request(work, "probe", params.pages), settings) as child:
            (event,) = child.events()
        pages = parse_pages(event["probe"]["pages"])
        few = settings.pages_per_part
        return Plan(
            parts=tuple(
                {"pages": format_ranges(pages[start : start + few])} for start in range(0, len(pages), few)
            ),
            total=len(pages),
        )

    def run(self, work: JobContext, part: PartSpec) -> Result:
        """Reads and publishes the part's pages, each while the next is being decoded."""
        # The networks' libraries take seconds to load: not to refuse an input.
        from ocr.process_page import process_page  # noqa: PLC0415

        settings, done = self._settings(), []
        request = _request(work, "read", parse_pages(part["pages"]))
        with ChildProcess(work, DECODING, request, settings) as child:
            for event in child.events():
                done.append(process_page(work, event["page"], settings.threads, child.grant_credit))
                work.advance(1)
        return {"pages": done}

    def join(self, work: JobContext, results: list[Result]) -> Result:
        """The whole document's outputs, and a summary."""
        from ocr.assemble import publish_whole, summary  # noqa: PLC0415 - as above

        pages: list[dict[str, Any]] = [page for result in results for page in result["pages"]]
        publish_whole(work, [page["page"] for page in pages])
        return summary(pages)


def _request(work: JobContext, do: str, pages: Any) -> Request:
    params: OcrParams = work.params
    return {
        "do": do,
        "input": str(work.input.resolve()),
        "password": params.password,
        "pages": pages,
        "dpi": params.dpi,
        "text_layer": params.text_layer,
        "max_pages": SPEC.limits["max_pages"],
        "max_megapixels": SPEC.limits["max_megapixels"],
    }
