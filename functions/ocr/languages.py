"""Languages that Tesseract's packs read: their codes and Debian's packages."""

from __future__ import annotations

from collections.abc import Collection, Sequence

PACKS = {
    "ar": "ara",
    "cs": "ces",
    "el": "ell",
    "he": "heb",
    "hi": "hin",
    "ko": "kor",
    "ru": "rus",
    "th": "tha",
    "tr": "tur",
    "uk": "ukr",
    "vi": "vie",
}
"""The name of a language's pack by its ISO 639-1 code. The name is its ISO 639-3 code."""


class UnknownLanguage(ValueError):
    """No pack reads this language. Its message lists the codes that are known."""


def find_pack(code: str) -> str:
    """Return the pack of an ISO 639 code of two or three letters. Raises UnknownLanguage."""
    name = code.strip().lower()
    pack = PACKS.get(name, name)
    if pack not in PACKS.values():
        known = ", ".join(sorted(PACKS.values()))
        raise UnknownLanguage(f"{code!r} is not a known language. Known are: {known}.")
    return pack


def name_package(pack: str) -> str:
    """Return Debian's package of a pack."""
    return f"tesseract-ocr-{pack}"


def find_missing(packs: Sequence[str], installed: Collection[str]) -> list[str]:
    """Return Debian's packages of the packs that are not installed, each once, in the order of the packs."""
    return [name_package(pack) for pack in dict.fromkeys(packs) if pack not in installed]
