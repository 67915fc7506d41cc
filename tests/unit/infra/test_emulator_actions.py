"""The emulator names the actions of a request as AWS does."""

from __future__ import annotations

import pytest

from infra.local.emulator_program import name_batch_actions, name_mapping_actions, name_schedule_groups


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


@pytest.mark.parametrize(
    ("method", "path", "action"),
    [
        ("GET", "/2015-03-31/event-source-mappings/an-id", "GetEventSourceMapping"),
        ("PUT", "/2015-03-31/event-source-mappings/an-id/", "UpdateEventSourceMapping"),
        ("GET", "/2015-03-31/event-source-mappings/", "other"),
        ("POST", "/2015-03-31/event-source-mappings/an-id", "other"),
        ("GET", "/2015-03-31/functions/a-name", "other"),
    ],
)
def test_a_call_for_one_mapping_has_its_own_action(method: str, path: str, action: str) -> None:
    assert name_mapping_actions(lambda _method, _path: "other")(method, path) == action


@pytest.mark.parametrize(
    ("service", "body", "query", "group"),
    [
        ("scheduler", b'{"GroupName": "nights"}', {}, "nights"),
        ("scheduler", b"", {"groupName": ["nights"]}, "nights"),
        ("scheduler", b"{}", {}, "default"),
        ("events", b'{"GroupName": "nights"}', {}, "default"),
    ],
)
def test_a_schedule_is_in_the_group_of_its_call(
    service: str, body: bytes, query: dict[str, list[str]], group: str
) -> None:
    get_resource = name_schedule_groups(lambda *_: "arn:aws:scheduler:r:1:schedule/default/a")
    found = get_resource(service, "POST", "/schedules/a", {}, body, query, "r", "1")
    assert found == f"arn:aws:scheduler:r:1:schedule/{group}/a"
