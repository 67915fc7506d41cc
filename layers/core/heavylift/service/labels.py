"""What a caller names a job by: a name, a reference of its own, tags, and the name of the input's file."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from heavylift.jobs.download_names import MAX_NAME_CHARS

MAX_TAGS = 10
MAX_TAG_CHARS = 64


def _check_printable(text: str) -> str:
    if any(is_invisible(each) for each in text):
        raise ValueError("The text has a control character or another that does not show.")
    return text


def is_invisible(char: str) -> bool:
    """Return whether the character shows nothing or changes how others show: controls, formats, line ends."""
    return unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp")


Label = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_NAME_CHARS),
    AfterValidator(_check_printable),
]
Tag = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_TAG_CHARS),
    AfterValidator(_check_printable),
]


@dataclass(frozen=True)
class Labels:
    """The labels of a submission. They have no effect on what the task does."""

    name: str | None = None
    reference: str | None = None
    tags: tuple[str, ...] = ()
    file_name: str | None = None
    """The name of the input's file, as the client gave it."""


def clean_file_name(given: str | None) -> str | None:
    """Return the last part of a path, without invisible characters; None if nothing is left.

    It has at most 255 characters. A name that is too long keeps its extension.
    """
    text = unicodedata.normalize("NFC", given or "").replace("\\", "/").rpartition("/")[2]
    text = " ".join("".join(" " if char.isspace() else char for char in text if _shows(char)).split())
    if text in ("", ".", ".."):
        return None
    if len(text) <= MAX_NAME_CHARS:
        return text
    stem, dot, extension = text.rpartition(".")
    if not dot or len(extension) > 16:
        return text[:MAX_NAME_CHARS]
    return stem[: MAX_NAME_CHARS - len(extension) - 1] + dot + extension


def _shows(char: str) -> bool:
    return char.isspace() or not is_invisible(char)
