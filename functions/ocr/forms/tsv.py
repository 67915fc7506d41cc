"""The words as a table with tabs between its columns: those of Tesseract's TSV."""

from __future__ import annotations

from collections.abc import Iterator

from ocr.forms.page import Page, list_words

COLUMNS = (
    "level",
    "page_num",
    "block_num",
    "par_num",
    "line_num",
    "word_num",
    "left",
    "top",
    "width",
    "height",
    "conf",
    "text",
)
PAGE, BLOCK, LINE, WORD = 1, 2, 4, 5
"""Levels. Tesseract's level 3, the paragraph, is not found."""


class TsvForm:
    name, media_type = "result.tsv", "text/tab-separated-values; charset=utf-8"

    def start(self) -> str:
        return "\t".join(COLUMNS) + "\n"

    def add(self, page: Page) -> str:
        return "".join("\t".join(str(value) for value in row) + "\n" for row in _list_rows(page))

    def end(self) -> str:
        return ""


def _list_rows(page: Page) -> Iterator[tuple[object, ...]]:
    number = page["page"]
    yield (PAGE, number, 0, 0, 0, 0, 0, 0, page["width"], page["height"], -1, "")
    for region in page["regions"]:
        block = region["order"]
        yield (BLOCK, number, block, 0, 0, 0, *_measure(region["box"]), -1, "")
        for at, line in enumerate(region["lines"], 1):
            yield (LINE, number, block, 1, at, 0, *_measure(line["box"]), -1, "")
            for index, word in enumerate(list_words(line), 1):
                confidence = word["confidence"]
                percent = 100.0 if confidence is None else round(confidence * 100, 1)
                text = " ".join(word["text"].split())
                yield (WORD, number, block, 1, at, index, *_measure(word["box"]), percent, text)


def _measure(box: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    left, top, right, bottom = box
    return left, top, right - left, bottom - top
