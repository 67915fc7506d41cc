"""Pages through a child, and past those that kill it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from documents.engines import poppler_installed
from documents.errors import ERRORS
from heavylift.errors import TaskError
from heavylift.tasks.pdf_to_images import SPEC, PdfToImagesParams
from heavylift.tasks.task import JobContext
from pages.handoff import Request
from pages.settings import PagesSettings
from sandbox.errors import EngineCrashed, OverMemory, TooSlow, by_slug
from sandbox.supervisor import MARGIN_S, ChildProcess, ChildProgram

BY_SLUG = by_slug(ERRORS)
DRAWING = ChildProgram("pages.child", BY_SLUG)


def request_for(work: JobContext, do: str, pages: Any) -> Request:
    params: PdfToImagesParams = work.params
    return Request(
        do=do,
        pdf=str(work.input.resolve()),
        password=params.password,
        skip=params.on_page_error == "skip",
        engine=params.engine,
        pages=pages,
        max_pages=int(SPEC.limits["max_pages"]),
        max_megapixels=SPEC.limits["max_megapixels"],
        dpi=params.dpi,
        format=params.format,
        grayscale=params.grayscale,
        quality=params.quality,
        compression=params.compression,
    )


def probed(work: JobContext, request: Request, settings: PagesSettings) -> dict[str, Any]:
    """What a child finds in the document: its number of pages, and the sizes of those chosen."""
    with ChildProcess(work, DRAWING, request, settings) as child:
        (event,) = child.events()
        found: dict[str, Any] = event["probe"]
        return found


def may_fall_back(engine: str) -> bool:
    return engine == "auto" and poppler_installed()


def render(
    work: JobContext, pages: list[int], engine: str, settings: PagesSettings
) -> Iterator[dict[str, Any]]:
    """`page` and `failed` events, one for each page in order. A page's file is the caller's until it asks on.

    A page that crashes PDFium is drawn by poppler where `auto` allows it; one that outgrows its limits is
    skipped where the params say so. The pages after it get a new child. Raises TaskErrors and Interrupted.
    """
    params: PdfToImagesParams = work.params
    todo: list[tuple[int, str]] = [(page, engine) for page in pages]
    while todo:
        try:
            with ChildProcess(work, DRAWING, request_for(work, "render", todo), settings) as child:
                for event in child.events():
                    todo = todo[1:]
                    yield event
                    if "page" in event:
                        child.grant_credit()
        except (EngineCrashed, OverMemory, TooSlow) as error:
            page, tried = todo[0]
            if isinstance(error, EngineCrashed) and may_fall_back(tried):
                todo[0] = (page, "poppler")
            elif params.on_page_error == "skip" and work.remaining() > MARGIN_S:
                todo = todo[1:]
                yield {"failed": {"page": page, "error": error.slug}}
            else:
                raise _naming(error, page) from None
        else:
            return


def _naming(error: TaskError, page: int) -> TaskError:
    return type(error)(f"Page {page}: {error.detail or error.title.lower()}")
