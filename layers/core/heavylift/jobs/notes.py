"""What a task reports while it runs: the lines of its log, and a text beside its progress. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

MAX_LINES = 50
"""How many lines of its log a job keeps: the last ones."""
MAX_PART_LINES = 10
"""How many lines a part keeps. A job has many parts, and the join reads all of them."""
MAX_LINE_CHARS = 500
MAX_LOG_BYTES = 16_000
"""How many bytes the texts of a log have together. Each write of the job costs units for the whole record."""
MAX_TEXT_CHARS = 200
"""The longest text beside the progress."""
CUT = "…"

Line = dict[str, Any]
"""A line of the log: `{"at": seconds since 1970, "attempt": number, "text": …}`."""


def clean_text(text: str, max_chars: int) -> str:
    """Return the text on one line, without characters that do not show, and at most this long."""
    spaced = "".join(" " if char.isspace() else char for char in str(text)[: 4 * max_chars])
    shown = "".join(char for char in spaced if not unicodedata.category(char).startswith("C"))
    line = " ".join(shown.split())
    return line if len(line) <= max_chars else line[: max_chars - len(CUT)] + CUT


def keep_last(lines: Sequence[Line], max_lines: int) -> list[Line]:
    """Return the last lines that have room in a record."""
    kept: list[Line] = []
    size = 0
    for line in reversed(lines[-max_lines:]):
        size += len(line["text"].encode())
        if size > MAX_LOG_BYTES:
            break
        kept.append(line)
    return kept[::-1]
