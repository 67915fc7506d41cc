"""Pages of known text in many languages, drawn with the fonts at hand."""

from __future__ import annotations

import subprocess
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, features

from ocr.scripts import is_right_to_left
from ocr.searchable.visual_order import to_visual_order
from tests.support.ocr_pages import FOLDER

TEXTS = Path(__file__).parent / "languages"
"""A file for each language, with four paragraphs."""
OWN_FONTS = ("DejaVuSans.ttf", "DejaVuSerif.ttf")
"""Of matplotlib. They have Latin, Cyrillic and Greek letters; the first has Hebrew and Arabic ones too."""
FAMILIES = {
    "ara": ("Noto Naskh Arabic", "Amiri", "Noto Sans Arabic", "DejaVu Sans"),
    "heb": ("Frank Ruehl CLM", "David CLM", "Noto Sans Hebrew", "DejaVu Sans"),
    "hin": ("Lohit Devanagari", "Noto Serif Devanagari", "Noto Sans Devanagari", "Lohit Devanagari"),
    "kor": ("NanumGothic", "NanumMyeongjo", "NanumBarunGothic", "WenQuanYi Micro Hei"),
    "tha": ("Norasi", "Garuda", "Noto Sans Thai", "Loma"),
    "vie": ("DejaVu Sans", "DejaVu Serif", "Noto Serif", "Noto Sans"),
}
OTHER_FAMILIES = ("DejaVu Sans", "Liberation Serif", "Noto Serif", "Liberation Sans")
LANGUAGES = sorted(file.stem for file in TEXTS.glob("*.txt"))
WIDTH, MARGIN, SIZE = 1240, 110, 30
HELD_OUT_SIZE = 25


def draw_language_page(code: str, number: int) -> tuple[Image.Image, str]:
    """Return page 0 to 3 of a language in one of four fonts of the system, and its text."""
    font = _load_font(_find_font(FAMILIES.get(code, OTHER_FAMILIES)[number]), SIZE)
    return _draw(_read(code)[number % 2 * 2 :][:2], font)


def draw_held_out_page(code: str, number: int) -> tuple[Image.Image, str]:
    """Return a page of a text that no threshold was set on, in smaller print, in one of the four fonts."""
    font = _load_font(_find_font(FAMILIES.get(code, OTHER_FAMILIES)[number]), HELD_OUT_SIZE)
    return _draw(_read(f"held_out/{code}"), font)


def draw_short_page(code: str, lines: int | None = None) -> tuple[Image.Image, str]:
    """Return the first lines, or all, of the same text in a font that is always there."""
    return _draw(_read(f"held_out/{code}"), _load_font(FOLDER / OWN_FONTS[0], HELD_OUT_SIZE), lines)


def draw_paragraph(
    code: str, number: int = 0, font: str = OWN_FONTS[0], lines: int | None = None
) -> tuple[Image.Image, str]:
    """Return the first lines, or all, of a paragraph in a font that is always there, and their text."""
    return _draw(_read(code)[number : number + 1], _load_font(FOLDER / font, SIZE), lines)


def _read(code: str) -> list[str]:
    return (TEXTS / f"{code}.txt").read_text(encoding="utf-8").splitlines()


def _draw(
    paragraphs: list[str], font: ImageFont.FreeTypeFont, lines: int | None = None
) -> tuple[Image.Image, str]:
    page = Image.new("RGB", (WIDTH, 1754), "white")
    y, truth = MARGIN, []
    for paragraph in paragraphs:
        is_left = is_right_to_left(paragraph)
        for line in _wrap(paragraph, font)[:lines]:
            seen = line if features.check("raqm") or not is_left else _reverse(line)
            x = WIDTH - MARGIN - font.getlength(seen) if is_left else MARGIN
            ImageDraw.Draw(page).text((x, y), seen, fill="black", font=font)
            truth.append(line)
            y += round(1.6 * SIZE)
        y += SIZE
    return page.crop((0, 0, WIDTH, y + MARGIN)), "\n".join(truth)


def _reverse(line: str) -> str:
    """Return the line as it is seen: without FriBidi, Pillow draws from left to right."""
    return " ".join(to_visual_order(word) for word in reversed(line.split()))


def _wrap(text: str, font: ImageFont.FreeTypeFont) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and font.getlength(longer) > WIDTH - 2 * MARGIN:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


@lru_cache
def _load_font(path: Path, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(path), size)


@lru_cache
def _find_font(family: str) -> Path:
    found = subprocess.run(
        ["fc-match", "-f", "%{family}\n%{file}", family], capture_output=True, text=True, check=True
    )
    name, path = found.stdout.split("\n")
    if family not in name.split(","):
        raise FileNotFoundError(f"the font {family} is not installed")
    return Path(path)
