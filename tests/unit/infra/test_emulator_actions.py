"""The emulator names the actions of a request as AWS does."""

from __future__ import annotations

import pytest

from infra.local.emulator_program import name_batch_actions


@pytest.mark.parametrize(
    ("action", "asked_for"),
    [
        ("SendMessageBatch", "SendMessage"),
        ("DeleteMessageBatch", "DeleteMessage"),
        ("ChangeMessageVisibilityBatch", "ChangeMessageVisibility"),
        ("SendMessage", "SendMessage"),
        ("BatchGetItem", "BatchGetItem"),
        (None, None),
    ],
)
def test_many_messages_need_the_permission_for_one(action: str | None, asked_for: str | None) -> None:
    assert name_batch_actions(lambda _headers: action)({}) == asked_for
