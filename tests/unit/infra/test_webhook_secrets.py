"""python -m infra.admin.webhook_secrets, on moto."""

from __future__ import annotations

import boto3
import pytest

from heavylift.adapters.aws.dynamodb import DynamoTable
from heavylift.adapters.aws.s3 import S3Objects
from heavylift.adapters.system_clock import SystemClock
from heavylift.webhooks.secrets import WebhookSecrets
from infra.admin import webhook_secrets
from tests.support.moto_stack import BUCKET


def test_a_secret_is_shown_and_rotated(table: DynamoTable, capsys: pytest.CaptureFixture[str]) -> None:
    def run(*arguments: str) -> str:
        assert webhook_secrets.main([*arguments]) == 0
        return capsys.readouterr().out.strip()

    kept = WebhookSecrets(table, S3Objects(boto3.client("s3", "us-east-1"), BUCKET))
    first = run("show", "acme")
    assert run("show", "acme") == first
    second = run("rotate", "acme")
    assert kept.get("acme", SystemClock().now()) == [second, first]
    assert run("show", "acme") == second
    assert run("show", "other") not in (first, second)
    third = run("rotate", "acme", "--overlap-hours", "0")
    assert kept.get("acme", SystemClock().now()) == [third]


@pytest.mark.parametrize("wrong", [["show", "No Name"], ["rotate", "a#b"], ["--stack", "other", "show", "a"]])
def test_an_error_is_one_line(
    table: DynamoTable, wrong: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert webhook_secrets.main(wrong) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("heavylift: ")
    assert captured.err.count("\n") == 1
