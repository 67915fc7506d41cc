"""Which text layers are sound."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from documents.text_layer import OwnLine, OwnText
from ocr.soundness import is_sound, is_useful

SIZE = (1000, 1400)
PROSE = "The quick brown fox jumps over the lazy dog and runs away"


def make_line(text: str, top: int = 100, *, hidden: bool = False, backwards: bool = False) -> OwnLine:
    words = text.split()
    corners = [(100, top), (900, top), (900, top + 30), (100, top + 30)]
    step = 800 // max(1, len(words))
    places = range(len(words) - 1, -1, -1) if backwards else range(len(words))
    return {
        "text": text,
        "corners": corners,
        "hidden": hidden,
        "words": [
            {"text": word, "corners": [(100 + step * at, top), (100 + step * at + 9, top)]}
            for word, at in zip(words, places, strict=True)
        ],
    }


@dataclass
class Case:
    lines: list[OwnLine] = field(
        default_factory=lambda: [make_line(PROSE, top) for top in range(100, 900, 40)]
    )
    unmapped: float = 0.0
    pictures: list[tuple[float, float, float, float]] = field(default_factory=list)

    @property
    def own(self) -> OwnText:
        return OwnText(self.lines, self.unmapped, self.pictures)


SCAN = (0.0, 0.0, 1000.0, 1400.0)
SOUND = {
    "prose": Case(),
    "Chinese": Case([make_line("蘋果和梨是該地區最重要的水果。他們在秋天收穫。")]),
    "Russian": Case([make_line("Яблоки и груши самые важные фрукты этого края", top) for top in (100, 200)]),
    "Arabic, whose words run to the left": Case(
        [make_line("التفاح والكمثرى أهم فواكه المنطقة", backwards=True)]
    ),
    "a picture beside text": Case(pictures=[(100.0, 950.0, 600.0, 1300.0)]),
    "a background under text": Case(pictures=[(0.0, 60.0, 1000.0, 940.0)]),
    "an earlier OCR over a scan": Case([make_line(PROSE, hidden=True)], pictures=[SCAN]),
    "codes and numbers": Case([make_line("4711 0815 12.50 X7 33.10 9981 4.5")]),
}
UNSOUND = {
    "nothing": Case([]),
    "a page number": Case([make_line("Page 12")]),
    "a stamp on a scan": Case([make_line("Received on 12 March by the office")], pictures=[SCAN]),
    "no meaning in Unicode": Case([make_line("\ue001\ue002\ue003 " * 12)]),
    "a few characters without a meaning": Case([make_line(PROSE + " \ufffd\ufffd")]),
    "letters that are shifted": Case(
        [make_line("Wkh txlfn eurzq ira mxpsv ryhu wkh odcb grj dqg uxqv dzdb", top) for top in (1, 100)]
    ),
    "characters that PDFium guesses": Case(unmapped=0.2),
    "words in no order": Case([make_line(PROSE, top, backwards=True) for top in range(100, 900, 40)]),
    "text that is there twice": Case([make_line(PROSE, top) for top in (100, 100, 200, 200)]),
}


@pytest.mark.parametrize("name", SOUND)
def test_sound_text_is_taken(name: str) -> None:
    assert is_sound(SOUND[name].own, SIZE)


@pytest.mark.parametrize("name", UNSOUND)
def test_other_text_is_not(name: str) -> None:
    assert not is_sound(UNSOUND[name].own, SIZE)


def test_text_is_useful_if_it_is_long_and_says_something() -> None:
    assert is_useful(UNSOUND["a stamp on a scan"].own, SIZE)
    assert not is_useful(UNSOUND["a page number"].own, SIZE)
    assert not is_useful(UNSOUND["no meaning in Unicode"].own, SIZE)
