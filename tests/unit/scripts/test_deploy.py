"""scripts/deploy.py: the region and the stack, the parameters, and what follows a deploy."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from scripts import deploy

CONFIG = """
[prod.global.parameters]
stack_name = "heavylift-prod"
[prod.deploy.parameters]
parameter_overrides = ["Protect=true"]
[fixed.global.parameters]
region = "eu-central-1"
[fixed.deploy.parameters]
[dev.deploy.parameters]
"""


@pytest.fixture(autouse=True)
def _shell(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No region, whatever the machine has."""
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    (tmp_path / "samconfig.toml").write_text(CONFIG)


def test_the_region_is_the_options_or_the_files_or_the_shells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert deploy.find_place("prod", [], tmp_path) == ("heavylift-prod", None)
    assert deploy.find_place("fixed", [], tmp_path) == ("heavylift", "eu-central-1")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-west-2")
    assert deploy.find_place("prod", [], tmp_path)[1] == "us-west-2"
    monkeypatch.setenv("AWS_REGION", "ca-central-1")
    assert deploy.find_place("prod", [], tmp_path)[1] == "ca-central-1"
    assert deploy.find_place("fixed", [], tmp_path)[1] == "eu-central-1"
    given = ["--profile", "x", "--region", "us-east-2", "--stack-name", "mine", "--no-confirm-changeset"]
    assert deploy.find_place("fixed", given, tmp_path) == ("mine", "us-east-2")


def test_the_region_may_be_that_of_the_options_profile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "config").write_text("[profile work]\nregion = eu-north-1\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    assert deploy.find_place("prod", ["--profile", "work"], tmp_path)[1] == "eu-north-1"
    assert deploy.find_place("prod", [], tmp_path)[1] is None


def test_without_a_region_or_with_too_long_a_name_nothing_is_deployed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(subprocess, "run", lambda *_: pytest.fail("sam was called"))
    assert deploy.main(["--env", "prod"]) == 1
    assert "AWS_REGION" in capsys.readouterr().err
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    assert deploy.main(["--", "--stack-name", "s" * (deploy.MAX_STACK_NAME + 1)]) == 1
    assert "49 characters" in capsys.readouterr().err


@pytest.mark.parametrize(("env", "protected"), [("prod", True), ("dev", False)])
def test_a_deploy_that_went_well_settles_the_stack(
    env: str, protected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    commands: list[list[str]] = []
    settled: list[Any] = []
    codes = iter([0, 1])

    def run(command: list[str], **_: Any) -> Any:
        commands.append(command)
        return subprocess.CompletedProcess(command, next(codes))

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr(deploy, "connect", lambda region, profile: (region, profile))
    monkeypatch.setattr(deploy, "settle", lambda client, stack, **how: settled.append((client, stack, how)))
    assert deploy.main(["--env", env, "--", "--no-confirm-changeset", "--profile", "work"]) == 0
    assert deploy.main(["--env", env]) == 1
    assert settled == [(("eu-central-1", "work"), f"heavylift-{env}", {"protected": protected})]
    assert "--no-confirm-changeset" in commands[0]
    assert commands[0][commands[0].index("--region") + 1] == "eu-central-1"


@pytest.mark.parametrize("env", ["default", "dev", "prod"])
def test_every_environment_tags_its_resources(env: str) -> None:
    tags = dict(pair.split("=") for pair in deploy.read_settings(env, "deploy")["tags"])
    assert tags == {"service": "heavylift", "stage": env}
