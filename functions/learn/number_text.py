"""Numbers as people write them: a decimal point or comma, thousands in groups, `inf`."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

Decimal = Literal[".", ","]
SPACES = " \u00a0\u2009\u202f"
BLANK = f"[{SPACES}]?"
CURRENCIES = (
    r"(?:R\$|\p{Sc}|(?:EUR|USD|GBP|CHF|JPY|CNY|INR|AUD|CAD|NZD|SEK|NOK|DKK|PLN|CZK|HUF|TRY|BRL|MXN|ZAR|KRW|SGD|HKD"
    r"|RUB|UAH|ILS|THB|kr|Kr|zł|Kč|Ft|Fr)\.?)"
)
SHARES = "[%\u2030]"
UNITS = rf"{BLANK}(?:{SHARES}|{CURRENCIES}){BLANK}"
MINUS = "\u2212-"
SIGNS = f"+\u2013{MINUS}"
EXPONENT = r"(?:[eE][-+]?\d+)"
INFINITE = "[-+]?(?:[iI][nN][fF](?:[iI][nN][iI][tT][yY])?|\u221e)"
CODE = r"^(?:0\d+|\d{16,})$"
"""Digits that a number would lose: leading zeros, or more than a float holds."""
IN_PARENTHESES = r"^\((.*)\)$"
SIGN_BEHIND = rf"^(.+)[{MINUS}]$"


def _pattern(decimal: str, groups: str) -> str:
    point = rf"[{decimal}]"
    # Thousands, or as in India: 12,34,567.
    grouped = rf"[1-9]\d{{0,2}}(?:[{groups}]\d{{3}})+|[1-9]\d?(?:[{groups}]\d{{2}})+[{groups}]\d{{3}}"
    plain = rf"(?:\d+(?:{point}\d*)?|{point}\d+){EXPONENT}?"
    number = rf"(?:{plain}|(?:{grouped})(?:{point}\d*)?)"
    before, behind = rf"(?:{CURRENCIES}{BLANK})?", rf"(?:{BLANK}(?:{SHARES}|{CURRENCIES}))?"
    amount = rf"{before}{number}{behind}"
    return rf"^(?:{before}(?:[{SIGNS}]{BLANK})?{amount}|\({amount}\)|{amount}[{MINUS}]|{INFINITE})$"


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
    signed = pc.replace_substring_regex(cells, IN_PARENTHESES, r"-\1")
    signed = pc.replace_substring_regex(signed, SIGN_BEHIND, r"-\1")
    signed = pc.replace_substring_regex(signed, "[\u2212\u2013]", "-")
    bare = pc.replace_substring_regex(pc.replace_substring_regex(signed, UNITS, ""), rf"-{BLANK}", "-")
    plain = pc.replace_substring_regex(bare, GROUPS[decimal], "")
    if decimal == ",":
        plain = pc.replace_substring(plain, ",", ".")
    plain = pc.replace_substring(plain, "\u221e", "inf")
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


def has_accounting_signs(cells: pa.ChunkedArray) -> bool:
    """Whether negative numbers are in parentheses, or have the sign behind."""
    return bool(pc.any(pc.match_substring_regex(cells, rf"{IN_PARENTHESES}|{SIGN_BEHIND}")).as_py())


def list_units(cells: pa.ChunkedArray) -> list[str]:
    """Return the different signs and codes of units, and an empty text if some number has none."""
    found = pc.extract_regex(cells, rf"(?P<unit>{SHARES}|{CURRENCIES})")
    units = pc.fill_null(pc.struct_field(found, "unit"), "")
    zero = pc.match_substring_regex(cells, "^0*[.,]?0*$")
    return sorted(pc.unique(units.filter(pc.invert(zero))).to_pylist())


def has_mark(cells: pa.ChunkedArray, mark: str) -> bool:
    return bool(pc.any(pc.match_substring(cells, mark)).as_py())
