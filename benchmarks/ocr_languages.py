"""Reads pages of known text in many languages, four fonts each, and prints the share of wrong characters.

    python benchmarks/ocr_languages.py

`other` is another text in smaller print, on which no threshold was set: the mean of the four fonts.
`networks` is without Tesseract's packs, `auto` the default, `named` with the language in `languages`. The
fonts are those of Debian's fonts-noto-core, fonts-liberation, fonts-nanum, fonts-thai-tlwg, fonts-lohit-deva,
fonts-hosny-amiri, fonts-wqy-microhei and culmus.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
from PIL import Image

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "layers/core"), str(ROOT / "functions")]

from benchmarks.text_errors import compute_order_errors  # noqa: E402
from ocr.line_reader import Image as Pixels  # noqa: E402
from ocr.models import load_models  # noqa: E402
from ocr.pack_choice import PackUse  # noqa: E402
from ocr.packs import Packs, load_packs  # noqa: E402
from ocr.page_layout import lay_out  # noqa: E402
from ocr.recognize import read_lines  # noqa: E402
from ocr.settings import OcrSettings  # noqa: E402
from tests.support.language_pages import LANGUAGES, draw_held_out_page, draw_language_page  # noqa: E402

PAGES = 4


def main() -> None:
    packs = load_packs(OcrSettings.read().packs_folder)
    print("language  networks  auto: each font                    mean   named   other   CPU s a page")
    for code in LANGUAGES:
        drawn = [draw_language_page(code, number) for number in range(PAGES)]
        bare = [_measure(*page, PackUse(Packs(None))) for page in drawn[:1]]
        began = time.process_time()
        auto = [_measure(*page, PackUse.choose(packs, ["auto"])) for page in drawn]
        spent = (time.process_time() - began) / PAGES
        named = [_measure(*page, PackUse.choose(packs, [code])) for page in drawn]
        held_out = [draw_held_out_page(code, number) for number in range(PAGES)]
        other = [_measure(*page, PackUse.choose(packs, ["auto"])) for page in held_out]
        each = "  ".join(f"{errors:6.2%}" for errors in auto)
        print(
            f"{code:8} {np.mean(bare):9.2%}  {each}  {np.mean(auto):7.2%} {np.mean(named):7.2%} "
            f"{np.mean(other):7.2%} {spent:8.1f}",
            flush=True,
        )


def _measure(image: Image.Image, truth: str, use: PackUse) -> float:
    models = load_models(1)
    pixels: Pixels = np.ascontiguousarray(np.asarray(image)[:, :, ::-1])
    reading = read_lines(pixels, models, lambda: None, "auto", use)
    regions = lay_out(reading, models.find_regions(reading.frame.view(reading.image)), 0.5)
    return compute_order_errors(truth, "\n\n".join(region.text for region in regions))


if __name__ == "__main__":
    main()
