"""docs/reference/tables.md lists the slugs of `result.warnings` with their meanings."""

from __future__ import annotations

import re
from pathlib import Path

from learn.warnings_list import MEANINGS

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "tables.md"


def test_every_slug_of_a_warning_is_listed_with_its_meaning() -> None:
    listed = dict(re.findall(r"^\| `([a-z-]+)` \| (.+) \|$", PAGE.read_text(), re.MULTILINE))
    assert listed == MEANINGS
