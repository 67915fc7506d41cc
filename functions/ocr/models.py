"""The neural networks, loaded once from the files of their packages.

Nothing is downloaded: each network's file is named here, and loading fails if one is missing.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import rapid_layout
import rapidocr
from rapid_layout import RapidLayout
from rapidocr import RapidOCR

from ocr.line_reader import Image, LineReader, Text

Quads = np.ndarray[Any, np.dtype[np.float32]]
"""The corners of boxes, clockwise from the top left: shape (n, 4, 2), x before y."""

MAX_DETECT_SIDE = 2048
"""Maximum side of the picture that lines are detected in. They are read from the full picture."""
MAX_ENLARGEMENT = 3.0
"""Maximum factor by which a small picture is enlarged to detect lines."""
MIN_DETECT_SIDE = 736
"""The shorter side that a small picture is enlarged to."""
MIN_SIDE = 8
"""A smaller picture has no readable text."""
REGION_CONFIDENCE = 0.4
TURN_CONFIDENCE = 0.9
"""Minimum confidence for a line to count as upside down."""


class Models:
    def __init__(self, threads: int) -> None:
        ocr, layout = (Path(str(package.__file__)).parent / "models" for package in (rapidocr, rapid_layout))
        self._ocr = RapidOCR(
            params={
                "Global.log_level": "critical",
                "Global.use_preprocess_img": False,  # find_lines() scales the picture itself
                "Det.limit_type": "max",
                "Det.limit_side_len": 2 * MAX_DETECT_SIDE,
                "Det.model_path": str(ocr / "PP-OCRv6_det_small.onnx"),
                "Cls.model_path": str(ocr / "ch_ppocr_mobile_v2.0_cls_mobile.onnx"),
                "Cls.cls_thresh": TURN_CONFIDENCE,
                "EngineConfig.onnxruntime.intra_op_num_threads": threads,
            }
        )
        self._reader = LineReader(ocr / "PP-OCRv6_rec_small.onnx", threads)
        self._layout = RapidLayout(
            model_dir_or_path=str(layout / "layout_cdla.onnx"),
            conf_thresh=REGION_CONFIDENCE,
            engine_cfg={"intra_op_num_threads": threads},
        )

    def find_lines(self, image: Image) -> Quads:
        """Return boxes around the lines of text, from top to bottom."""
        height, width = image.shape[:2]
        if min(height, width) < MIN_SIDE:
            return np.empty((0, 4, 2), np.float32)
        enlarged = min(MAX_ENLARGEMENT, max(1.0, MIN_DETECT_SIDE / min(height, width)))
        scale = min(enlarged, MAX_DETECT_SIDE / max(height, width))
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        scaled = image if scale == 1 else cv2.resize(image, size, interpolation=cv2.INTER_AREA)
        found: Any = self._ocr(scaled, use_det=True, use_cls=False, use_rec=False)
        if found.boxes is None:
            return np.empty((0, 4, 2), np.float32)
        return np.asarray(found.boxes, np.float32) / np.float32(scale)

    def detect_upside_down(self, crops: list[Image]) -> list[bool]:
        """Return for each line's picture whether it looks upside down. Often wrong for one long line."""
        _, found = self._ocr.cls_and_rotate(crops)
        return ["180" in label and score > TURN_CONFIDENCE for label, score in found.cls_res or []]

    def read(self, crops: Iterable[Image]) -> list[Text]:
        """Return what each upright picture of a line says."""
        return [self._reader.read(crop) for crop in crops]

    def find_regions(self, image: Image) -> list[tuple[str, float, tuple[float, float, float, float]]]:
        """Return the class, the confidence, and the box (left, top, right, bottom) of each region."""
        if min(image.shape[:2]) < MIN_SIDE:
            return []
        found = self._layout(image)
        if found.boxes is None:
            return []
        return [
            (str(kind), float(score), (float(box[0]), float(box[1]), float(box[2]), float(box[3])))
            for kind, score, box in zip(found.class_names, found.scores, found.boxes, strict=True)
        ]


@lru_cache(maxsize=1)
def load_models(threads: int) -> Models:
    """Return the networks, which stay loaded in a warm worker."""
    logging.disable(logging.INFO)  # both packages log each file that they load
    try:
        loaded = Models(threads)
    finally:
        logging.disable(logging.NOTSET)
    for name in list(logging.root.manager.loggerDict):
        if name.lower().startswith(("rapid_layout", "rapidlayout", "rapidocr")):
            logging.getLogger(name).setLevel(logging.ERROR)
    return loaded
