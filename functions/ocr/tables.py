"""The cells of a page's tables: img2table finds them in table regions, and the page's words fill them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from statistics import median
from typing import Any

import cv2

from ocr.layout import Region
from ocr.line_reader import Image
from ocr.lines import Box, Line, Word
from ocr.scripts import is_right_to_left
from ocr.table_view import Placed, View

Grid = list[list[Box]]
"""The box of each cell, row by row."""
TABLE = "table"
MIN_LINES = 2
"""A region with fewer lines is no table."""
MIN_INSIDE = 0.75
"""Minimum share of a word's width within its cell. Otherwise the cell ends too early."""
MIN_CONFIDENCE = 0.9
"""Minimum confidence of each word in a table that is sure."""
MAX_OUTSIDE = 0.02
MAX_CROSSING = 0.02
"""Maximum shares of words outside of all cells, and across the edge of one, in a table that is sure."""
MIN_GUESSED = 2
"""Minimum number of rows and of columns in a table that is guessed from the lines."""
MAX_LOST = 0.2
"""Maximum share of a region's text outside of its table. With more, the region is no table."""
SLIVER = 0.25
"""A column without text that is narrower than this share of the usual one is none."""
MAX_GAP = 2.5
"""Maximum gap between two words of a row of a cell, in heights. A wider one shows that the cell is two."""


@dataclass(frozen=True)
class Cell:
    row: int
    column: int
    """Its first row and column, from 1."""
    rows: int
    columns: int
    """How many it spans."""
    box: Box
    text: str
    """Lines of text, if there are several, are parted by line breaks."""
    sure: bool = True
    """Whether each word was read with confidence, and by two networks alike."""


@dataclass(frozen=True)
class Table:
    rows: int
    columns: int
    cells: tuple[Cell, ...]
    sure: bool
    """Whether nothing shows that the cells are wrong."""
    outside: str = ""
    """The text of the region that is in no cell."""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def find_tables(image: Image, regions: Sequence[Region]) -> dict[int, Table]:
    """Return the tables by their region's number, from 1."""
    found = {
        number: _find_table(image, region)
        for number, region in enumerate(regions, 1)
        if region.kind == TABLE and len(region.lines) >= MIN_LINES
    }
    return {
        number: _mirror(table) if is_right_to_left(regions[number - 1].text) else table
        for number, table in found.items()
        if table
    }


def _mirror(table: Table) -> Table:
    """Return the table with its columns numbered from the right."""
    cells = [replace(cell, column=table.columns + 2 - cell.column - cell.columns) for cell in table.cells]
    return replace(table, cells=tuple(sorted(cells, key=lambda cell: (cell.row, cell.column))))


def _find_table(image: Image, region: Region) -> Table | None:
    view = View.cut(image, region)
    words = [view.place(word, doubtful=line.doubtful) for line in region.lines for word in _list_words(line)]
    grids = [drop_slivers(grid, words) for grid in _find_grids(view.picture)]
    filled = [_fill(grid, words, view) for grid in grids]
    best = min(filled, key=lambda table: len(table.outside), default=None)
    if best and len(best.outside) > MAX_LOST * sum(len(word.text) for word in words):
        return None  # a small table within other text
    return best or _guess(region)


def _guess(region: Region) -> Table | None:
    """Return a table of the region's rows, with a column for each stretch that texts share. Never sure."""
    columns = _merge((line.box[0], line.box[2]) for line in region.lines)
    if len(columns) < MIN_GUESSED or len(region.rows) < MIN_GUESSED:
        return None
    cells = []
    for number, row in enumerate(region.rows, 1):
        for column, (left, right) in enumerate(columns, 1):
            inside = [line for line in row if left <= line.box[0] < right]
            top, bottom = min(line.box[1] for line in row), max(line.box[3] for line in row)
            text = " ".join(line.text for line in inside)
            sure = all(_is_sure(line) for line in inside)
            cells.append(Cell(number, column, 1, 1, (left, top, right, bottom), text, sure))
    return Table(len(region.rows), len(columns), tuple(cells), sure=False)


def _merge(stretches: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the stretches, with those that overlap joined."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(stretches):
        if merged and start < merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def _find_grids(picture: Image) -> list[Grid]:
    """Return the rows and columns of the tables in the picture."""
    from img2table.document import Image as Picture  # noqa: PLC0415 - most pages have no table

    done, data = cv2.imencode(".bmp", picture)
    if not done:
        return []
    return [
        [
            [(cell.bbox.x1, cell.bbox.y1, cell.bbox.x2, cell.bbox.y2) for cell in row]
            for row in table.content.values()
        ]
        for table in Picture(src=data.tobytes()).extract_tables(borderless_tables=True)
    ]


def drop_slivers(grid: Grid, words: Sequence[Placed]) -> Grid:
    """Return the grid without narrow columns and rows that have no text: a thick rule, taken for two."""
    for axis in (0, 1):
        columns = list(zip(*grid, strict=True)) if len({len(row) for row in grid}) == 1 else []
        widths = [min(box[axis + 2] - box[axis] for box in column) for column in columns]
        kept = [
            column
            for column, width in zip(columns, widths, strict=True)
            if width >= SLIVER * median(widths)
            or any(_find_cell(word.box, _list_narrow(column, axis, width)) for word in words)
        ]
        grid = [list(row) for row in (kept or grid)]  # turned: the rows are next
    return grid


def _list_narrow(boxes: Iterable[Box], axis: int, width: int) -> list[Box]:
    return [box for box in boxes if box[axis + 2] - box[axis] == width]


def _list_words(line: Line) -> Iterable[Word | Line]:
    """Return the line's words, or the line itself if they are not known."""
    return line.words or (line,)


def _fill(grid: Grid, words: Sequence[Placed], view: View) -> Table:
    places = _find_places(grid)
    inside: dict[Box, list[Placed]] = {box: [] for box in places}
    crossing, outside = 0, []
    for word in words:
        box = _find_cell(word.box, places)
        if box is None:
            outside.append(word)
        else:
            inside[box].append(word)
            crossing += _share_inside(word.box, box) < MIN_INSIDE
    cells = tuple(
        Cell(*place, view.lay_back(box), _join(inside[box]), all(map(_is_sure, inside[box])))
        for box, place in sorted(places.items(), key=lambda each: each[1])
    )
    columns = max(len(row) for row in grid)
    sure = (
        len(outside) <= MAX_OUTSIDE * len(words)
        and crossing <= MAX_CROSSING * len(words)
        and _is_filled(cells, len(grid), columns)
        and not any(_has_gap(inside[box]) for box in places)
        and all(map(_is_sure, words))
    )
    return Table(len(grid), columns, cells, sure, _join(outside))


def _is_sure(word: Placed | Line) -> bool:
    return not word.doubtful and (word.confidence is None or word.confidence >= MIN_CONFIDENCE)


def _find_places(grid: Grid) -> dict[Box, tuple[int, int, int, int]]:
    """Return row, column, rows and columns of each cell. One that spans several stands there as often."""
    places: dict[Box, tuple[int, int, int, int]] = {}
    for row, boxes in enumerate(grid, 1):
        for column, box in enumerate(boxes, 1):
            first_row, first_column, _, _ = places.get(box, (row, column, 1, 1))
            rows, columns = row - first_row + 1, max(column, first_column) - first_column + 1
            places[box] = first_row, first_column, rows, columns
    return places


def _find_cell(word: Box, cells: Iterable[Box]) -> Box | None:
    x, y = (word[0] + word[2]) / 2, (word[1] + word[3]) / 2
    around = (box for box in cells if box[0] <= x <= box[2] and box[1] <= y <= box[3])
    return min(around, key=lambda box: (box[2] - box[0]) * (box[3] - box[1]), default=None)


def _share_inside(word: Box, cell: Box) -> float:
    return (min(word[2], cell[2]) - max(word[0], cell[0])) / max(1, word[2] - word[0])


def _group_rows(words: Iterable[Placed]) -> list[list[Placed]]:
    rows: list[list[Placed]] = []
    for word in sorted(words, key=lambda word: word.box[1] + word.box[3]):
        middle = (word.box[1] + word.box[3]) / 2
        if rows and middle < max(each.box[3] - (each.box[3] - each.box[1]) / 4 for each in rows[-1]):
            rows[-1].append(word)
        else:
            rows.append([word])
    return [sorted(row, key=lambda word: word.box[0]) for row in rows]


def _join(words: Iterable[Placed]) -> str:
    rows = [[word.text for word in row] for row in _group_rows(words)]
    is_mirrored = is_right_to_left("".join(map("".join, rows)))
    return "\n".join(" ".join(row[::-1] if is_mirrored else row) for row in rows)


def _has_gap(words: Iterable[Placed]) -> bool:
    return any(
        other.box[0] - one.box[2] > MAX_GAP * max(each.box[3] - each.box[1] for each in (one, other))
        for row in _group_rows(words)
        for one, other in pairwise(row)
    )


def _is_filled(cells: Iterable[Cell], rows: int, columns: int) -> bool:
    """Whether there are several rows and columns, and each has text."""
    filled = [cell for cell in cells if cell.text]
    with_text = {row for cell in filled for row in range(cell.row, cell.row + cell.rows)}
    across = {column for cell in filled for column in range(cell.column, cell.column + cell.columns)}
    return min(rows, columns) > 1 and len(with_text) == rows and len(across) == columns
