"""Messages that name no job. They are stored in the bucket, so that an operator can inspect them."""

from __future__ import annotations

from heavylift.ports.objects import ObjectStore

ORPHANS = "orphans/"


def quarantine(objects: ObjectStore, queue: str, message_id: str, body: str) -> str:
    """Store the message's body unchanged. Return its object key."""
    key = f"{ORPHANS}{queue}/{message_id}.json"
    objects.put(key, body.encode(), "application/json")
    return key
