"""Kept models by the client and the command."""

from __future__ import annotations

import json

import pytest

from tests.support.in_process_api import InProcessApi, InProcessTransport
from tests.support.model_tasks import ModelWorld
from tests.unit.client.conftest import RunCli, make_cli


@pytest.fixture
def models() -> ModelWorld:
    return ModelWorld()


@pytest.fixture
def run_cli(
    models: ModelWorld, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> RunCli:
    """Return the command of the tenant `default`."""
    transport = InProcessTransport(InProcessApi(models.system, require_api_key=False).app)
    return make_cli(transport, monkeypatch, capsys)


def test_a_model_is_kept_listed_and_deleted(run_cli: RunCli, models: ModelWorld) -> None:
    job = models.train(tenant="default")
    assert run_cli("keep", job.id, "churn") == (0, "churn@1\n", "")
    models.train("churn", tenant="default")
    assert "churn" in run_cli("models")[1]
    assert [json.loads(line)["count"] for line in run_cli("--json", "models")[1].splitlines()] == [2]
    shown = run_cli("models", "churn")[1]
    assert shown.index("churn@2") < shown.index("churn@1")
    assert job.id in shown
    assert run_cli("delete-model", "churn@1") == (0, "", "")
    assert "churn@1" not in run_cli("models", "churn")[1]


def test_what_is_no_version_is_an_error_of_the_command_line(run_cli: RunCli) -> None:
    code, _, err = run_cli("delete-model", "churn")
    assert (code, "NAME@VERSION" in err) == (2, True)


def test_a_model_that_is_not_there_is_a_refusal(run_cli: RunCli) -> None:
    code, _, err = run_cli("models", "churn")
    assert code == 1
    assert "There is no model 'churn'" in err
