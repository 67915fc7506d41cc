"""Counts the cells of an xlsx sheet that have no value though they are not empty: errors and formulas."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

BLOCK = 1 << 20
LONGEST_TAG = 300
ERROR = re.compile(rb'<c\b[^>]{0,200}\bt="e"')
NO_RESULT = re.compile(rb"(?:</f>|<f\b[^>]{0,200}/>)\s*(?:<v\s*/>|<v></v>)?\s*</c>")


def count_cells_without_value(path: Path, sheet: str) -> tuple[int, int]:
    """Return how many cells of the sheet hold an error, and how many a formula without a result.

    Nothing is counted in other kinds of workbooks, and where the file does not say which part a sheet is.
    """
    if not zipfile.is_zipfile(path):
        return 0, 0
    with zipfile.ZipFile(path) as archive:
        part = _find_part(archive, sheet)
        if part is None:
            return 0, 0
        errors = formulas = 0
        for block in _read_blocks(archive, part):
            errors += len(ERROR.findall(block))
            formulas += len(NO_RESULT.findall(block))
    return errors, formulas


def _find_part(archive: zipfile.ZipFile, sheet: str) -> str | None:
    names = set(archive.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return None
    book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
    links = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    for tag in re.findall(r"<sheet\b[^>]*>", book):
        link = re.search(r'\br:id="([^"]*)"', tag)
        if link is None or f'name="{_escape(sheet)}"' not in tag:
            continue
        for relation in re.findall(r"<Relationship\b[^>]*>", links):
            target = re.search(r'\bTarget="/?(?:xl/)?([^"]*)"', relation)
            if f'Id="{link[1]}"' in relation and target and f"xl/{target[1]}" in names:
                return f"xl/{target[1]}"
    return None


def _escape(name: str) -> str:
    return name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def _read_blocks(archive: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """Yield the part in blocks that end where a cell ends, if a cell is not longer than a block."""
    rest = b""
    with archive.open(part) as file:
        while block := file.read(BLOCK):
            rest += block
            end = rest.rfind(b"</c>") + 4
            if end > 3:
                yield rest[:end]
                rest = rest[end:]
            elif len(rest) > 4 * BLOCK:
                rest = rest[-LONGEST_TAG:]
    yield rest
