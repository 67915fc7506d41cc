"""Languages: their codes, their scripts, and what reads them: the networks, or a pack of Tesseract."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

AUTO = "auto"


@dataclass(frozen=True)
class Language:
    code: str
    """ISO 639-3. It is the name of Tesseract's pack too."""
    short: str
    """ISO 639-1, or empty."""
    script: str
    """ISO 15924 (scripts.py)."""
    has_pack: bool = False
    """Whether a pack reads it: the networks lack its letters, or err more."""


NETWORKS = (
    "afr af, cat ca, cym cy, dan da, deu de, eng en, est et, eus eu, fin fi, fra fr, gle ga, glg gl, hrv hr, "
    "hun hu, ind id, isl is, ita it, lat la, lav lv, lit lt, mlt mt, msa ms, nld nl, nor no, pol pl, por pt, "
    "ron ro, slk sk, slv sl, spa es, sqi sq, swa sw, swe sv"
)
"""The languages in Latin letters that the networks read. They also read Chinese and Japanese."""
PACKS = {
    "Latn": "aze az, ces cs, tur tr, vie vi",
    "Cyrl": "bel be, bul bg, kaz kk, mkd mk, mon mn, rus ru, srp sr, ukr uk",
    "Grek": "ell el",
    "Arab": "ara ar, fas fa, urd ur",
    "Hebr": "heb he, yid yi",
    "Deva": "hin hi, mar mr, nep ne",
    "Thai": "tha th",
    "Hang": "kor ko",
    "Armn": "hye hy",
    "Beng": "asm as, ben bn",
    "Ethi": "amh am",
    "Geor": "kat ka",
    "Gujr": "guj gu",
    "Guru": "pan pa",
    "Khmr": "khm km",
    "Knda": "kan kn",
    "Laoo": "lao lo",
    "Mlym": "mal ml",
    "Mymr": "mya my",
    "Sinh": "sin si",
    "Taml": "tam ta",
    "Telu": "tel te",
}
"""By script, the languages that a pack reads."""


def _list_languages() -> Iterable[Language]:
    yield Language("zho", "zh", "Hani")
    yield Language("jpn", "ja", "Jpan")
    for code, short in map(str.split, NETWORKS.split(", ")):
        yield Language(code, short, "Latn")
    for script, pairs in PACKS.items():
        for code, short in map(str.split, pairs.split(", ")):
            yield Language(code, short, script, has_pack=True)


LANGUAGES = {language.code: language for language in _list_languages()}
_BY_CODE = LANGUAGES | {language.short: language for language in LANGUAGES.values()}


class UnknownLanguage(ValueError):
    """Nothing reads this language. Its message lists the codes that are known."""


def find_language(code: str) -> Language:
    """Return the language of an ISO 639 code of two or three letters. Raises UnknownLanguage."""
    language = _BY_CODE.get(code.strip().lower())
    if language is None:
        raise UnknownLanguage(
            f"{code!r} is not a known language. Known are {AUTO} and: {', '.join(sorted(LANGUAGES))}."
        )
    return language


def list_packs(script: str) -> list[str]:
    """Return the packs of the script's languages."""
    return [
        language.code for language in LANGUAGES.values() if language.has_pack and language.script == script
    ]


def name_package(pack: str) -> str:
    """Return Debian's package of a pack."""
    return f"tesseract-ocr-{pack}"


def find_missing(packs: Sequence[str], installed: Collection[str]) -> list[str]:
    """Return Debian's packages of the packs that are not installed, each once, in the order of the packs."""
    return [name_package(pack) for pack in dict.fromkeys(packs) if pack not in installed]
