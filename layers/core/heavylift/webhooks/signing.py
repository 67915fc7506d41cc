"""Sign callbacks as Standard Webhooks (standardwebhooks.com) specifies, with secrets per tenant.

The table stores a tenant's secrets, newest first. After a rotation the older ones stay valid for a while.
Every callback is signed with all valid secrets, so that a receiver can switch at any time in between.
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


def get_secrets(table: Table, tenant: str, now: float) -> list[str]:
    """Return the tenant's valid secrets, newest first. The first call creates the first secret."""
    return [stored["secret"] for stored in _filter_valid(_load_secrets(table, tenant), now)]


def rotate(table: Table, tenant: str, *, now: float, overlap_s: float) -> list[str]:
    """Add a new secret and return the valid secrets, newest first.

    The older ones stay valid for at most `overlap_s` seconds.
    """
    while True:
        current = _load_secrets(table, tenant)
        end = now + overlap_s
        older = [{**stored, "until": min(end, stored.get("until", end))} for stored in current]
        secrets = [_new_secret(), *_filter_valid(older, now)]
        try:
            table.update(
                Change(webhook_key(tenant), when=(Is("secrets", "=", current),), set={"secrets": secrets})
            )
        except ConditionFailed:
            continue  # another rotation came first: its secret is the one before ours
        return [stored["secret"] for stored in secrets]


def sign(secrets: list[str], event: str, now: float, body: str) -> dict[str, str]:
    """Return the three headers that authenticate `body`. `event` is the event's id in every delivery."""
    moment = datetime.fromtimestamp(int(now), UTC)
    signatures = [Webhook(secret).sign(event, moment, body) for secret in secrets]
    return {
        "webhook-id": event,
        "webhook-timestamp": str(int(now)),
        "webhook-signature": " ".join(signatures),
    }


def _load_secrets(table: Table, tenant: str) -> list[dict[str, Any]]:
    key = webhook_key(tenant)
    item: Item | None = table.get(key)
    if item is None:
        item = {**key._asdict(), "secrets": [_new_secret()]}
        try:
            table.create(item)
        except ConditionFailed as taken:
            item = taken.item or item
    secrets: list[dict[str, Any]] = item["secrets"]
    return secrets


def _filter_valid(secrets: list[dict[str, Any]], now: float) -> list[dict[str, Any]]:
    return [stored for stored in secrets if stored.get("until", now + 1) > now]


def _new_secret() -> dict[str, Any]:
    return {"secret": "whsec_" + base64.b64encode(os.urandom(SECRET_BYTES)).decode()}
