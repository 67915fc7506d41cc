"""python -m infra.admin.api_keys, on moto."""

from __future__ import annotations

import pytest

from heavylift.adapters.aws.dynamodb import DynamoTable
from heavylift.api_keys import Scope, find_key
from infra.admin import api_keys


def test_a_key_is_made_listed_and_revoked(table: DynamoTable, capsys: pytest.CaptureFixture[str]) -> None:
    assert api_keys.main(["create", "acme", "--scopes", "jobs"]) == 0
    secret = capsys.readouterr().out.strip()
    key = find_key(table, secret)
    assert key is not None
    assert (key.tenant, key.scopes, key.revoked_at) == ("acme", frozenset({Scope.JOBS}), None)

    assert api_keys.main(["list"]) == 0
    listed = capsys.readouterr().out
    assert key.id in listed
    assert "good" in listed
    assert secret not in listed

    assert api_keys.main(["revoke", key.id]) == 0
    revoked = find_key(table, secret)
    assert revoked is not None
    assert revoked.revoked_at
    assert api_keys.main(["revoke", key.id]) == 1
    assert "already revoked" in capsys.readouterr().err


@pytest.mark.parametrize(
    "wrong",
    [["create", "No Name"], ["create", ""], ["create", "a#b"], ["revoke", "x"], ["--stack", "other", "list"]],
)
def test_an_error_is_one_line(
    table: DynamoTable, wrong: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert api_keys.main(wrong) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("heavylift: ")
    assert captured.err.count("\n") == 1
