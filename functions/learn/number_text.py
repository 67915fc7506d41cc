"""Numbers as people write them: a decimal point or comma, thousands in groups, `inf`."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

Decimal = Literal[".", ","]
SPACES = " \u00a0\u2009\u202f"
CURRENCIES = "$€£¥"
UNITS = rf" ?[%{CURRENCIES}] ?"
SIGNS = "-+\u2212"
EXPONENT = r"(?:[eE][-+]?\d+)?"
INFINITE = "[-+]?(?:[iI][nN][fF](?:[iI][nN][iI][tT][yY])?|\u221e)"
CODE = r"^(?:0\d+|\d{16,})$"
"""Digits that a number would lose: leading zeros, or more than a float holds."""


def _pattern(decimal: str, groups: str) -> str:
    point = rf"[{decimal}]"
    whole = rf"(?:\d+|[1-9]\d{{0,2}}(?:[{groups}]\d{{3}})+)"
    number = rf"(?:{whole}(?:{point}\d*)?|{point}\d+){EXPONENT}"
    before, behind = rf"(?:[{CURRENCIES}] ?)?", rf"(?: ?[%{CURRENCIES}])?"
    return rf"^(?:{before}[{SIGNS}]?{before}{number}{behind}|{INFINITE})$"


PATTERNS: dict[Decimal, str] = {
    ".": _pattern(".", ",'\u2019" + SPACES),
    ",": _pattern(",", ".'\u2019" + SPACES),
}
GROUPS: dict[Decimal, str] = {".": f"[,'\u2019{SPACES}]", ",": f"[.'\u2019{SPACES}]"}


def fits(cells: pa.ChunkedArray, decimal: Decimal) -> pa.ChunkedArray:
    """Return for each cell whether it is a number in this style. Cells are trimmed; null stays null."""
    return pc.match_substring_regex(cells, PATTERNS[decimal])


def parse_numbers(cells: pa.ChunkedArray, decimal: Decimal) -> pd.Series:
    """Return the numbers of cells that fit: int64 if all are whole and none is missing, or else float64."""
    bare = pc.replace_substring_regex(cells, UNITS, "")
    plain = pc.replace_substring_regex(bare, GROUPS[decimal], "")
    if decimal == ",":
        plain = pc.replace_substring(plain, ",", ".")
    plain = pc.replace_substring(pc.replace_substring(plain, "\u2212", "-"), "\u221e", "inf")
    for kind in (pa.int64(), pa.float64()):
        try:
            cast = pc.cast(plain, kind)
        except pa.ArrowInvalid:
            continue
        whole = kind == pa.int64() and not cast.null_count
        return pd.Series(cast.to_numpy()).astype("int64" if whole else "float64")
    numbers = pd.to_numeric(
        pd.Series(plain.to_pylist(), dtype=object).where(lambda each: each.notna(), np.nan)
    )
    return numbers if pd.api.types.is_integer_dtype(numbers) else numbers.astype("float64")


def has_groups(cells: pa.ChunkedArray, decimal: Decimal) -> bool:
    return bool(pc.any(pc.match_substring_regex(cells, rf"\d{GROUPS[decimal]}\d")).as_py())


def has_units(cells: pa.ChunkedArray) -> bool:
    return bool(pc.any(pc.match_substring_regex(cells, UNITS)).as_py())


def has_mark(cells: pa.ChunkedArray, mark: str) -> bool:
    return bool(pc.any(pc.match_substring(cells, mark)).as_py())
