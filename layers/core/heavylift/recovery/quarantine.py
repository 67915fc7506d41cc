"""Messages that name no job: nobody can act on one, and it may still tell somebody something."""

from __future__ import annotations

from heavylift.ports.objects import ObjectStore

ORPHANS = "orphans/"


def quarantine(objects: ObjectStore, queue: str, message_id: str, body: str) -> str:
    """Keep the message's body as it came; the key under which it is found."""
    key = f"{ORPHANS}{queue}/{message_id}.json"
    objects.put(key, body.encode(), "application/json")
    return key
