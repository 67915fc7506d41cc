"""Acts on many jobs by the client and the command, and their counts."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from heavylift_client import Heavylift
from heavylift_client.calls import bulk
from tests.support.in_process_api import ApiWorld
from tests.unit.client.conftest import TASK, FlakyTransport, RunCli


@pytest.fixture
def tagged(heavylift: Heavylift, world: ApiWorld, file: Path) -> list[str]:
    """Three jobs with the tag `a`, and one without, oldest first."""
    ids = []
    for tags in (["a"], ["a"], ["a"], []):
        ids.append(heavylift.submit(TASK, file, tags=tags)["id"])
        world.clock.sleep(1)
    return ids


def answer(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{text}\n"))


def test_the_client_goes_on_to_the_last_page_and_batch(
    heavylift: Heavylift, transport: FlakyTransport, monkeypatch: pytest.MonkeyPatch, tagged: list[str]
) -> None:
    monkeypatch.setattr(bulk, "MAX_IDS", 2)
    transport.seen.clear()
    done, refused = heavylift.cancel_many([*tagged, "nonsense"])
    assert (done, [each["id"] for each in refused]) == (tagged, ["nonsense"])
    assert len(transport.seen) == 3
    assert heavylift.retry_many(tag="a")[0] == tagged[2::-1]
    assert heavylift.cancel_many(tag="a", status=None)[0] == tagged[2::-1]
    assert heavylift.delete_many(status="CANCELED", task=TASK)[0] == tagged[::-1]
    assert heavylift.count_jobs() == {
        "counts": {"PROCESSING": 0, "DONE": 0, "FAILED": 0, "CANCELED": 0},
        "total": 0,
        "at_least": False,
        "next": None,
    }


def test_a_call_that_names_nothing_sends_nothing(heavylift: Heavylift, transport: FlakyTransport) -> None:
    with pytest.raises(ValueError, match="by a filter"):
        heavylift.delete_many()
    assert transport.seen == []


def test_a_submission_has_times_of_its_own(run_cli: RunCli, world: ApiWorld, file: Path) -> None:
    job = json.loads(
        run_cli("--json", "submit", TASK, file, "--deadline", 90, "--expire-in", 600)[1].splitlines()[0]
    )
    stored = next(iter(item for key, item in world.table.items.items() if key.sk == "JOB"))
    assert (stored["id"], stored["deadline_s"], stored["expire_in"]) == (job["id"], 90, 600)
    code, _, err = run_cli("submit", TASK, file, "--expire-in", 10**6)
    assert code == 1
    assert "60 to 86400 seconds" in err


def test_a_filter_asks_first_with_the_number(
    run_cli: RunCli, monkeypatch: pytest.MonkeyPatch, world: ApiWorld, tagged: list[str]
) -> None:
    answer(monkeypatch, "n")
    code, _, err = run_cli("cancel", "--tag", "a")
    assert code == 130
    assert "Cancel 3 jobs (tag a)?" in err
    assert run_cli("counts")[1].split() == [
        *("PROCESSING", "4", "DONE", "0", "FAILED", "0", "CANCELED", "0", "total", "4")
    ]
    answer(monkeypatch, "y")
    canceled = run_cli("cancel", "--tag", "a")[1].strip().splitlines()
    assert canceled == [f"{each} is canceled" for each in tagged[2::-1]]
    answer(monkeypatch, "y")
    code, out, err = run_cli("delete", "--status", "CANCELED", "--before", "2100-01-01")
    assert (code, out.count("is deleted")) == (0, 3)
    assert "Delete 3 jobs (status CANCELED, before 2100-01-01)? They and their outputs" in err
    assert "No job matches." in run_cli("retry", "--tag", "a", "--yes")[1]


def test_refusals_have_their_reasons_and_code_1(run_cli: RunCli, world: ApiWorld, tagged: list[str]) -> None:
    world.work()
    code, out, err = run_cli("delete", *tagged[:2], "nonsense")
    assert code == 1
    assert f"{tagged[0]} is deleted" in out
    assert "nonsense is not deleted: 'nonsense' is not a job id." in out
    assert "Error: 1 of 3 jobs were refused.\n" in err
    shown = json.loads(run_cli("--json", "retry", *tagged[2:])[1])
    assert [each["detail"] for each in shown["refused"]] == [
        "The job is DONE: only a FAILED or CANCELED job can be retried."
    ] * 2


@pytest.mark.parametrize(
    "arguments",
    [["delete"], ["delete", "an-id", "--tag", "a"], ["cancel", "--yes"], ["cancel", "--status", "DONE"]],
)
def test_wrong_arguments_send_nothing(
    run_cli: RunCli, transport: FlakyTransport, arguments: list[str]
) -> None:
    assert run_cli(*arguments)[0] == 2
    assert transport.seen == []
