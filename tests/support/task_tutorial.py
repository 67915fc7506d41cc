"""Follows docs/tutorial/writing-a-task.md: creates the files that it shows and applies its diffs."""

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


def copy_sources(target: Path) -> Path:
    """Copy the project's sources to `target`, and return it."""
    for folder in COPIED:
        shutil.copytree(ROOT / folder, target / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in FILES:
        shutil.copy(ROOT / file, target / file)
    return target


def follow(copy: Path) -> None:
    """Apply every block of the document to `copy`."""
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
    """Apply a diff without line numbers: the old lines must occur in the file exactly once."""
    lines = diff.splitlines(keepends=True)
    before = "".join(line[1:] for line in lines if line[0] in " -")
    after = "".join(line[1:] for line in lines if line[0] in " +")
    text = path.read_text()
    assert text.count(before) == 1, f"the document changes {before!r}, which {path.name} does not have once"
    path.write_text(text.replace(before, after))


def read_requests() -> str:
    """Return the document's curl lines."""
    [script] = re.findall(r"```bash\n(.*?)```", DOCUMENT, re.DOTALL)
    return str(script)
