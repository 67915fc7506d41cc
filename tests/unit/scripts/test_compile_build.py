"""Which folders of a build get bytecode, and from which image."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from scripts import compile_build

ZIP = {"Type": "AWS::Serverless::Function", "Properties": {"CodeUri": "JanitorFunction"}}
LAYER = {"Type": "AWS::Serverless::LayerVersion", "Properties": {"ContentUri": "CoreLayer"}}
IMAGE = {"Type": "AWS::Serverless::Function", "Properties": {"ImageUri": "function:pages"}}
TABLE = {"Type": "AWS::DynamoDB::Table"}


def build(folder: Path, **resources: object) -> Path:
    file = folder / "template.yaml"
    file.write_text(yaml.safe_dump({"Resources": resources}))
    return file


def test_zips_and_layers_are_compiled_in_a_workers_image(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[object] = []
    monkeypatch.setattr(compile_build, "add_bytecode", lambda *arguments: calls.append(arguments))
    assert compile_build.main(build(tmp_path, A=ZIP, B=LAYER, C=IMAGE, D=TABLE)) == 0
    assert calls == [(tmp_path, {"JanitorFunction": "/var/task", "CoreLayer": "/opt"}, "function:pages")]


def test_without_an_image_it_says_that_there_is_no_bytecode(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert compile_build.main(build(tmp_path, A=ZIP)) == 0
    assert "no bytecode" in capsys.readouterr().out
