"""Odd tables of which every value is known: encodings, separators, numbers, signs, units, dates and words."""

from __future__ import annotations

import csv
import datetime as dt
import io
import itertools
import json
import math
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

CHANCE = random.Random(7)
ROWS = 24
NUMBERS = [round(CHANCE.uniform(-1_000, 100_000), 2) for _ in range(ROWS)]
WHOLE = [CHANCE.randrange(1_000_000) for _ in range(ROWS)]
WORDS = [CHANCE.choice(["red", "grün", "bleu, clair", "a;b", "x\ty", "p|q", 'say "hi"']) for _ in range(ROWS)]
DATES = [dt.date(2020, 1, 1) + dt.timedelta(days=CHANCE.randrange(2_000)) for _ in range(ROWS)]
POINTS = [number + 0.25 for number in range(ROWS)]
Truth = tuple[str, Sequence[Any]]
"""The kind of a column, and its values."""


@dataclass(frozen=True)
class OddTable:
    name: str
    content: bytes
    truth: Mapping[str, Truth]
    slug: str | None = None
    """Of a warning that the table must have."""


def write_csv(
    columns: Mapping[str, Sequence[Any]],
    separator: str = ",",
    end: str = "\n",
    quoting: Any = csv.QUOTE_MINIMAL,
    before: str = "",
) -> str:
    out = io.StringIO()
    out.write(before)
    writer = csv.writer(out, delimiter=separator, lineterminator=end, quoting=quoting)
    writer.writerow(columns)
    writer.writerows(zip(*columns.values(), strict=True))
    return out.getvalue()


def make_all() -> list[OddTable]:
    """Return more than 300 tables."""
    return [*_encodings(), *_numbers(), *_units(), *_signs(), *_words(), *_dates(), *_headers(), *_typed()]


def _encodings() -> Iterator[OddTable]:
    columns: dict[str, Sequence[Any]] = {"größe": NUMBERS, "whole": WHOLE, "word": WORDS, "day": DATES}
    truth: dict[str, Truth] = {
        "größe": ("number", NUMBERS),
        "whole": ("number", WHOLE),
        "word": ("text", WORDS),
        "day": ("date", DATES),
    }
    quoting = itertools.cycle([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC])
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"):
        for separator, end in itertools.product(",;\t|", ("\n", "\r\n", "\r")):
            text = write_csv(columns, separator, end, next(quoting))
            slug = None if encoding.startswith("utf-8") else "encoding-assumed"
            yield OddTable(f"{encoding} {separator!r} {end!r}", text.encode(encoding), truth, slug)


def _numbers() -> Iterator[OddTable]:
    styles = {
        "de": ".,",
        "us": ",.",
        "fr": " ,",
        "fr-nbsp": "\u00a0,",
        "fr-thin": "\u202f,",
        "ch": "'.",
        "ch-typo": "\u2019.",
    }
    for name, marks in styles.items():
        for separator in ",;\t|":
            texts = [_group(number, marks[0], marks[1]) for number in NUMBERS]
            text = write_csv({"a": texts, "b": WORDS}, separator)
            yield OddTable(f"style {name} {separator!r}", text.encode(), {"a": ("number", NUMBERS)})
    exponents = [f"{number:.3e}" for number in NUMBERS]
    rounded = [float(each) for each in exponents]
    for separator, texts in ((",", exponents), (";", [each.replace(".", ",") for each in exponents])):
        yield _column(f"exponent {separator}", texts, ("number", rounded), separator)
    yield _column(
        "no digit before the point",
        [f".{n:02}" for n in range(ROWS)],
        ("number", [n / 100 for n in range(ROWS)]),
    )
    yield _column("no digit behind the point", [f"{n}." for n in range(ROWS)], ("number", list(range(ROWS))))
    indian = ["12,34,567.5", "1,00,000", *[f"{n}.5" for n in range(2, ROWS)]]
    yield _column(
        "groups of two", indian, ("number", [1_234_567.5, 100_000, *[n + 0.5 for n in range(2, ROWS)]])
    )
    for text in ("inf", "-inf", "Infinity", "∞", "1e308", "-1e308", "5e-324", "1E+99"):
        value = math.inf if text == "∞" else float(text)
        yield _column(f"number {text}", [text, *map(str, POINTS[1:])], ("number", [value, *POINTS[1:]]))


def _group(number: float, group: str, point: str) -> str:
    return f"{number:,.2f}".replace(",", "\0").replace(".", point).replace("\0", group)


def _column(
    name: str, texts: Sequence[str], truth: Truth, separator: str = ",", slug: str | None = None
) -> OddTable:
    return OddTable(name, write_csv({"a": texts, "word": WORDS}, separator).encode(), {"a": truth}, slug)


UNITS = (
    "{}%|{} %|{}\u00a0%|{} ‰|{} €|€{}|€ {}|{}\u00a0€|${}|$ {}|£{}|¥{}|₹{}|{} ₽|₩{}|R$ {}|{} kr|{} kr.|"
    "{} zł|{} Kč|{} Ft|{} EUR|EUR {}|USD {}|CHF {}|{} GBP"
)


def _units() -> Iterator[OddTable]:
    for form in UNITS.split("|"):
        texts = [form.format(f"{number:.2f}") for number in NUMBERS]
        yield _column(f"unit {form}", texts, ("number", NUMBERS), slug="units-left-out")
        texts = [form.format(_group(number, ".", ",")) for number in NUMBERS]
        yield _column(f"unit {form} with a comma", texts, ("number", NUMBERS), ";", "units-left-out")
    mixed = [f"{n}%" if n % 2 else f"{n}" for n in range(1, ROWS + 1)]
    yield _column("unit in some cells", mixed, ("number", list(range(1, ROWS + 1))), slug="units-differ")


def _signs() -> Iterator[OddTable]:
    signed = [number if place % 3 else -abs(number) for place, number in enumerate(NUMBERS)]
    forms = {
        "plus": ("{:+.2f}", "{:+.2f}", None),
        "minus": ("\u2212{:.2f}", "{:.2f}", None),
        "dash": ("\u2013{:.2f}", "{:.2f}", None),
        "blank": ("- {:.2f}", "{:.2f}", None),
        "parentheses": ("({:,.2f})", "{:,.2f}", "negative-style"),
        "currency": ("-${:.2f}", "${:.2f}", "units-left-out"),
        "currency in parentheses": ("(${:,.2f})", "${:,.2f}", "negative-style"),
        "behind": ("{:.2f}-", "{:.2f}", "negative-style"),
        "behind a unit": ("{:.2f} €-", "{:.2f} €", "negative-style"),
    }
    for name, (below, above, slug) in forms.items():
        texts = [
            below.format(number if name == "plus" else abs(number)) if number < 0 else above.format(number)
            for number in signed
        ]
        yield _column(f"sign {name}", texts, ("number", signed), slug=slug)


MISSING = (
    "NA N/A n/a N.A. n.a. k.A. None nil - -- \u2014 \u2013 ? . ... NaN nan NaT null NULL (null) <null> "
    "\\N #N/A #DIV/0! #VALUE! #REF! #NAME? #NUM! #NULL!"
)


def _words() -> Iterator[OddTable]:
    for word in MISSING.split():
        texts = [word if place in (3, 9) else str(value) for place, value in enumerate(POINTS)]
        values = [None if place in (3, 9) else value for place, value in enumerate(POINTS)]
        yield _column(f"missing {word}", texts, ("number", values), slug="words-as-missing")
        days = [word if place in (3, 9) else str(day) for place, day in enumerate(DATES)]
        kept = [None if place in (3, 9) else day for place, day in enumerate(DATES)]
        yield _column(f"missing day {word}", days, ("date", kept), slug="words-as-missing")
    for word in ("", " ", "\u00a0"):
        texts = [word if place in (3, 9) else str(value) for place, value in enumerate(POINTS)]
        values = [None if place in (3, 9) else value for place, value in enumerate(POINTS)]
        yield _column(f"blank {word!r}", texts, ("number", values))
    for word in ("NA", "None", "-", "n.a."):
        yield _column(
            f"word {word}",
            [word, *["a", "b"] * 12][:ROWS],
            ("text", [word, *["a", "b"] * 12][:ROWS]),
            slug="words-kept",
        )
    codes = [f"{number:05}" for number in range(ROWS)]
    yield _column("codes", codes, ("text", codes), slug="codes-kept-as-text")


FORMS = {
    **dict.fromkeys(
        ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y", "%m/%d/%Y", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日")
    ),
    **dict.fromkeys(
        (
            "%Y-%m-%dT00:00:00",
            "%Y-%m-%dT00:00:00Z",
            "%Y-%m-%d 00:00:00+00:00",
            "%Y-%m-%d 00:00",
            "%m/%d/%Y 00:00",
        )
    ),
    **dict.fromkeys(
        (
            "%Y-%m-%dT00:00:00.000000Z",
            "%m/%d/%Y 12:00:00 AM",
            "%d %b %Y",
            "%d-%b-%Y",
            "%B %d, %Y",
            "%b %d, %Y",
        )
    ),
    **dict.fromkeys(("%a, %d %b %Y 00:00:00 GMT", "%d %B %Y")),
    **dict.fromkeys(("%m/%d/%y", "%d.%m.%y", "%d/%m/%y", "%d-%b-%y"), "years-completed"),
}


def _dates() -> Iterator[OddTable]:
    for form, slug in FORMS.items():
        for separator in ",;":
            texts = [day.strftime(form) for day in DATES]
            yield _column(f"date {form} {separator}", texts, ("date", DATES), separator, slug)
    noon = [f"{day.month}/{day.day}/{day.year} 1:05 PM" for day in DATES]
    yield _column(
        "date in the afternoon", noon, ("date", [dt.datetime.combine(day, dt.time(13, 5)) for day in DATES])
    )
    yield _column(
        "date of one digit", [f"{day.day}.{day.month}.{day.year}" for day in DATES], ("date", DATES)
    )
    german = [f"{day.day}. März {day.year}" for day in DATES]
    yield _column("date in German", german, ("date", [day.replace(month=3) for day in DATES]))
    for far in ("9999-12-31", "0001-01-01"):
        texts = [far if place % 4 else str(day) for place, day in enumerate(DATES)]
        kept = [None if place % 4 else day for place, day in enumerate(DATES)]
        yield _column(f"date {far}", texts, ("date", kept), slug="dates-out-of-range")


HEADERS = {
    "title": "Report of the year\n\n",
    "title with separators": "Report,,\n,,\n",
    "titles with separators": '"Report, all",,\nAs of 2026,,\n,,\n',
    "comment": "# a, b\n",
    "comment of as many cells": "# one,two,three\n",
    "comments of as many cells": "# one,two,three\n#,,\n",
    "sep line": "sep=,\n",
    "mark twice": "\ufeff\ufeff",
}


def _headers() -> Iterator[OddTable]:
    for name, before in HEADERS.items():
        text = write_csv({"a": POINTS, "word": WORDS, "day": DATES}, before=before)
        truth: dict[str, Truth] = {"a": ("number", POINTS), "word": ("text", WORDS), "day": ("date", DATES)}
        yield OddTable(name, text.encode(), truth, None if "mark" in name else "lines-skipped")
    text = write_csv({"#a": WHOLE, "b": POINTS})
    yield OddTable("a name with #", text.encode(), {"#a": ("number", WHOLE), "b": ("number", POINTS)})
    text = write_csv({"": WHOLE, "b": POINTS})
    yield OddTable("an index", text.encode(), {"column 1": ("number", WHOLE)}, "names-changed")


def _typed() -> Iterator[OddTable]:
    rows = [{"a": n, "day": str(day), "o": {"k": [n]}} for n, day in zip(NUMBERS, DATES, strict=True)]
    lines = "\n".join(json.dumps(row) for row in rows)
    yield OddTable("JSON lines", lines.encode(), {"a": ("number", NUMBERS), "day": ("date", DATES)})
    half = '{"a\\ud800": "\\ud800", "b": 1.5}\n' * ROWS
    yield OddTable(
        "half of a pair", half.encode(), {"a?": ("text", ["?"] * ROWS), "b": ("number", [1.5] * ROWS)}
    )
    far = [2**60, -(2**60), *[1_600_000_000_000_000] * (ROWS - 2)]
    known = [None, None, *["2020-09-13 12:26:40"] * (ROWS - 2)]
    for zone in (None, "UTC", "Asia/Tokyo"):
        body = io.BytesIO()
        pq.write_table(pa.table({"a": pa.array(far, pa.timestamp("us", zone))}), body)
        yield OddTable(f"far times {zone}", body.getvalue(), {"a": ("date", known)}, "dates-out-of-range")
