"""Pages of many layouts with their true text in reading order, drawn from a seed, for the reading of text."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import matplotlib as mpl
from PIL import Image, ImageDraw, ImageFont

FOLDER = Path(mpl.get_data_path()) / "fonts" / "ttf"
FAMILIES = {
    "sans": ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"),
    "serif": ("DejaVuSerif.ttf", "DejaVuSerif-Bold.ttf"),
    "times": ("STIXGeneral.ttf", "STIXGeneralBol.ttf"),
}
MONO = "DejaVuSansMono.ttf"
SIZE = (1240, 1754)
"""A4 at 150 dpi."""
MARGIN = 110
WHO = (
    "The gardener",
    "Our neighbour",
    "A young teacher",
    "The ferry",
    "Every member",
    "The old mill",
    "Mrs. Okafor",
)
DID = (
    "has sold",
    "wants to repair",
    "will open",
    "counted",
    "could not find",
    "promised to bring",
    "has painted",
)
WHAT = ("two wooden boats", "the northern gate", "a box of 144 nails", "the summer kitchen", "nine letters")
WHEN = (
    "before 6:45",
    "on 3 May",
    "last winter",
    "in Bergen",
    "without a word",
    "at the market",
    "for 18.90 euros",
)
WORDS = (
    "harbour",
    "lantern",
    "copper",
    "meadow",
    "pencil",
    "saddle",
    "orchard",
    "violin",
    "bridge",
    "ribbon",
)
NAMES = ("First name", "Surname", "Street", "Town", "Telephone", "Date of birth", "Member since", "Account")


@dataclass
class Page:
    """A page that is being drawn, and its text so far."""

    rnd: random.Random
    family: str
    size: tuple[int, int] = SIZE
    ground: str = "white"
    ink: str = "black"
    truth: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.image = Image.new("RGB", self.size, self.ground)
        self.draw = ImageDraw.Draw(self.image)

    def font(self, size: int, *, bold: bool = False, mono: bool = False) -> ImageFont.FreeTypeFont:
        return ImageFont.truetype(str(FOLDER / (MONO if mono else FAMILIES[self.family][bold])), size)

    def line(
        self, x: float, y: float, text: str, size: int = 24, *, bold: bool = False, mono: bool = False
    ) -> None:
        self.draw.text((x, y), text, fill=self.ink, font=self.font(size, bold=bold, mono=mono))
        self.truth.append(text)

    def row(
        self,
        y: float,
        cells: Sequence[tuple[float, str]],
        size: int,
        *,
        bold: bool = False,
        mono: bool = False,
    ) -> None:
        """Draw texts side by side, which are one line of the truth."""
        for x, text in cells:
            self.draw.text((x, y), text, fill=self.ink, font=self.font(size, bold=bold, mono=mono))
        self.truth.append("  ".join(text for _, text in cells))

    def paragraphs(self, x: int, y: int, width: int, count: int, size: int = 22) -> int:
        """Draw paragraphs. Return the y below them."""
        font = self.font(size)
        for _ in range(count):
            text = ""
            for word in " ".join(self.sentence() for _ in range(self.rnd.randint(2, 4))).split():
                longer = f"{text} {word}".strip()
                if font.getlength(longer) > width:
                    self.line(x, y, text, size)
                    y, text = y + round(1.35 * size), word
                else:
                    text = longer
            self.line(x, y, text, size)
            y += 2 * size
        return y

    def sentence(self) -> str:
        return " ".join(self.rnd.choice(part) for part in (WHO, DID, WHAT, WHEN)) + "."

    def words(self, count: int) -> str:
        return " ".join(self.rnd.sample(WORDS, count))

    def number(self) -> str:
        return f"{self.rnd.randint(1, 999)}.{self.rnd.randint(10, 99)}"


def draw_letter(page: Page) -> None:
    right = 820
    for row, text in enumerate(("Weir & Daughters", "7 Canal Street", "Ghent B9000")):
        page.line(right, 100 + 34 * row, text)
    for row, text in enumerate(("Dr. Amara Nwosu", "12 Hill Road", "Leeds LS1 4AP")):
        page.line(MARGIN, 300 + 34 * row, text)
    page.line(right, 460, f"{page.rnd.randint(1, 28)} June 2025")
    page.line(MARGIN, 540, f"Your order of {page.words(2)}", 26, bold=True)
    page.line(MARGIN, 610, "Dear Dr. Nwosu,")
    below = page.paragraphs(MARGIN, 670, 980, 3)
    page.line(MARGIN, below + 10, "Yours faithfully,")
    page.line(MARGIN, below + 120, "Ida Weir")


def draw_article(page: Page) -> None:
    page.line(MARGIN, 100, page.words(4).capitalize(), 40, bold=True)
    page.paragraphs(MARGIN, 190, 1000, 1)
    for column in (0, 1):
        x, below = MARGIN + 530 * column, 400
        for _ in range(2):
            page.line(x, below, page.words(2).capitalize(), 26, bold=True)
            below = page.paragraphs(x, below + 44, 470, page.rnd.randint(1, 3))


def draw_newspaper(page: Page) -> None:
    page.line(MARGIN, 60, "THE MEADOW HERALD", 52, bold=True)
    page.row(150, [(MARGIN, "Friday, 6 June 2025"), (900, "No. 77  1.80 EUR")], 20)
    top = 220
    for _ in range(2):
        page.draw.line((MARGIN, top - 16, 1130, top - 16), fill=page.ink, width=2)
        page.line(MARGIN, top, page.words(4).capitalize(), 32, bold=True)
        ends = [page.paragraphs(MARGIN + 350 * column, top + 60, 310, 2, 18) for column in range(3)]
        top = max(ends) + page.rnd.randint(60, 140)


def draw_form_over(page: Page) -> None:
    page.line(MARGIN, 100, "Application", 36, bold=True)
    lefts = (MARGIN, MARGIN + 520)
    for number, names in enumerate(zip(NAMES[::2], NAMES[1::2], strict=True)):
        y = 220 + 110 * number
        page.row(y, list(zip(lefts, names, strict=True)), 18)
        page.row(y + 26, [(x, page.words(2)) for x in lefts], 24)
        for x in lefts:
            page.draw.rectangle((x - 10, y - 8, x + 470, y + 66), outline=page.ink)


def draw_form_beside(page: Page) -> None:
    page.line(MARGIN, 100, "Declaration", 36, bold=True)
    for row, name in enumerate(NAMES):
        page.row(220 + 60 * row, [(MARGIN, name + ":"), (MARGIN + 400, page.words(2))], 22)
    page.paragraphs(MARGIN, 760, 980, 2)


def draw_table(page: Page, *, is_ruled: bool) -> None:
    page.line(MARGIN, 100, "Stock by month", 36, bold=True)
    page.paragraphs(MARGIN, 180, 980, 1)
    lefts = (MARGIN, MARGIN + 380, MARGIN + 600, MARGIN + 800)
    rows = [("Item", "Pieces", "Price", "Sum")]
    rows += [(page.words(2), str(page.rnd.randint(2, 90)), page.number(), page.number()) for _ in range(12)]
    for row, cells in enumerate(rows):
        y = 420 + 44 * row
        page.row(y, list(zip(lefts, cells, strict=True)), 22, bold=not row)
        if is_ruled:
            page.draw.line((MARGIN - 10, y - 9, 1110, y - 9), fill=page.ink)
    page.paragraphs(MARGIN, 1060, 980, 2)


def draw_listing(page: Page) -> None:
    page.paragraphs(MARGIN, 100, 980, 1)
    for row in range(page.rnd.randint(9, 16)):
        code, comment = f"ld r{row}, {page.rnd.choice(WORDS)}", f"; {page.words(3)}"
        page.row(330 + 30 * row, [(MARGIN, code), (MARGIN + 400, comment)], 20, mono=True)
    page.paragraphs(MARGIN, 880, 980, 3)


def draw_slide(page: Page) -> None:
    page.line(90, 70, page.words(3).capitalize(), 54, bold=True)
    for row in range(4):
        page.line(160, 220 + 80 * row, f"{page.words(3).capitalize()} {page.rnd.randint(2, 40)} %", 34)
    page.line(90, 830, "Meadow Society", 18)


def draw_screenshot(page: Page) -> None:
    page.line(14, 12, "Home   Search   Orders   Help", 16)
    for row in range(7):
        page.line(24, 90 + 44 * row, page.words(2).capitalize(), 16)
    page.line(360, 90, page.words(3).capitalize(), 26, bold=True)
    page.paragraphs(360, 150, 700, 3, 16)


def draw_list(page: Page) -> None:
    page.line(MARGIN, 100, page.words(3).capitalize(), 36, bold=True)
    y = page.paragraphs(MARGIN, 190, 980, 1)
    for number in range(1, 7):
        page.line(MARGIN + 20, y, f"{number}. {page.sentence()}", 22)
        y += 44
    page.paragraphs(MARGIN, y + 20, 980, 2)


LAYOUTS: dict[str, tuple[Callable[[Page], None], tuple[int, int], str, str]] = {
    "letter": (draw_letter, SIZE, "white", "black"),
    "article": (draw_article, SIZE, "white", "black"),
    "newspaper": (draw_newspaper, SIZE, "white", "black"),
    "form-over": (draw_form_over, (1240, 800), "white", "black"),
    "form-beside": (draw_form_beside, (1240, 1100), "white", "black"),
    "ruled": (lambda page: draw_table(page, is_ruled=True), SIZE, "white", "black"),
    "unruled": (lambda page: draw_table(page, is_ruled=False), SIZE, "white", "black"),
    "listing": (draw_listing, SIZE, "white", "black"),
    "slide": (draw_slide, (1600, 900), "#203050", "white"),
    "screenshot": (draw_screenshot, (1280, 720), "#222226", "#dddddd"),
    "list": (draw_list, SIZE, "white", "black"),
}


def draw_page(layout: str, seed: int) -> tuple[Image.Image, str]:
    """Return a page of the layout, and its text."""
    draw, size, ground, ink = LAYOUTS[layout]
    rnd = random.Random(f"{layout} {seed}")
    page = Page(rnd, rnd.choice(list(FAMILIES)), size, ground, ink)
    draw(page)
    return page.image, "\n".join(page.truth)
