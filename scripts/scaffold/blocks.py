"""What a new worker adds to files that are there: one block of template.yaml, one group of pyproject.toml."""

from __future__ import annotations

import re
from pathlib import Path

from scripts.scaffold.files import render

WORKER_BLOCK = re.compile(
    r"^  \w+:\n    Type: AWS::Serverless::Application\n    Properties:\n      Location: infra/worker",
    re.MULTILINE,
)
TABLE = "[dependency-groups]\n"
GROUP = re.compile(r"^([a-z][a-z0-9-]*) = \[(?:.*\]|\n(?:.*\n)*?\])\n", re.MULTILINE)


EVENT_SOURCES = re.compile(r"^( +- )!GetAtt \w+\.Outputs\.EventSources\n", re.MULTILINE)


def add_event_source(template: str, worker: str) -> str:
    """Return template.yaml's text with the worker among those whose queues the api can pause."""
    last = list(EVENT_SOURCES.finditer(template))[-1]
    line = f"{' ' * (len(last[1]) - 2)}- !GetAtt {worker.capitalize()}Worker.Outputs.EventSources\n"
    return template[: last.end()] + line + template[last.end() :]


def add_block(template: str, worker: str, *, image: bool) -> str:
    """Return template.yaml's text with a block for the worker, after the block of the last one."""
    last = list(WORKER_BLOCK.finditer(template))[-1]
    end = template.index("\n\n", last.start()) + 1
    block = render(
        "block-image.yaml.txt" if image else "block-zip.yaml.txt", worker=worker, name=worker.capitalize()
    )
    return f"{template[:end]}\n{block}{template[end:]}"


def add_group(project: str, root: Path, worker: str, *, image: bool) -> str:
    """Return pyproject.toml's text with a group for the worker, after the group of the last one."""
    start = project.index(TABLE) + len(TABLE)
    groups = [each for each in GROUP.finditer(project, start) if (root / "functions" / each[1]).is_dir()]
    end = groups[-1].end() if groups else start
    group = render("group-image.toml.txt" if image else "group-zip.toml.txt", worker=worker)
    return project[:end] + group + project[end:]
