"""What can be wrong with a PDF, or with drawing it.

InvalidInput                the client's: never tried again
├── NotAPdf, Damaged, NoPages
├── Encrypted, WrongPassword
├── TooManyPages, PageTooLarge, PageOutOfRange
├── PageDamaged             one page; the others may be fine
└── EngineUnavailable       asked for an engine that this worker doesn't have
OverLimit                   tried again: a retry may land on a calmer machine
├── OverMemory
└── TooSlow
TaskError
└── EngineCrashed           the engine died on a page

They cross from the child to the worker as their slugs.
"""

from __future__ import annotations

from heavylift.errors import InvalidInput, OverLimit, TaskError


class NotAPdf(InvalidInput):
    slug, title = "not-a-pdf", "The input is not a PDF"


class Damaged(InvalidInput):
    slug, title = "pdf-damaged", "The PDF is damaged beyond reading"


class NoPages(InvalidInput):
    slug, title = "pdf-no-pages", "The PDF has no pages"


class Encrypted(InvalidInput):
    slug, title = "pdf-encrypted", "The PDF is encrypted and needs its password"


class WrongPassword(InvalidInput):
    slug, title = "pdf-wrong-password", "The password does not open the PDF"


class TooManyPages(InvalidInput):
    slug, title = "pdf-too-many-pages", "Too many pages at once"


class PageTooLarge(InvalidInput):
    slug, title = "pdf-page-too-large", "A page is too large at this resolution"


class PageOutOfRange(InvalidInput):
    slug, title = "page-out-of-range", "The PDF has no such page"


class PageDamaged(InvalidInput):
    slug, title = "pdf-page-damaged", "A page is damaged beyond drawing"


class EngineUnavailable(InvalidInput):
    slug, title = "engine-unavailable", "This worker does not have the engine asked for"


class OverMemory(OverLimit):
    slug, title = "pdf-over-memory", "Drawing the PDF took more memory than allowed"


class TooSlow(OverLimit):
    slug, title = "pdf-too-slow", "Drawing the PDF took more time than allowed"


class EngineCrashed(TaskError):
    slug, title = "pdf-engine-crashed", "The engine crashed on this PDF"


BY_SLUG: dict[str, type[TaskError]] = {
    error.slug: error
    for error in (
        NotAPdf,
        Damaged,
        NoPages,
        Encrypted,
        WrongPassword,
        TooManyPages,
        PageTooLarge,
        PageOutOfRange,
        PageDamaged,
        EngineUnavailable,
        OverMemory,
        TooSlow,
        EngineCrashed,
    )
}


def from_slug(slug: str, detail: str) -> TaskError:
    """The error that the child told of; one it should not know is a plain TaskError."""
    return BY_SLUG.get(slug, TaskError)(detail)
