"""What can be wrong with a PDF.

InvalidInput                the client's fault: never retried
├── NotAPdf, Damaged, NoPages
├── Encrypted, WrongPassword
├── TooManyPages, PageTooLarge, PageOutOfRange
├── PageDamaged             one page: other pages may be fine
└── EngineUnavailable       the worker lacks the engine that the client chose
"""

from __future__ import annotations

from heavylift.errors import InvalidInput, TaskError


class NotAPdf(InvalidInput):
    slug, title = "not-a-pdf", "The input is not a PDF"


class Damaged(InvalidInput):
    slug, title = "pdf-damaged", "The PDF is too damaged to read"


class NoPages(InvalidInput):
    slug, title = "pdf-no-pages", "The PDF has no pages"


class Encrypted(InvalidInput):
    slug, title = "pdf-encrypted", "The PDF is encrypted and needs its password"


class WrongPassword(InvalidInput):
    slug, title = "pdf-wrong-password", "The password does not open the PDF"


class TooManyPages(InvalidInput):
    slug, title = "pdf-too-many-pages", "Too many pages for one job"


class PageTooLarge(InvalidInput):
    slug, title = "pdf-page-too-large", "A page is too large at this resolution"


class PageOutOfRange(InvalidInput):
    slug, title = "page-out-of-range", "The PDF has no such page"


class PageDamaged(InvalidInput):
    slug, title = "pdf-page-damaged", "A page is too damaged to draw"


class EngineUnavailable(InvalidInput):
    slug, title = "engine-unavailable", "The chosen engine is not installed on this worker"


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
