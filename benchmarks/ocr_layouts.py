"""Reads pages of many layouts, fonts and distortions, and prints the error rates in order and by line.

    python benchmarks/ocr_layouts.py [half]          0: the half on which thresholds were set; 1: the other

Each layout is drawn with two seeds. The first half has each layout with every second distortion, the other
half the rest, with other text.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from PIL import Image

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "layers/core"), str(ROOT / "functions")]

from benchmarks.text_errors import compute_line_errors, compute_order_errors  # noqa: E402
from ocr.line_reader import Image as Pixels  # noqa: E402
from ocr.models import load_models  # noqa: E402
from ocr.page_layout import lay_out  # noqa: E402
from ocr.recognize import read_lines  # noqa: E402
from tests.support.distortions import DISTORTIONS  # noqa: E402
from tests.support.ocr_pages import LAYOUTS, draw_page  # noqa: E402

PER_LAYOUT = 4
"""Distortions of each layout in a half."""


def main() -> None:
    half = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    rows = []
    for number, layout in enumerate(LAYOUTS):
        for step in range(PER_LAYOUT):
            names = list(DISTORTIONS)
            distortion = names[(number + 3 * step + half * 2) % len(names)]
            image, truth = draw_page(layout, 2 * step + half)
            picture = DISTORTIONS[distortion](image, np.random.default_rng(number + 100 * step + half))
            text = read(picture)
            rows.append((compute_order_errors(truth, text), compute_line_errors(truth, text)))
            print(f"{layout:12} {distortion:13} {rows[-1][0]:7.2%} {rows[-1][1]:7.2%}", flush=True)
    in_order, by_line = (np.array([row[side] for row in rows]) for side in (0, 1))
    print(f"{len(rows)} pages: mean {in_order.mean():.2%} in order, {by_line.mean():.2%} by line; ", end="")
    print(f"above 6 % in order: {(in_order > 0.06).sum()}")


def read(picture: Image.Image) -> str:
    models = load_models(1)
    pixels: Pixels = np.ascontiguousarray(np.asarray(picture)[:, :, ::-1])
    reading = read_lines(pixels, models, lambda: None)
    regions = lay_out(reading, models.find_regions(reading.frame.view(reading.image)), 0.5)
    return "\n\n".join(region.text for region in regions)


if __name__ == "__main__":
    main()
