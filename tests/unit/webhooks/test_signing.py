"""Webhook secrets and signatures, verified with the published library."""

from __future__ import annotations

import base64
import json
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError

from heavylift.adapters.memory.table import MemoryTable
from heavylift.adapters.system_clock import SystemClock
from heavylift.webhooks.signing import get_secrets, rotate, sign, webhook_key

NOW = 1_790_000_000.0
json_text = st.dictionaries(st.text(), st.text() | st.integers() | st.none()).map(
    lambda value: json.dumps(value, ensure_ascii=False)
)


@given(json_text, st.uuids(), st.integers(1, 9), st.integers(1, 3))
def test_each_valid_secret_verifies_the_signature(body: str, job: object, fence: int, count: int) -> None:
    table, now = MemoryTable(), SystemClock().now()
    for _ in range(count - 1):
        rotate(table, "me", now=now, overlap_s=60)
    secrets = get_secrets(table, "me", now)
    assert len(secrets) == count
    headers = sign(secrets, f"{job}-{fence}", now, body)
    for secret in secrets:
        assert Webhook(secret).verify(body.encode(), headers) == json.loads(body)


def test_another_secret_body_id_or_time_does_not_verify() -> None:
    table, now = MemoryTable(), SystemClock().now()
    [secret], [other] = get_secrets(table, "me", now), get_secrets(table, "you", now)
    headers = sign([secret], "job-1", now, "{}")
    old = sign([secret], "job-1", now - 3600, "{}")
    for wrong_secret, wrong_headers, body in (
        (other, headers, b"{}"),
        (secret, headers, b"{ }"),
        (secret, {**headers, "webhook-id": "job-2"}, b"{}"),
        (secret, {**headers, "webhook-timestamp": str(int(now) + 1)}, b"{}"),
        (secret, old, b"{}"),
    ):
        with pytest.raises(WebhookVerificationError):
            Webhook(wrong_secret).verify(body, wrong_headers)
    Webhook(secret).verify(b"{}", headers)


def test_a_secret_is_made_once_and_is_long_enough() -> None:
    table = MemoryTable()
    [secret] = get_secrets(table, "me", NOW)
    assert get_secrets(table, "me", NOW + 1e9) == [secret]
    assert secret.startswith("whsec_")
    assert len(base64.b64decode(secret.removeprefix("whsec_"))) == 32


def test_the_old_secret_stays_valid_for_a_while_and_then_goes() -> None:
    table = MemoryTable()
    [old] = get_secrets(table, "me", NOW)
    new, still = rotate(table, "me", now=NOW, overlap_s=3600)
    assert still == old != new
    assert get_secrets(table, "me", NOW + 3599) == [new, old]
    assert get_secrets(table, "me", NOW + 3600) == [new]
    newest, _ = rotate(table, "me", now=NOW + 4000, overlap_s=3600)
    item = table.get(webhook_key("me"))
    assert item is not None
    assert [kept["secret"] for kept in item["secrets"]] == [newest, new]


def test_without_an_overlap_the_old_secret_is_gone_at_once() -> None:
    table = MemoryTable()
    [old] = get_secrets(table, "me", NOW)
    [new] = rotate(table, "me", now=NOW, overlap_s=0)
    assert new != old
    assert get_secrets(table, "me", NOW) == [new]


def test_the_item_never_expires_by_itself() -> None:
    table = MemoryTable()
    rotate(table, "me", now=NOW, overlap_s=60)
    assert "expires_at" not in (table.get(webhook_key("me")) or {})  # the table's TTL attribute


def test_rotating_at_once_loses_no_secret() -> None:
    table, made = MemoryTable(), []
    threads = [
        threading.Thread(target=lambda: made.append(rotate(table, "me", now=NOW, overlap_s=60)[0]))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(made) < set(get_secrets(table, "me", NOW))
    assert len(get_secrets(table, "me", NOW)) == 9
