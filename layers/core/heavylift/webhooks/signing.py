"""Sign callbacks as Standard Webhooks (standardwebhooks.com) specifies.

Every callback is signed with all valid secrets of the tenant. So a receiver can switch at any time after a
rotation, while the older ones stay valid.
"""

from __future__ import annotations

from datetime import UTC, datetime

from standardwebhooks import Webhook


def sign(secrets: list[str], event: str, now: float, body: str) -> dict[str, str]:
    """Return the three headers that authenticate `body`. `event` is the event's id in every delivery."""
    moment = datetime.fromtimestamp(int(now), UTC)
    signatures = [Webhook(secret).sign(event, moment, body) for secret in secrets]
    return {
        "webhook-id": event,
        "webhook-timestamp": str(int(now)),
        "webhook-signature": " ".join(signatures),
    }
