"""The emulator's program: MiniStack, where requests wait for a process, and roles limit the keys of items.

MiniStack starts a process for each request that finds all others busy, or answers 429. Fifty clients at once
would have 50 processes of 75 MB. Its gateway is asynchronous and the api makes no request to itself, so a
request can wait here without holding up anything else.

It enforces the roles of the functions (AUTH=true), but does not know the condition `dynamodb:LeadingKeys`. It
takes every call for an event source mapping for ListEventSourceMappings, and a batch of messages for an
action of its own.
The policies of bucket and queues refuse plain http, which is all that an emulator on loopback has.

API_PROCESSES=6 python emulator_program.py      a script and no module: the folder it starts in has no sources
"""

from __future__ import annotations

import asyncio
import json
import os
import re
from collections.abc import Awaitable, Callable, Iterator
from types import ModuleType
from typing import Any

Invoke = Callable[..., Awaitable[Any]]
INVOKE = "_invoke_lambda_proxy"
"""MiniStack 1.5.33's function that answers a request to an HTTP API."""
CONTEXT = "dynamodb_service_context"
"""MiniStack 1.5.33's function that returns the condition keys of a call of DynamoDB."""
ORIGIN = "pin_request_origin"
"""MiniStack 1.5.33's function that keeps a caller's address, and whether it came by TLS."""
LAMBDA_ACTION = "_lambda_action"
"""MiniStack 1.5.33's function that returns the action of a request to Lambda."""
ONE_MAPPING = re.compile(r"/event-source-mappings/[^/]+/?$")
MAPPING_ACTIONS = {"GET": "GetEventSourceMapping", "PUT": "UpdateEventSourceMapping"}
TARGET_ACTION = "_action_from_target"
"""MiniStack 1.5.33's function that returns the action of a request with a target, as SQS has."""
BATCH_OF_MESSAGES = re.compile(r"^(SendMessage|DeleteMessage|ChangeMessageVisibility)Batch$")
RESOURCE = "extract_resource_arn"
"""MiniStack 1.5.33's function that returns the resource of a call. It takes all schedules for `default/…`."""
GROUP = re.compile(r"""[gG]roupName["']?:\s*\[?["']([\w.-]+)""")
LEADING_KEYS = "dynamodb:LeadingKeys"
PARTITION_KEY = "pk"
FIRST_EQUALITY = re.compile(r"=\s*(:\w+)")


def bound(invoke: Invoke, most: int) -> Invoke:
    """Return `invoke`, of which at most `most` calls run at once. Further calls wait, the first one first."""
    places = asyncio.Semaphore(most)

    async def wait_and_invoke(*arguments: Any, **options: Any) -> Any:
        async with places:
            return await invoke(*arguments, **options)

    return wait_and_invoke


def find_leading_keys(request: dict[str, Any]) -> list[str]:
    """Return the partition keys that a call of DynamoDB names."""
    if condition := FIRST_EQUALITY.search(request.get("KeyConditionExpression", "")):
        return [request["ExpressionAttributeValues"][condition[1]]["S"]]
    return [item[PARTITION_KEY]["S"] for item in _find_items(request) if PARTITION_KEY in item]


def _find_items(request: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield each item or key of a call that reads or writes items."""
    yield from (request[name] for name in ("Key", "Item") if name in request)
    for each in request.get("TransactItems", []):
        yield from (item for write in each.values() for item in _find_items(write))
    for table in request.get("RequestItems", {}).values():
        yield from table["Keys"] if isinstance(table, dict) else ()


def add_leading_keys(get_context: Callable[[bytes], dict[str, Any]]) -> Callable[[bytes], dict[str, Any]]:
    """Return `get_context` with the partition keys among the condition keys."""

    def get_context_with_keys(body: bytes) -> dict[str, Any]:
        keys = find_leading_keys(json.loads(body or b"{}"))
        return get_context(body) | ({LEADING_KEYS: keys} if keys else {})

    return get_context_with_keys


def count_as_tls(pin_origin: Callable[[str, bool], None]) -> Callable[[str, bool], None]:
    """Return `pin_origin` for requests that count as TLS."""
    return lambda address, _by_tls: pin_origin(address, True)  # noqa: FBT003 - MiniStack's own parameter


def name_mapping_actions(get_action: Callable[[str, str], str | None]) -> Callable[[str, str], str | None]:
    """Return `get_action` that knows the actions on one event source mapping."""

    def get_right_action(method: str, path: str) -> str | None:
        own = MAPPING_ACTIONS.get(method) if ONE_MAPPING.search(path) else None
        return own or get_action(method, path)

    return get_right_action


def name_batch_actions(get_action: Callable[[dict[str, str]], str | None]) -> Callable[..., str | None]:
    """Return `get_action` that takes many messages of SQS for one: AWS asks for the same permission."""

    def get_right_action(headers: dict[str, str]) -> str | None:
        action = get_action(headers)
        return BATCH_OF_MESSAGES.sub(r"\1", action) if action else action

    return get_right_action


def name_schedule_groups(get_resource: Callable[..., str]) -> Callable[..., str]:
    """Return `get_resource` that knows the group of a schedule."""

    def get_right_resource(service: str, method: str, path: str, *more: Any, **named: Any) -> str:
        found = get_resource(service, method, path, *more, **named)
        if service != "scheduler" or ":schedule/default/" not in found:
            return found
        group = GROUP.search(repr((more, named)))
        return found.replace("/default/", f"/{group[1]}/") if group else found

    return get_right_resource


def replace(module: ModuleType, name: str, change: Callable[[Any], Any]) -> None:
    """Replace a function of MiniStack. Raises AttributeError if this MiniStack does not have it."""
    setattr(module, name, change(getattr(module, name)))


if __name__ == "__main__":
    from ministack import app
    from ministack.core import iam_actions
    from ministack.services import apigateway

    replace(apigateway, INVOKE, lambda invoke: bound(invoke, int(os.environ["API_PROCESSES"])))
    replace(iam_actions, CONTEXT, add_leading_keys)
    replace(iam_actions, LAMBDA_ACTION, name_mapping_actions)
    replace(iam_actions, TARGET_ACTION, name_batch_actions)
    replace(iam_actions, RESOURCE, name_schedule_groups)
    replace(app, ORIGIN, count_as_tls)
    app.main()
