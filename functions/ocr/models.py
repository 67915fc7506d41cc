"""The neural networks: loaded once, from the files that their packages carry.

Nothing is fetched: every network's file is named here, and a missing one is an error as it is loaded.
"""

from __future__ import annotations

import logging
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import rapid_layout
import rapidocr
from rapid_layout import RapidLayout
from rapidocr import RapidOCR
from rapidocr.main import RapidOCRError

Image = np.ndarray[Any, np.dtype[np.uint8]]
"""Pixels as OpenCV has them: rows, columns, blue-green-red."""
Quads = np.ndarray[Any, np.dtype[np.float32]]
"""Boxes as their corners from the top left on, clockwise: shape (n, 4, 2), x before y."""

DETECT_SIDE = 2048
"""Longest side that lines are looked for at; they are read from the full picture. Bounds memory and time."""
ENLARGE = 3.0
"""Most that a small picture is enlarged to look for lines, and SHORT_SIDE the side it is enlarged to."""
SHORT_SIDE = 736
MIN_SIDE = 8
"""Below this no text can be read."""
LINE_HEIGHT = 48
"""Pixels, of the pictures that the reading network takes."""
SHORTEST_LINE = 96
"""Shorter lines are padded to it. The library's 320 cost a third of a table's time, and narrow spaces are
then read as none: PONO, USERDEPT."""
REGION_CONFIDENCE = 0.4
TURN_CONFIDENCE = 0.9
"""From which a line counts as one that looks upside down."""


class Models:
    def __init__(self, threads: int) -> None:
        ocr, layout = (Path(str(package.__file__)).parent / "models" for package in (rapidocr, rapid_layout))
        self._ocr = RapidOCR(
            params={
                "Global.log_level": "critical",
                "Global.use_preprocess_img": False,  # what DETECT_SIDE is for
                "Det.limit_type": "max",
                "Det.limit_side_len": 2 * DETECT_SIDE,
                "Det.model_path": str(ocr / "PP-OCRv6_det_small.onnx"),
                "Cls.model_path": str(ocr / "ch_ppocr_mobile_v2.0_cls_mobile.onnx"),
                "Cls.cls_thresh": TURN_CONFIDENCE,
                "Rec.model_path": str(ocr / "PP-OCRv6_rec_small.onnx"),
                "Rec.rec_batch_num": 1,  # measured: more would pad short lines and take twice the memory
                "Rec.rec_img_shape": [3, LINE_HEIGHT, SHORTEST_LINE],
                "EngineConfig.onnxruntime.intra_op_num_threads": threads,
            }
        )
        self._layout = RapidLayout(
            model_dir_or_path=str(layout / "layout_cdla.onnx"),
            conf_thresh=REGION_CONFIDENCE,
            engine_cfg={"intra_op_num_threads": threads},
        )

    def find_lines(self, image: Image) -> Quads:
        """Boxes around lines of text, from the top down."""
        height, width = image.shape[:2]
        if min(height, width) < MIN_SIDE:
            return np.empty((0, 4, 2), np.float32)
        enlarged = min(ENLARGE, max(1.0, SHORT_SIDE / min(height, width)))
        scale = min(enlarged, DETECT_SIDE / max(height, width))
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        looked_at = image if scale == 1 else cv2.resize(image, size, interpolation=cv2.INTER_AREA)
        found: Any = self._ocr(looked_at, use_det=True, use_cls=False, use_rec=False)
        if found.boxes is None:
            return np.empty((0, 4, 2), np.float32)
        return np.asarray(found.boxes, np.float32) / np.float32(scale)

    def detect_upside_down(self, crops: list[Image]) -> list[bool]:
        """Of each picture of a line whether it looks upside down. Often wrong of one long line: ask many."""
        _, found = self._ocr.cls_and_rotate(crops)
        return ["180" in label and score > TURN_CONFIDENCE for label, score in found.cls_res or []]

    def read(self, crops: list[Image]) -> list[tuple[str, float]]:
        """Upright pictures of lines → what they say, and how sure that is: 0 to 1."""
        try:
            found: Any = self._ocr.recognize_txt(crops)
        except RapidOCRError:
            return [("", 0.0)] * len(crops)
        return [(str(text), float(score)) for text, score in zip(found.txts, found.scores, strict=True)]

    def find_regions(self, image: Image) -> list[tuple[str, float, tuple[float, float, float, float]]]:
        """Class, confidence, and left, top, right, bottom."""
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
def models(threads: int) -> Models:
    """The warm worker's own; loading takes about a second."""
    logging.disable(logging.INFO)  # both packages write what they load to standard error
    try:
        loaded = Models(threads)
    finally:
        logging.disable(logging.NOTSET)
    for name in list(logging.root.manager.loggerDict):
        if name.lower().startswith(("rapid_layout", "rapidlayout", "rapidocr")):
            logging.getLogger(name).setLevel(logging.ERROR)
    return loaded
