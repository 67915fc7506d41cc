"""The secrets that sign a tenant's callbacks. The table lists them, newest first; each is an object.

The table's items go into its stream and backups, and more roles read them. So an item names the objects only.
An object never changes, so the list in the table alone decides which secrets are valid.
"""

from __future__ import annotations

import base64
import logging
import os
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from heavylift.errors import HeavyliftError, NotFound
from heavylift.jobs.object_keys import webhook_secret_key
from heavylift.ports.objects import ObjectStore
from heavylift.ports.table import Change, ConditionFailed, Is, Item, Key, Table

log = logging.getLogger(__name__)

SECRET_BYTES = 32
Entry = dict[str, Any]
"""One secret in the table: `{"object": key}`, or `{"secret": …}` of the release before. `until`: its end."""


def webhook_key(tenant: str) -> Key:
    return Key(f"TENANT#{tenant}", "WEBHOOK")


@dataclass(frozen=True)
class WebhookSecrets:
    table: Table
    objects: ObjectStore

    def get(self, tenant: str, now: float) -> list[str]:
        """Return the tenant's valid secrets, newest first. The first call creates the first secret."""
        found = [self._read(entry) for entry in _filter_valid(self._load(tenant), now)]
        if secrets := [secret for secret in found if secret is not None]:
            return secrets
        raise HeavyliftError(f"The objects of all webhook secrets of {tenant} are gone: make a new one.")

    def rotate(self, tenant: str, *, now: float, overlap_s: float) -> list[str]:
        """Add a new secret and return the valid secrets, newest first.

        The older ones stay valid for at most `overlap_s` seconds.
        """
        new = self._create_secret(tenant)
        while True:
            current = self._load(tenant)
            end = now + overlap_s
            older = [
                {**entry, "until": min(end, entry.get("until", end))} for entry in current if entry != new
            ]
            if self._replace(tenant, current, [new, *_filter_valid(older, now)]):
                return self.get(tenant, now)
            # Another rotation came first: its secret is the one before ours.

    def _load(self, tenant: str) -> list[Entry]:
        item = self.table.get(webhook_key(tenant)) or self._create_first(tenant)
        entries: list[Entry] = item["secrets"]
        if all("secret" not in entry for entry in entries):
            return entries
        # Of the release before. If another process has moved them first, they are read again.
        moved = [self._move(tenant, entry) for entry in entries]
        return moved if self._replace(tenant, entries, moved) else self._load(tenant)

    def _create_first(self, tenant: str) -> Item:
        item = {**webhook_key(tenant)._asdict(), "secrets": [self._create_secret(tenant)]}
        try:
            self.table.create(item)
        except ConditionFailed as taken:
            return taken.item or item  # the object of ours stays behind, and signs nothing
        return item

    def _create_secret(self, tenant: str) -> Entry:
        return self._put(tenant, "whsec_" + base64.b64encode(os.urandom(SECRET_BYTES)).decode())

    def _move(self, tenant: str, entry: Entry) -> Entry:
        kept = {name: value for name, value in entry.items() if name != "secret"}
        return {**self._put(tenant, entry["secret"]), **kept} if "secret" in entry else entry

    def _put(self, tenant: str, secret: str) -> Entry:
        key = webhook_secret_key(tenant, uuid4().hex)
        self.objects.put(key, secret.encode(), "text/plain")
        return {"object": key}

    def _replace(self, tenant: str, current: list[Entry], entries: list[Entry]) -> bool:
        """Store the list if it is still `current`, and delete the objects that it does not name any more."""
        change = Change(webhook_key(tenant), when=(Is("secrets", "=", current),), set={"secrets": entries})
        try:
            self.table.update(change)
        except ConditionFailed:
            return False
        for key in _objects_of(current) - _objects_of(entries):
            self.objects.delete(key)
        return True

    def _read(self, entry: Entry) -> str | None:
        """Return the secret; None if its object is gone: the table was restored to an earlier state."""
        try:
            return self.objects.read(entry["object"]).decode()
        except NotFound:
            log.warning("a webhook secret has no object", extra={"object": entry["object"]})
            return None


def _objects_of(entries: list[Entry]) -> set[str]:
    return {entry["object"] for entry in entries if "object" in entry}


def _filter_valid(entries: list[Entry], now: float) -> list[Entry]:
    return [entry for entry in entries if entry.get("until", now + 1) > now]
