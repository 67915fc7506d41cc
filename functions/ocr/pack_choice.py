"""Which pack reads a page, or some of its lines: the script is found, and the script's packs are tried."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

from ocr.languages import AUTO, LANGUAGES, find_language, list_packs
from ocr.line_reader import Image, Text
from ocr.packs import Packs
from ocr.scripts import READ_BY_NETWORKS, find_script
from ocr.upright import turn_half

TRIED_LINES = 3
"""How many lines each pack is tried on, both ways."""
MIN_CONFIDENCE = 0.6
"""Minimum confidence of a pack of the script that was found. Measured: 0.82 and more on clean pages."""
MIN_OTHER_CONFIDENCE = 0.82
"""The same of another pack. Measured: wrong packs reach 0.79, that of Thai."""
MIN_OWN_LETTERS = 0.7
"""Minimum share of letters of the pack's script in what it reads."""
MIN_SCRIPT_CONFIDENCE = 0.5
"""Minimum confidence of a script. Measured: false ones 0.2."""
MIN_TELLTALES = 3
TELLTALES = {"ces": "ěřů", "tur": "ğışİ", "aze": "ğıəƏ", "vie": "đĐơưăƠƯĂ"}
"""Letters of a language in Latin letters that a pack reads better. The networks know these letters."""
MORE_TELLTALES = {"vie": "àãèìòõùăâêô"}
"""Letters of which there must be some too. Croatian has a đ, and none of these."""
OWN_LETTERS = {"vie": "ơưƠƯ"}
"""Letters that no other language has: one is enough on a page of few letters."""
MAX_LETTERS = 40
"""Maximum number of letters for each of them. Vietnamese has one in 20 to 25."""
UNREAD = ("vie",)
"""Of these languages, those that the networks lack many letters of."""
MIN_TELLTALE_CONFIDENCE = 0.87
"""Minimum confidence of such a pack."""


@dataclass(frozen=True)
class PackUse:
    """What a job lets read its pages beside the networks."""

    packs: Packs
    chosen: tuple[str, ...] = ()
    """The packs of the languages that the client has named."""
    is_auto: bool = True
    """Whether a pack is looked for."""
    networks: bool = True
    """Whether the networks read too: `auto`, or a language of theirs was named."""

    @classmethod
    def choose(cls, packs: Packs, languages: Sequence[str]) -> Self:
        """Return what languages, or `auto`, mean."""
        if AUTO in languages:
            return cls(packs)
        found = [find_language(code) for code in languages]
        chosen = tuple(language.code for language in found if language.has_pack)
        return cls(packs, chosen, is_auto=False, networks=len(chosen) < len(found))


@dataclass(frozen=True)
class Guess:
    script: str | None = None
    """The script that lines are in, if it is none of the networks'."""
    confidence: float = 0.0
    pack: str | None = None
    """The installed pack that reads them."""


NO_GUESS = Guess()


def guess_pack(crops: Sequence[Image], packs: Packs) -> Guess:
    """Return the script of lines that the networks can't read. The pictures are padded (line_ink.py)."""
    script, sure = packs.find_script(crops)
    likely = [script] if script and script not in READ_BY_NETWORKS else ["Hang"] if script != "Latn" else []
    pack, confidence = try_packs(crops, _list_installed(packs, likely), packs)
    is_known = script in likely and sure >= MIN_SCRIPT_CONFIDENCE
    if pack and confidence >= (MIN_CONFIDENCE if is_known else MIN_OTHER_CONFIDENCE):
        return Guess(LANGUAGES[pack].script, confidence, pack)
    if script is None or (script != "Latn" and not is_known):
        scripts = {LANGUAGES[pack].script for pack in packs.installed if pack in LANGUAGES}
        others = _list_installed(packs, sorted(scripts - {"Latn", *likely}))
        pack, confidence = try_packs(crops, others, packs)
        if pack and confidence >= MIN_OTHER_CONFIDENCE:
            return Guess(LANGUAGES[pack].script, confidence, pack)
    return Guess(script, sure) if is_known else NO_GUESS


def find_unread_language(texts: Iterable[Text]) -> str | None:
    """Return the language in Latin letters that these texts are in, if the networks lack its letters."""
    language = find_telltale(texts)
    return language if language in UNREAD else None


def find_telltale(texts: Iterable[Text]) -> str | None:
    """Return the language in Latin letters whose own letters the texts have, if a pack reads it better."""
    letters = "".join(text.text for text in texts)
    counts = {pack: sum(map(letters.count, signs)) for pack, signs in TELLTALES.items()}
    fit = [
        pack
        for pack, count in counts.items()
        if count >= MIN_TELLTALES
        and sum(map(letters.count, MORE_TELLTALES.get(pack, TELLTALES[pack]))) >= MIN_TELLTALES
    ]
    fit += [
        pack
        for pack, signs in OWN_LETTERS.items()
        if (count := sum(map(letters.count, signs))) and sum(map(str.isalpha, letters)) <= count * MAX_LETTERS
    ]
    return max(fit, key=lambda pack: counts[pack], default=None)


def try_packs(crops: Sequence[Image], candidates: Iterable[str], packs: Packs) -> tuple[str | None, float]:
    """Return the pack that reads the lines most surely, either way up, and its confidence."""
    some = crops[:TRIED_LINES]
    turned = [turn_half(crop) for crop in some]
    best: tuple[str | None, float] = (None, 0.0)
    for pack in candidates:
        confidence = max(_try(pack, pictures, packs) for pictures in (some, turned))
        best = max(best, (pack, confidence), key=lambda each: each[1])
    return best


def _try(pack: str, crops: Sequence[Image], packs: Packs) -> float:
    texts = packs.read(pack, crops, once=True)
    script, share = find_script("".join(text.text for text in texts))
    if script != LANGUAGES[pack].script or share < MIN_OWN_LETTERS:
        return 0.0
    return sum(text.confidence for text in texts) / len(texts)


def _list_installed(packs: Packs, scripts: Iterable[str]) -> list[str]:
    return [pack for script in scripts for pack in list_packs(script) if pack in packs.installed]
