"""Pages from a child, and from further children after a page that killed one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from documents.engines import INSTEAD, may_fall_back
from heavylift.errors import TaskError
from pages.errors import BY_SLUG
from pages.handoff import Request, make_request
from pages.settings import PagesSettings
from sandbox.errors import EngineCrashed, OverMemory, TooSlow
from sandbox.supervisor import MARGIN_S, ChildProgram, start_child

if TYPE_CHECKING:
    from heavylift import JobContext
    from pages.task import PdfToImagesParams

PROGRAM = ChildProgram("pages.child", BY_SLUG, files=("pdf",))


def probe(job: JobContext[PdfToImagesParams], request: Request, settings: PagesSettings) -> dict[str, Any]:
    """Return the document's number of pages and the sizes of the chosen ones. Raises TaskErrors."""
    with start_child(job, PROGRAM, request, settings) as child:
        (event,) = child.events()
        found: dict[str, Any] = event["probe"]
        return found


def render(
    job: JobContext[PdfToImagesParams],
    pages: list[int],
    engine: str,
    settings: PagesSettings,
    limits: Mapping[str, float],
) -> Iterator[dict[str, Any]]:
    """Yield a `page` or `failed` event for each page, in order. Raises TaskErrors and Interrupted.

    The caller owns a page's file until it asks for the next event. With the engine `auto`, poppler draws a
    page that crashes PDFium or exceeds its limits. If poppler fails too, the page is skipped if the params
    allow it. A new child draws the pages after such a page.
    """
    params = job.params
    todo: list[tuple[int, str]] = [(page, engine) for page in pages]
    while todo:
        request = make_request(job, "render", todo, limits)
        try:
            with start_child(job, PROGRAM, request, settings) as child:
                for event in child.events():
                    todo = todo[1:]
                    yield event
                    if "page" in event:
                        child.grant_credit()
        except (EngineCrashed, OverMemory, TooSlow) as error:
            page, tried = todo[0]
            if may_fall_back(tried) and job.remaining() > MARGIN_S:
                todo[0] = (page, INSTEAD)
                job.log(f"Page {page}: {error.title}. The other engine draws it.")
            elif params.on_page_error == "skip" and job.remaining() > MARGIN_S:
                todo = todo[1:]
                yield {"failed": {"page": page, "error": error.slug}}
            else:
                raise _add_page_number(error, page) from None
        else:
            return


def _add_page_number(error: TaskError, page: int) -> TaskError:
    return type(error)(f"Page {page}: {error.detail or error.title.lower()}")
