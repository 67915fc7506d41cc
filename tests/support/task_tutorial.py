"""Follows docs/tutorial/writing-a-task.md: makes the files it shows, and the changes."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from tests.support.sample_documents import ROOT

DOCUMENT = (ROOT / "docs" / "tutorial" / "writing-a-task.md").read_text()
COPIED = (
    "functions",
    "layers",
    "infra",
    "client",
    "scripts",
    "tests/support",
    "tests/architecture",
    "requirements",
)
FILES = ("Makefile", "template.yaml", "samconfig.toml", "pyproject.toml")
STEP = re.compile(r"`(?P<path>[\w/]+\.py)`:$|^```(?P<kind>\w+)\n(?P<code>.*?)^```", re.MULTILINE | re.DOTALL)


def a_copy(target: Path) -> Path:
    """The project's sources, in a folder of their own."""
    for folder in COPIED:
        shutil.copytree(ROOT / folder, target / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in FILES:
        shutil.copy(ROOT / file, target / file)
    return target


def follow(copy: Path) -> None:
    """Do in `copy` what the document says, block by block."""
    path: Path | None = None
    for step in STEP.finditer(DOCUMENT):
        if step["path"]:
            path = copy / step["path"]
        elif step["kind"] == "python":
            assert path is not None
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(step["code"])
        elif step["kind"] == "diff":
            assert path is not None
            _change(path, step["code"])


def _change(path: Path, diff: str) -> None:
    """Lines that stay begin with a blank, as in any diff; they are found by their text alone."""
    lines = diff.splitlines(keepends=True)
    before = "".join(line[1:] for line in lines if line[0] in " -")
    after = "".join(line[1:] for line in lines if line[0] in " +")
    text = path.read_text()
    assert text.count(before) == 1, f"the document changes {before!r}, which {path.name} does not have once"
    path.write_text(text.replace(before, after))


def requests() -> str:
    """The document's curl lines."""
    [script] = re.findall(r"```bash\n(.*?)```", DOCUMENT, re.DOTALL)
    return str(script)
