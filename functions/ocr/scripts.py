"""Scripts: their codes (ISO 15924), their names, and which one a text is in. Pure."""

from __future__ import annotations

import unicodedata
from collections import Counter
from functools import lru_cache

NAMES = {
    "Latn": "Latin",
    "Hani": "Chinese",
    "Jpan": "Japanese",
    "Hang": "Korean",
    "Cyrl": "Cyrillic",
    "Grek": "Greek",
    "Arab": "Arabic",
    "Hebr": "Hebrew",
    "Deva": "Devanagari",
    "Thai": "Thai",
    "Armn": "Armenian",
    "Beng": "Bengali",
    "Cans": "Canadian Aboriginal",
    "Cher": "Cherokee",
    "Ethi": "Ethiopic",
    "Geor": "Georgian",
    "Gujr": "Gujarati",
    "Guru": "Gurmukhi",
    "Khmr": "Khmer",
    "Knda": "Kannada",
    "Laoo": "Lao",
    "Mlym": "Malayalam",
    "Mymr": "Myanmar",
    "Orya": "Oriya",
    "Sinh": "Sinhala",
    "Syrc": "Syriac",
    "Taml": "Tamil",
    "Telu": "Telugu",
    "Tibt": "Tibetan",
}
_CODES = {name.upper(): code for code, name in NAMES.items()} | {
    "CJK": "Hani",
    "HAN": "Hani",
    "HIRAGANA": "Jpan",
    "KATAKANA": "Jpan",
    "HANGUL": "Hang",
    "CANADIAN_ABORIGINAL": "Cans",
}
"""By the names of Tesseract, and the first words of Unicode's names of letters."""
READ_BY_NETWORKS = ("Latn", "Hani", "Jpan")
"""What the networks read."""


def find_code(name: str) -> str | None:
    """Return the code of a script by its name in Tesseract, or None for what is no script."""
    return _CODES.get(name.upper())


def find_script(text: str) -> tuple[str | None, float]:
    """Return the script of most of the text's letters, and the share of these: None and 0 without letters.

    Chinese characters are of the Japanese script where there are kana.
    """
    counts = Counter(code for each in text if (code := _find_letter(each)))
    if not counts:
        return None, 0.0
    whole = sum(counts.values())
    if counts["Jpan"]:
        counts["Jpan"] += counts.pop("Hani", 0)
    code, count = counts.most_common(1)[0]
    return code, count / whole


def is_right_to_left(text: str) -> bool:
    """Whether most of the text's letters run to the left."""
    kinds = Counter(map(unicodedata.bidirectional, text))
    return kinds["R"] + kinds["AL"] > kinds["L"]


@lru_cache(maxsize=4096)
def _find_letter(character: str) -> str | None:
    """Return the script of a letter; None for a sign of any script, such as a digit."""
    if not character.isalpha():
        return None
    return _CODES.get(unicodedata.name(character, "").partition(" ")[0].replace("-", " "))
