"""Every command of the Makefile is in its help and runs whatever files there are."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MAKEFILE = (ROOT / "Makefile").read_text()
TARGETS = set(re.findall(r"^([a-z][a-z-]*):(?!=)", MAKEFILE, re.MULTILINE))
OF_OTHER_TARGETS = {"usable-python", "lint-page", "format-page", "page-tools"}


def test_phony_names_every_target_and_no_other() -> None:
    [names] = re.findall(r"^\.PHONY: ((?:.*\\\n)*.*)", MAKEFILE, re.MULTILINE)
    assert set(names.replace("\\\n", " ").split()) == TARGETS


def test_the_help_has_every_command_under_a_heading() -> None:
    asked = ["make", "-s", "-C", str(ROOT), "help"]
    printed = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    assert set(re.findall(r"^  ([a-z-]+)  ", printed, re.MULTILINE)) == TARGETS - OF_OTHER_TARGETS
    assert re.findall(r"^[A-Z]\w+", printed, re.MULTILINE) == [
        *("Run", "Test", "Ship", "Operate", "Write", "Maintain")
    ]
