"""The command `heavylift`: its output and its exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from heavylift_client import ClientError, progress, render
from heavylift_client.__main__ import main
from heavylift_client.commands import session
from tests.support.in_process_api import ApiWorld
from tests.unit.client.conftest import (
    TASK,
    FlakyTransport,
    RunCli,
    let_worker_run,
    pass_on,
)


def test_submit_prints_the_id_alone(run_cli: RunCli, world: ApiWorld, file: Path) -> None:
    code, out, _ = run_cli("submit", TASK, file, "-p", "parts=2")
    assert code == 0
    assert run_cli("--json", "job", out.strip())[1].count("\n") == 1
    assert json.loads(run_cli("--json", "job", out.strip())[1])["params"] == {"parts": 2}


def test_a_job_is_followed_to_its_end(
    run_cli: RunCli, transport: FlakyTransport, world: ApiWorld, file: Path
) -> None:
    job_id = run_cli("submit", TASK, file)[1].strip()
    transport.faults = [pass_on, let_worker_run(world)]
    code, out, _ = run_cli("wait", job_id)
    assert code == 0
    assert "DONE" in out


def test_a_job_that_failed_is_code_3_and_a_running_one_4(run_cli: RunCli, file: Path) -> None:
    job_id = run_cli("submit", TASK, file)[1].strip()
    assert run_cli("wait", job_id, "--timeout", 0)[0] == 4
    assert run_cli("cancel", job_id)[0] == 0
    code, _, err = run_cli("wait", job_id)
    assert code == 3
    assert f"Error: The job {job_id} is CANCELED\n" in err


def test_a_refusal_is_one_line_and_code_1(run_cli: RunCli, file: Path) -> None:
    code, out, err = run_cli("submit", TASK, file, "-p", "parts=none")
    assert (code, out) == (1, "")
    assert err.startswith("Error: ")
    assert "/params/parts" in err
    assert err.count("\n") == 1


def test_a_file_that_is_refused_leaves_no_bar_behind(capsys: pytest.CaptureFixture[str]) -> None:
    def refuse() -> None:
        raise ClientError("refused")

    with pytest.raises(ClientError), progress.show_progress():
        refuse()
    assert capsys.readouterr().err.strip() == ""


@pytest.mark.parametrize(
    "arguments",
    [
        ["submit", TASK, "/no/such/file"],
        ["submit", TASK, "-p", "dpi"],
        ["submit", TASK, "--params", "[1]"],
        ["submit", TASK, "--params", "{"],
        ["submit", TASK, __file__, "--url", "https://example.org/"],
        ["submit", TASK, "--url", "https://example.org/", "--url-header", "no colon"],
        ["redrive"],
        ["redrive", "an-id", "--queue", "pages"],
        ["fly"],
    ],
)
def test_wrong_arguments_are_code_2_and_send_nothing(
    run_cli: RunCli, transport: FlakyTransport, arguments: list[str]
) -> None:
    code, _, err = run_cli(*arguments)
    assert code == 2
    assert "Usage" in err
    assert transport.seen == []


def test_a_value_is_json_where_it_can_be(run_cli: RunCli) -> None:
    found = session.parse_params(
        ["dpi=150", "pages=1-3", "crops=false", 'rows=[{"a": 1}]'], '{"dpi": 1, "x": 2}'
    )
    assert found == {"dpi": 150, "x": 2, "pages": "1-3", "crops": False, "rows": [{"a": 1}]}


def test_lists_show_jobs_tasks_queues_and_outputs(run_cli: RunCli, world: ApiWorld, file: Path) -> None:
    job_id = run_cli("submit", TASK, file, "-p", "parts=2")[1].strip()
    world.work()
    assert job_id in run_cli("jobs", "--status", "DONE")[1]
    assert run_cli("jobs", "--status", "FAILED")[1].count("\n") == 1  # the heading
    assert TASK in run_cli("tasks")[1]
    assert "tests" in run_cli("queues")[1]
    assert job_id not in run_cli("dead-letters")[1]
    listed = run_cli("outputs", job_id)[1]
    assert "copy-1.txt" in listed
    assert listed.count("\n") == 3


def test_a_queue_is_paused_and_resumed(run_cli: RunCli, world: ApiWorld, file: Path) -> None:
    code, out, _ = run_cli("pause", "tests")
    assert (code, out.splitlines()[1].split()[0]) == (0, "tests")
    queues = [json.loads(line) for line in run_cli("--json", "queues")[1].splitlines()]
    assert [queue["name"] for queue in queues if queue["paused"]] == ["tests"]
    run_cli("submit", TASK, file)
    assert world.work_once() is None
    assert not json.loads(run_cli("--json", "resume", "tests")[1])["paused"]
    assert world.work_once() is not None
    code, _, err = run_cli("pause", "nothing")
    assert (code, "There is no queue" in err) == (1, True)


def test_texts_of_the_api_are_printed_without_markup(
    run_cli: RunCli, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Rich reads [text] as markup unless that is off."""
    job = json.loads(run_cli("--json", "submit", TASK, file)[1])
    render.print_jobs([job | {"task": "[red]no-task[/]"}])
    assert "[red]no-task[/]" in capsys.readouterr().out


def test_help_needs_no_address(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["run", "--help"]) == 0
    assert "--out" in capsys.readouterr().out


def test_without_an_address_the_embedded_stack_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("HEAVYLIFT_URL", raising=False)
    assert main(["tasks"]) == 2
    assert "HEAVYLIFT_URL" in capsys.readouterr().err
    (tmp_path / ".heavylift").mkdir()
    (tmp_path / ".heavylift" / "local.json").write_text('{"api_url": "http://127.0.0.1:9/here"}')
    assert session.Session(None, None, as_json=False).api._http.base_url.path == "/here/"


def test_jobs_are_named_and_found(run_cli: RunCli, file: Path) -> None:
    labels = ("--name", "Report", "--reference", "order-7", "--tag", "a", "--tag", "b")
    job = run_cli("submit", TASK, file, *labels)[1].strip()
    run_cli("submit", TASK, file)
    shown = json.loads(run_cli("--json", "job", job)[1])
    assert (shown["name"], shown["reference"], shown["tags"]) == ("Report", "order-7", ["a", "b"])
    assert shown["input"]["name"] == file.name
    for search in (
        ("--tag", "b"),
        ("--reference", "order-7"),
        ("--name", "port"),
        ("--tag", "a", "--order", "oldest"),
    ):
        [found] = run_cli("--json", "jobs", *search)[1].splitlines()
        assert json.loads(found)["id"] == job
    assert run_cli("--json", "jobs", "--since", shown["created_at"])[1].count("\n") == 2
    assert run_cli("--json", "jobs", "--before", "2000-01-01")[1] == ""
    assert "order-7" in run_cli("job", job)[1]
    assert "Report" in run_cli("jobs")[1]


def test_finished_jobs_are_deleted(run_cli: RunCli, file: Path) -> None:
    job = run_cli("submit", TASK, file)[1].strip()
    code, _, err = run_cli("delete", job)
    assert code == 1
    assert "Cancel it first" in err
    run_cli("cancel", job)
    for _ in range(2):
        assert run_cli("delete", job)[:2] == (0, f"{job} is deleted\n")
    assert run_cli("job", job)[0] == 1


def test_outputs_are_delivered_to_a_url(run_cli: RunCli, file: Path) -> None:
    url = "https://example.org/results/{name}?sig=s3cret"
    shown = json.loads(run_cli("--json", "submit", TASK, file, "--deliver-put", url)[1])
    assert shown["delivery"]["url"] == "https://example.org/results/{name}"
    printed = run_cli("job", shown["id"])[1]
    assert "pending, 0 of ?" in printed
    assert "s3cret" not in printed


def test_an_input_is_named_by_its_url(run_cli: RunCli, transport: FlakyTransport) -> None:
    url, header = "https://example.org/a.txt?sig=s3cret", "Authorization: Bearer word"
    job = run_cli("submit", TASK, "--url", url, "--url-header", header)[1].strip()
    sent = json.loads(transport.seen[-1].content)
    assert sent["input"] == {"url": url, "headers": {"Authorization": "Bearer word"}}
    shown = run_cli("job", job)[1]
    assert "a.txt (not fetched yet)" in shown
    assert "s3cret" not in shown
