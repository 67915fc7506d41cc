"""Signatures of callbacks, verified with the published library."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook, WebhookVerificationError

from heavylift.adapters.system_clock import SystemClock
from heavylift.webhooks.signing import sign
from tests.unit.webhooks.secrets_in_memory import make_secrets

json_text = st.dictionaries(st.text(), st.text() | st.integers() | st.none()).map(
    lambda value: json.dumps(value, ensure_ascii=False)
)


@given(json_text, st.uuids(), st.integers(1, 9), st.integers(1, 3))
def test_each_valid_secret_verifies_the_signature(body: str, job: object, fence: int, count: int) -> None:
    kept, now = make_secrets(), SystemClock().now()
    for _ in range(count - 1):
        kept.rotate("me", now=now, overlap_s=60)
    secrets = kept.get("me", now)
    assert len(secrets) == count
    headers = sign(secrets, f"{job}-{fence}", now, body)
    for secret in secrets:
        assert Webhook(secret).verify(body.encode(), headers) == json.loads(body)


def test_another_secret_body_id_or_time_does_not_verify() -> None:
    kept, now = make_secrets(), SystemClock().now()
    [secret], [other] = kept.get("me", now), kept.get("you", now)
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
