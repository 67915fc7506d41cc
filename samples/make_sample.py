"""Draws sample.pdf: three pages of invented text, line art and vector curves. Run with `make sample`."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from pathlib import Path

from fpdf import FPDF

HERE = Path(__file__).parent
INK, BLUE, SAND, GREY = (28, 33, 48), (38, 92, 158), (235, 226, 208), (128, 134, 146)
LOREM = (
    "A heavy job does not belong inside a request. It is taken in, written down, and put in a queue; the "
    "caller has an answer at once, an id to ask for. Workers come up from nothing when there is work and go "
    "away when there is none. What they make is kept until it expires, and the record says how it ended."
)


def main() -> None:
    pdf = FPDF(format="A4")
    pdf.set_creation_date(datetime(2026, 1, 1, tzinfo=UTC))  # fixed, so that every run writes the same bytes
    pdf.set_title("Heavylift sample")
    pdf.set_auto_page_break(False)
    _draw_cover(pdf)
    _draw_text(pdf)
    _draw_chart(pdf)
    pdf.output(str(HERE / "sample.pdf"))


def _draw_cover(pdf: FPDF) -> None:
    """Draw a rosette of ellipses: thin curves are hard for a rasteriser."""
    pdf.add_page()
    pdf.set_fill_color(*SAND)
    pdf.rect(0, 0, 210, 297, style="F")
    pdf.set_draw_color(*BLUE)
    pdf.set_line_width(0.15)
    for turn in range(36):
        with pdf.rotation(turn * 10, x=105, y=120):
            pdf.ellipse(105, 98, 78, 44)
    pdf.set_text_color(*INK)
    _draw_line(pdf, y=222, size=40, style="B", text="Heavylift")
    _draw_line(pdf, y=240, size=14, style="", text="A PDF in, page images out")


def _draw_text(pdf: FPDF) -> None:
    pdf.add_page()
    pdf.set_text_color(*INK)
    pdf.set_xy(22, 28)
    pdf.set_font("Times", "B", 20)
    pdf.cell(text="What happens to this page")
    pdf.set_xy(22, 44)
    for size in (11, 9, 7):
        pdf.set_x(22)
        pdf.set_font("Times", size=size)
        pdf.multi_cell(166, size * 0.55, LOREM + " " + LOREM, align="J", new_x="LMARGIN", new_y="NEXT")
        pdf.ln(5)
    steps = ("HTTP", "submit", "record", "queue", "worker", "outputs")
    pdf.set_font("Courier", "B", 9)
    pdf.set_draw_color(*BLUE)
    pdf.set_line_width(0.4)
    for number, name in enumerate(steps):
        left = 22 + number * 28.4
        pdf.rect(left, 190, 22, 12, round_corners=True, corner_radius=2)
        pdf.set_xy(left, 190)
        pdf.cell(22, 12, name, align="C")
        if number:
            pdf.line(left - 6.4, 196, left, 196)


def _draw_chart(pdf: FPDF) -> None:
    pdf.add_page()
    pdf.set_text_color(*INK)
    _draw_line(pdf, y=28, size=18, style="B", text="Jobs waiting, and workers at work")
    pdf.set_draw_color(*GREY)
    pdf.set_line_width(0.2)
    for row in range(6):
        pdf.line(25, 70 + row * 20, 185, 70 + row * 20)
    for hour in range(24):
        height = 45 + 40 * math.sin((hour - 6) / 24 * 2 * math.pi)
        pdf.set_fill_color(*(BLUE if hour % 2 else GREY))
        pdf.rect(27 + hour * 6.6, 170 - height, 5, height, style="F")
    pdf.set_draw_color(*INK)
    pdf.set_line_width(0.6)
    points = [(25 + x, 120 - 38 * math.sin(x / 160 * 2 * math.pi - 1.2)) for x in range(0, 161, 2)]
    pdf.polyline(points)
    _draw_line(pdf, y=180, size=9, style="", text="hours of a day (made up)")


def _draw_line(pdf: FPDF, *, y: float, size: int, style: str, text: str) -> None:
    pdf.set_xy(0, y)
    pdf.set_font("Helvetica", style, size)
    pdf.cell(210, 10, text, align="C")


if __name__ == "__main__":
    main()
