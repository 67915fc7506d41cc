"""Callbacks are signed as Standard Webhooks (standardwebhooks.com) has it, with a secret per tenant.

The table holds a tenant's secrets, newest first: the last one that was rotated in, and those that are
still valid beside it for a while. Everything is signed with each of them, so that a receiver may change
over at any moment of that while.
"""

from __future__ import annotations

import base64
import os
from datetime import UTC, datetime
from typing import Any

from standardwebhooks import Webhook

from heavylift.ports.table import Change, ConditionFailed, Is, Item, Key, Table

SECRET_BYTES = 32


def webhook_key(tenant: str) -> Key:
    return Key(f"TENANT#{tenant}", "WEBHOOK")


def secrets_of(table: Table, tenant: str, now: float) -> list[str]:
    """The tenant's valid secrets, newest first; the first one is made when it is first asked for."""
    return [kept["secret"] for kept in _valid(_kept(table, tenant), now)]


def rotate(table: Table, tenant: str, *, now: float, overlap_s: float) -> list[str]:
    """A new secret; those before stay valid for `overlap_s` at most. Returns what is valid now."""
    while True:
        seen = _kept(table, tenant)
        end = now + overlap_s
        older = [{**kept, "until": min(end, kept.get("until", end))} for kept in seen]
        secrets = [_fresh(), *_valid(older, now)]
        try:
            table.update(
                Change(webhook_key(tenant), when=(Is("secrets", "=", seen),), set={"secrets": secrets})
            )
        except ConditionFailed:
            continue  # somebody else has just rotated it: theirs is the one before ours
        return [kept["secret"] for kept in secrets]


def signed(secrets: list[str], event: str, now: float, body: str) -> dict[str, str]:
    """The three headers that prove `body`; `event` is the same for every delivery of the same event."""
    moment = datetime.fromtimestamp(int(now), UTC)
    signatures = [Webhook(secret).sign(event, moment, body) for secret in secrets]
    return {
        "webhook-id": event,
        "webhook-timestamp": str(int(now)),
        "webhook-signature": " ".join(signatures),
    }


def _kept(table: Table, tenant: str) -> list[dict[str, Any]]:
    key = webhook_key(tenant)
    item: Item | None = table.get(key)
    if item is None:
        item = {**key._asdict(), "secrets": [_fresh()]}
        try:
            table.create(item)
        except ConditionFailed as taken:
            item = taken.item or item
    secrets: list[dict[str, Any]] = item["secrets"]
    return secrets


def _valid(secrets: list[dict[str, Any]], now: float) -> list[dict[str, Any]]:
    return [kept for kept in secrets if kept.get("until", now + 1) > now]


def _fresh() -> dict[str, Any]:
    return {"secret": "whsec_" + base64.b64encode(os.urandom(SECRET_BYTES)).decode()}
