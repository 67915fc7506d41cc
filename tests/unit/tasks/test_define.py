"""@task makes a function or a class a task, and fills in what it does not say."""

from __future__ import annotations

import pytest
from pydantic import Field

from heavylift import JobContext, Params, PartSpec, Plan, Result, SplitTask, task
from heavylift.tasks.task import FunctionTask
from heavylift.testing import run_task


class CutParams(Params):
    size: int = Field(3, ge=1, description="Characters of a piece.")


@task("cut-text", accepts=("text/plain",), params=CutParams)
def cut_text(job: JobContext[CutParams]) -> Result:
    """Cuts a text
    into pieces.

    This paragraph is for readers of the code.
    """
    return {"first": job.input.read_text()[: job.params.size]}


@task("cut-parts", title="Parts", description="In parts.", params=CutParams, input="optional", max_attempts=2)
class CutParts(SplitTask[CutParams]):
    def plan(self, job: JobContext[CutParams]) -> Plan:
        return Plan(parts=({"at": 0}, {"at": job.params.size}), total=2)

    def run(self, job: JobContext[CutParams], part: PartSpec) -> Result:
        return {"at": part["at"]}

    def join(self, _job: JobContext[CutParams], results: list[Result], /) -> Result:
        return {"at": [result["at"] for result in results]}


def test_a_function_becomes_a_task_of_its_own_worker() -> None:
    assert isinstance(cut_text, FunctionTask)
    spec = cut_text.spec
    assert (spec.name, spec.title, spec.params) == ("cut-text", "Cut text", CutParams)
    assert spec.queue == __name__.partition(".")[0]  # the folder that its file stands in


def test_the_description_is_the_first_paragraph_of_the_docstring() -> None:
    assert cut_text.spec.description == "Cuts a text into pieces."
    assert CutParts.spec.description == "In parts."


def test_what_is_accepted_is_required_and_recognised() -> None:
    assert cut_text.spec.input == "required"
    assert cut_text.spec.sniff(b"text") == "text/plain"
    assert cut_text.spec.sniff(b"\x89PNG\r\n\x1a\n") is None


def test_without_a_type_there_is_no_input() -> None:
    @task("nothing")
    def nothing(_job: JobContext[Params]) -> Result:
        """Does nothing."""
        return {}

    assert (nothing.spec.input, nothing.spec.accepts) == ("none", ())
    assert nothing.spec.sniff(b"text") is None


def test_a_class_stays_a_class_and_gets_its_spec() -> None:
    assert CutParts.spec.title == "Parts"
    assert (CutParts.spec.input, CutParts.spec.max_attempts) == ("optional", 2)
    assert run_task(CutParts(), size=5).result == {"at": [0, 5]}


def test_a_function_can_be_called_and_is_one_part() -> None:
    ran = run_task(cut_text, b"heavylift", size=5)
    assert ran.plan == Plan(parts=({},), total=1)
    assert ran.result == cut_text(ran) == {"first": "heavy"}


def test_a_type_that_is_not_recognised_needs_a_function() -> None:
    with pytest.raises(ValueError, match="give `sniff`: audio/flac"):
        task("listen", accepts=("audio/flac",))

    @task("listen", accepts=("audio/flac",), sniff=lambda head: "audio/flac" if head[:4] == b"fLaC" else None)
    def listen(_job: JobContext[Params]) -> Result:
        """Listens."""
        return {}

    assert listen.spec.sniff(b"fLaC") == "audio/flac"


def test_what_a_task_gives_can_not_be_changed_later() -> None:
    limits = {"max_bytes": 1}

    @task("limited", accepts=("text/plain",), limits=limits)
    def limited(_job: JobContext[Params]) -> Result:
        """Has a limit."""
        return {}

    limits["max_bytes"] = 2
    assert dict(limited.spec.limits) == {"max_bytes": 1}
