"""Lines of tables are read by both networks; where these differ, the cell is not sure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from ocr.line_reader import Image, Span, Text
from ocr.lines import Line
from ocr.regions import Region, group_rows
from ocr.table_check import check_tables
from ocr.tables import find_tables
from tests.support.read_tables import assert_cells_are_right, to_pixels
from tests.support.table_pages import draw_table
from tests.unit.ocr.test_tables import AREA, ROWS, WIDTHS, make_line, make_region, place

PAGE = np.zeros((50, 300, 3), np.uint8)


class Networks:
    """Each reads one text in every line. Counts the lines."""

    def __init__(self, quick: tuple[str, float], careful: tuple[str, float]) -> None:
        self._quick, self._careful = quick, careful
        self.read_lines = 0

    def read(self, crops: Sequence[Image]) -> list[Text]:
        self.read_lines += len(crops)
        return [_make_text(*self._quick)] * len(crops)

    def read_carefully(self, crops: Sequence[Image]) -> list[Text]:
        return [_make_text(*self._careful)] * len(crops)


def _make_text(text: str, confidence: float) -> Text:
    return Text(text, confidence, (Span(text, confidence, 0, 1),))


def check(line: Line, networks: Any, kind: str = "table") -> Line:
    region = Region(kind, 0.9, line.box, group_rows([line]))
    (checked,) = check_tables(PAGE, [region], networks, lambda: None)
    return checked.lines[0]


@pytest.mark.parametrize(
    ("quick", "careful", "text", "doubtful"),
    [
        (("Reglon", 0.98), ("Region", 1.0), "Region", True),
        (("Reglon", 0.99), ("Region", 0.9), "Reglon", True),
        (("Reglon", 0.98), ("Reglon", 0.99), "Reglon", False),
        (("NeW", 0.9), ("New", 1.0), "New", False),
        (("Other", 0.98), ("Another", 1.0), "Reglon", False),
    ],
    ids=["differ", "differ, the quick one is surer", "agree", "capitals", "read by another engine"],
)
def test_a_line_that_the_networks_read_differently_is_doubtful(
    quick: tuple[str, float], careful: tuple[str, float], text: str, doubtful: bool
) -> None:
    read = quick[0] if text != "Reglon" else "Reglon"
    line = check(make_line(read, 10, 10), Networks(quick, careful))
    assert (line.text, line.doubtful) == (text, doubtful)
    assert " ".join(word.text for word in line.words) == text
    assert line.words[0].box == pytest.approx(line.box, abs=1)


def test_only_lines_of_tables_are_read_again() -> None:
    networks = Networks(("Reglon", 0.98), ("Region", 1.0))
    assert check(make_line("Reglon", 10, 10), networks, "text").text == "Reglon"
    assert networks.read_lines == 0


def test_a_cell_with_a_doubtful_line_is_not_sure() -> None:
    lines = place(ROWS)
    doubtful = Line(lines[3].text, 0.99, lines[3].corners, lines[3].words, doubtful=True)
    region = make_region([*lines[:3], doubtful, *lines[4:]], AREA)
    table = find_tables(to_pixels(draw_table(ROWS, WIDTHS)), [region])[1]
    assert [cell.text for cell in table.cells if not cell.sure] == ["Apples"]
    assert not table.sure


def test_the_letter_that_one_network_reads_wrong_is_right_and_said_to_be_unsure() -> None:
    (table,) = assert_cells_are_right("scan, spanning")
    assert [cell.text for cell in table.cells if not cell.sure] == ["Region"]
