"""Pages through the whole task: what no line is found for is added, and what is no text is left out."""

from __future__ import annotations

import io
import json

import matplotlib.pyplot as plt
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from tests.support.ocr_pages import FOLDER
from tests.support.pictures import encode_image
from tests.support.table_pages import draw_table
from tests.unit.ocr.conftest import WorkMaker
from tests.unit.ocr.task_case import run_all

NAMES = (
    *("harbour", "lantern", "copper", "meadow", "pencil", "saddle", "orchard", "violin", "bridge"),
    *("ribbon", "garden", "window"),
)


def test_a_dash_in_a_cell_is_read(make_work: WorkMaker) -> None:
    rows = (
        ("Item", "Pieces", "Price"),
        ("lantern", "144", "18.90"),
        ("saddle", "-", "7.50"),
        ("pencil", "9", "-"),
    )
    page = draw_table(rows, (300, 200, 200))
    work = make_work(encode_image(page, dpi=(150, 150)), outputs=["text", "tables"])
    run_all(work)
    (table,) = json.loads((work.outputs / "tables.json").read_text())["tables"]
    cells = {(cell["row"], cell["column"]): cell["text"] for cell in table["cells"]}
    assert [cells[row, column] for row in range(1, 5) for column in range(1, 4)] == [
        text for row in rows for text in row
    ]


def draw_hatched_chart() -> Image.Image:
    rng, left = np.random.default_rng(0), np.zeros(len(NAMES))
    figure, axes = plt.subplots(figsize=(6.4, 4.6), dpi=100)
    labels = [
        f"{name} ({factor:.1f}x)" for name, factor in zip(NAMES, rng.uniform(1, 9, len(NAMES)), strict=True)
    ]
    for kind, hatch in (("Wood", "//"), ("Iron", "\\\\"), ("Wool", "xx"), ("Glass", "")):
        width = rng.uniform(2, 30, len(NAMES))
        color = "white" if hatch else "black"
        axes.barh(labels, width, left=left, hatch=hatch, color=color, edgecolor="black", label=kind)
        left += width
    axes.legend(ncols=4, loc="upper center", bbox_to_anchor=(0.5, -0.08))
    figure.tight_layout()
    drawn = io.BytesIO()
    figure.savefig(drawn, format="png")
    plt.close(figure)
    return Image.open(drawn).convert("RGB")


def test_the_hatches_of_a_chart_are_no_text(make_work: WorkMaker) -> None:
    page = Image.new("RGB", (1240, 1754), "white")
    page.paste(draw_hatched_chart(), (120, 150))
    draw, font = ImageDraw.Draw(page), ImageFont.truetype(str(FOLDER / "DejaVuSerif.ttf"), 24)
    for row in range(30):
        text = "The old mill promised to bring nine letters before 6:45 in Bergen."
        draw.text((110, 680 + 34 * row), text, fill="black", font=font)
    work = make_work(encode_image(page, dpi=(200, 200)), outputs=["text"])
    run_all(work)
    text = (work.outputs / "text.txt").read_text()
    assert all(label in text for label in (*NAMES, "Wood", "Iron", "Wool", "Glass"))
    assert [word for word in text.split() if word.isupper()] == []
