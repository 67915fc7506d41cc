"""Each command `heavylift …` that a document shows exists, and so do its options."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from heavylift_client.cli import heavylift
from infra.local.instance import ROOT

PAGES = [ROOT / "README.md", ROOT / "client" / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
SPAN = re.compile(r"`(heavylift [^`]+)`")
LINE = re.compile(r"^(?:\.venv/bin/)?(heavylift .+)$", re.MULTILINE)


def find_commands(text: str) -> list[str]:
    """Return the commands in spans of code and at the beginning of lines."""
    return [*SPAN.findall(text), *LINE.findall(text)]


def find_faults(command: str) -> Iterator[str]:
    """Yield what of a command line does not exist."""
    words = shlex.split(command, comments=True)[1:]
    found: click.Command = heavylift
    while isinstance(found, click.Group) and words and not words[0].startswith("-") and words[0] != "…":
        word = words.pop(0)
        if word not in found.commands:
            yield word
            return
        found = found.commands[word]
    there = {name for param in found.params for name in (*param.opts, *param.secondary_opts)} | {
        "--help",
        "-h",
    }
    yield from (word for word in words if re.fullmatch(r"--?[a-z][a-z-]*", word) and word not in there)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_commands_of_a_page_exist(page: Path) -> None:
    commands = find_commands(page.read_text())
    assert {command: faults for command in commands if (faults := list(find_faults(command)))} == {}


def test_commands_are_found_and_wrong_ones_named() -> None:
    page = "| `heavylift fly` | x |\n```bash\nheavylift run ocr *.pdf --bach --out a/  # -x\n```\n"
    commands = find_commands(page)
    assert [list(find_faults(command)) for command in commands] == [["fly"], ["--bach"]]
    assert sum(len(find_commands(each.read_text())) for each in PAGES) > 50
