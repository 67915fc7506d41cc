"""What can be wrong with an image.

InvalidInput                the client's fault: never retried
├── NotAnImage, ImageDamaged
├── ImageTooLarge
├── TooManyFrames
├── PdfAUnavailable             the worker's machine has no Ghostscript
└── LanguageNotInstalled        it has no pack for a language
"""

from __future__ import annotations

from documents.errors import ERRORS as PDF_ERRORS
from heavylift.errors import InvalidInput
from sandbox.errors import index_by_slug


class NotAnImage(InvalidInput):
    slug, title = "not-an-image", "The input is not a readable image"


class ImageDamaged(InvalidInput):
    slug, title = "image-damaged", "The image is damaged or incomplete"


class ImageTooLarge(InvalidInput):
    slug, title = "image-too-large", "The image has too many pixels"


class TooManyFrames(InvalidInput):
    slug, title = "image-too-many-frames", "The image has too many frames"


class PdfAUnavailable(InvalidInput):
    slug, title = "pdf-a-unavailable", "This worker can't make PDF/A"


class LanguageNotInstalled(InvalidInput):
    slug, title = "language-not-installed", "The worker has no pack for a language"


BY_SLUG = index_by_slug((*PDF_ERRORS, NotAnImage, ImageDamaged, ImageTooLarge, TooManyFrames))
