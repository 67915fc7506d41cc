"""What can be wrong with a PDF.

InvalidInput                the client's: never tried again
├── NotAPdf, Damaged, NoPages
├── Encrypted, WrongPassword
├── TooManyPages, PageTooLarge, PageOutOfRange
├── PageDamaged             one page; the others may be fine
└── EngineUnavailable       asked for an engine that this worker doesn't have
"""

from __future__ import annotations

from heavylift.errors import InvalidInput, TaskError


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


ERRORS: tuple[type[TaskError], ...] = (
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
)
