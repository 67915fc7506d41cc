"""Webhook secrets on the in-memory adapters."""

from __future__ import annotations

from heavylift.adapters.memory.objects import MemoryObjects
from heavylift.adapters.memory.table import MemoryTable
from heavylift.webhooks.secrets import WebhookSecrets


def make_secrets() -> WebhookSecrets:
    return WebhookSecrets(MemoryTable(), MemoryObjects())


def read_objects(kept: WebhookSecrets) -> set[str]:
    """Return the content of every object."""
    assert isinstance(kept.objects, MemoryObjects)
    return {content.decode() for content, _ in kept.objects.objects.values()}
