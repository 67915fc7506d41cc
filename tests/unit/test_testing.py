"""heavylift.testing: what the test of a task can rely on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import Field

from heavylift import InvalidInput, JobContext, Params, PartSpec, Plan, Result, SplitTask, TaskError, task
from heavylift.errors import InvalidRequest, TooLarge, UnsupportedMedia
from heavylift.testing import World, run_job, run_task


class Refused(InvalidInput):
    slug, title = "refused", "Refused"


class EchoParams(Params):
    times: int = Field(1, ge=1)
    fails: int = 0
    refuse: bool = False


@task("echo-text", accepts=("text/plain",), params=EchoParams, limits={"max_bytes": 20})
def echo(job: JobContext[EchoParams]) -> Result:
    """Repeats a text."""
    if job.params.refuse:
        raise Refused("no")
    if job.attempt <= job.params.fails:
        raise TaskError("again")
    file = job.directory / "echo.txt"
    file.write_text(job.input.read_text() * job.params.times)
    job.publish("texts/echo.txt", file, "text/plain")
    job.advance()
    return {"attempt": job.attempt}


@task("count-up", params=EchoParams)
class CountUp(SplitTask[EchoParams]):
    """Writes a file in each part and reads them in its join."""

    def plan(self, job: JobContext[EchoParams]) -> Plan:
        numbers = range(job.params.times)
        return Plan(parts=tuple({"number": number} for number in numbers), total=job.params.times)

    def run(self, job: JobContext[EchoParams], part: PartSpec) -> Result:
        name = f"{part['number']}.txt"
        (job.directory / name).write_text(name)
        job.publish(name, job.directory / name, "text/plain")
        job.advance()
        return {"name": name}

    def join(self, job: JobContext[EchoParams], results: list[Result], /) -> Result:
        return {"texts": [job.fetch(result["name"]).read_text() for result in results]}


def test_a_task_is_run_with_a_file_or_with_bytes(tmp_path: Path) -> None:
    (tmp_path / "in.txt").write_text("ho")
    for given in (b"ho", tmp_path / "in.txt"):
        ran = run_task(echo, given, times=2)
        assert ran.result == {"attempt": 1}
        assert ran.outputs == {"texts/echo.txt": b"hoho"}
        assert ran.media_types == {"texts/echo.txt": "text/plain"}
        assert ran.advanced == ran.plan.total


def test_the_folder_of_the_files_can_be_chosen(tmp_path: Path) -> None:
    run_task(echo, b"ho", folder=tmp_path)
    assert (tmp_path / "outputs" / "texts" / "echo.txt").read_text() == "ho"


def test_parts_are_run_in_order_and_joined() -> None:
    ran = run_task(CountUp(), times=3)
    assert [result["name"] for result in ran.results] == ["0.txt", "1.txt", "2.txt"]
    assert ran.result == {"texts": ["0.txt", "1.txt", "2.txt"]}


@pytest.mark.parametrize("run", [run_task, run_job])
def test_what_the_api_refuses_is_refused(run: Callable[..., object]) -> None:
    with pytest.raises(InvalidRequest):
        run(echo, b"ho", times=0)
    with pytest.raises(InvalidRequest):
        run(echo)
    with pytest.raises(UnsupportedMedia):
        run(echo, b"\0\1")
    with pytest.raises(TooLarge):
        run(echo, b"ho" * 11)


def test_an_error_of_the_task_reaches_its_test() -> None:
    with pytest.raises(Refused):
        run_task(echo, b"ho", refuse=True)


def test_a_job_is_retried_and_done() -> None:
    ran = run_job(echo, b"ho", fails=2)
    assert (ran.job.status, ran.job.result) == ("DONE", {"attempt": 3})
    assert ran.outputs == {"texts/echo.txt": b"ho"}


def test_a_job_that_fails_has_the_error_and_no_outputs() -> None:
    ran = run_job(echo, b"ho", refuse=True)
    assert ran.job.status == "FAILED"
    assert ran.job.error is not None
    assert ran.job.error["type"] == "/problems/refused"
    assert ran.outputs == {}


def test_a_job_is_split_into_its_parts() -> None:
    ran = run_job(CountUp(), times=3)
    assert ran.job.result == {"texts": ["0.txt", "1.txt", "2.txt"]}
    assert set(ran.outputs) == {"0.txt", "1.txt", "2.txt"}


def test_time_passes_in_a_world_only_while_a_test_lets_it() -> None:
    world = World(echo)
    before = world.clock.now()
    assert world.work_once("tests") is None
    assert world.clock.now() == before
