"""Tables of the documents have what the code has: alarms, parameters, tasks, errors, the schedule."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import documents.warnings
import heavylift
import ocr.warnings
from heavylift.errors import DeadlineExceeded, HeavyliftError, TaskError, UpstreamFailed
from heavylift.tasks.registry import TASKS
from infra.local.template import load
from tests.support.project_docs import DOCS, ROOT
from tests.support.shipped import SHIPPED_TASKS, is_shipped

REFERENCE = DOCS / "reference"
PARAMETERS = load((ROOT / "template.yaml").read_text())["Parameters"]
MODULES_WITH_ERRORS = ("heavylift.errors", "documents.errors", "learn.errors", "message.task", "ocr.errors")
OF_WORKERS = ("Timeout", "Memory", "Concurrency", "QueueLimit")
UNITS = {"s": 1, "min": 60, "h": 3600}
DEADLINES = {3600: "1 h", 1800: "30 min"}


def rows(path: Path, heading: str | None = None) -> list[list[str]]:
    """The cells of a page's table rows, or of those below one heading; without the lines of dashes."""
    text = path.read_text()
    if heading is not None:
        text = text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in text.splitlines() if line.startswith("|") and not line.startswith("|---")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_every_alarm_is_explained_and_no_other() -> None:
    """A worker's alarms have one row for all workers, and a queue's one for all queues."""
    alarms = {
        name
        for path in (ROOT / "infra").glob("*.yaml")
        for name, each in load(path.read_text())["Resources"].items()
        if each["Type"].endswith("::Alarm")
    }
    explained = [name for row in rows(DOCS / "how-to" / "operate.md") for name in row[0].split(", ")]
    assert sorted(set(explained) - {"alarm"}) == sorted(alarms)


def test_every_parameter_is_listed_with_its_default() -> None:
    page = REFERENCE / "parameters.md"
    listed = {row[0].strip("`"): row[1].strip("`") for row in rows(page) if len(row) == 3}
    [workers, *values] = [row for row in rows(page) if len(row) == 6]
    for row in values:
        ending = row[0].strip("`…")
        listed |= {
            f"{name.strip('`')}{ending}": value for name, value in zip(workers[1:5], row[1:5], strict=True)
        }
    del listed["parameter"]
    assert listed == {name: str(each["Default"]) for name, each in PARAMETERS.items()}


def test_every_task_is_listed_with_its_worker_attempts_and_deadline() -> None:
    listed = {row[0]: (row[1], row[4], row[5]) for row in rows(REFERENCE / "tasks.md") if len(row) == 6}
    del listed["task"]
    assert listed == {
        f"`{name}`": (f"`{spec.queue}`", str(spec.max_attempts), DEADLINES[spec.deadline_s])
        for name, spec in TASKS.items()
        if name in SHIPPED_TASKS or f"`{name}`" in listed
    }


def test_every_name_that_a_task_may_import_is_listed() -> None:
    listed = {name for row in rows(REFERENCE / "python-api.md") for name in re.findall(r"`(\w+)`", row[0])}
    assert listed == set(heavylift.__all__)


def errors_of_jobs() -> Iterator[type[HeavyliftError]]:
    """Every error that a job may show: the shipped ones, not those that a test makes."""
    for name in MODULES_WITH_ERRORS:
        importlib.import_module(name)
    waiting: list[type[HeavyliftError]] = [TaskError, DeadlineExceeded, UpstreamFailed]
    while waiting:
        error = waiting.pop()
        waiting += error.__subclasses__()
        if not error.__module__.startswith("test") and is_shipped(error.__module__):
            yield error


def test_every_error_of_a_job_is_listed_and_whether_it_is_retryable() -> None:
    listed: dict[str, str] = {}
    for row in rows(REFERENCE / "job-errors.md"):
        if row[0].startswith("`/problems/"):
            listed[row[0].strip("`")] = row[1] if len(row) == 3 else "no"
    wanted = {f"/problems/{each.slug}": "yes" if each.retryable else "no" for each in errors_of_jobs()}
    assert listed == wanted


def test_every_warning_about_a_document_or_an_image_is_listed() -> None:
    listed = {row[1].strip("`") for row in rows(REFERENCE / "tasks.md", "Warnings") if row[1] != "`slug`"}
    assert listed >= {*documents.warnings.TEXTS, *ocr.warnings.TEXTS}


def test_the_schedule_of_callbacks_is_the_one_of_the_template() -> None:
    pauses = next(row for row in rows(REFERENCE / "callbacks.md", "Schedule") if row[0] == "pause")
    seconds = [
        int(number) * UNITS[unit] for number, _, unit in (cell.partition(" ") for cell in pauses[1:-1])
    ]
    assert seconds == [int(each) for each in PARAMETERS["CallbackPauses"]["Default"].split(",")]


@pytest.mark.parametrize(
    "word",
    [
        *(
            "job",
            "task",
            "worker",
            "part",
            "plan",
            "attempt",
            "lease",
            "fence",
            "claim",
            "dead letter",
            "tenant",
        ),
        *("output", "queue", "message", "janitor", "callback", "webhook", "manifest", "input", "upload"),
        "retention",
    ],
)
def test_the_glossary_defines_a_word_once(word: str) -> None:
    defined = [row[0] for row in rows(DOCS / "glossary.md")]
    assert sum(f"**{word}**" in each for each in defined) == 1


def test_the_picture_of_the_architecture_has_every_room_and_no_other() -> None:
    library = ROOT / "layers" / "core" / "heavylift"
    there = {f"{path.name}/" for path in library.iterdir() if (path / "__init__.py").exists()}
    there |= {path.name for path in library.glob("*.py") if path.name != "__init__.py"}
    picture = (DOCS / "explanation" / "rooms.svg").read_text()
    named = set(re.findall(r'class="n">(\w+/|\w+\.py)</text>', picture))
    assert named == there
    table = (DOCS / "explanation" / "architecture.md").read_text().partition("## One submission")[0]
    assert {name for name in there if f"`{name}`" not in table} == set()
