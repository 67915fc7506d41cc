"""API keys: the tenant of a key and its scopes. The table stores only the hash, so a key is shown once.

A key's record is `pk=KEY#<sha256> sk=KEY`. `tenant_pk=KEYS` lists all keys by id in the tenant index.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from heavylift.errors import Conflict, NotFound
from heavylift.jobs.ids import new_id
from heavylift.ports.table import TENANT, Change, ConditionFailed, Create, Is, Item, Key, Table, read_pages

PREFIX = "hl_"
"""Lets secret scanners recognize a leaked key."""
KEY = re.compile(PREFIX + r"[A-Za-z0-9_-]{43}")
TENANT_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
"""A tenant's name is part of table keys and S3 keys, and is a message group in SQS."""
ALL_KEYS = "KEYS"


class Scope(StrEnum):
    JOBS = "jobs"
    """Submit, read, cancel and retry the tenant's jobs; use uploads and outputs."""
    OPERATE = "operate"
    """See the queues and the tenant's dead letters; redrive dead letters."""


@dataclass(frozen=True)
class ApiKey:
    id: str
    tenant: str
    scopes: frozenset[Scope]
    created_at: float
    revoked_at: float | None = None


def create_key(table: Table, tenant: str, scopes: Iterable[Scope], now: float) -> tuple[str, ApiKey]:
    """Return the new key, which can't be shown again, and its record.

    Raises ValueError if the tenant's name is invalid.
    """
    if not TENANT_NAME.fullmatch(tenant):
        raise ValueError(
            f"{tenant!r} is not a tenant name: use at most 63 lowercase letters, digits, - and _."
        )
    secret = PREFIX + secrets.token_urlsafe(32)
    key = ApiKey(new_id(now), tenant, frozenset(scopes), now)
    item = {
        **_record_key(secret)._asdict(),
        "id": key.id,
        "tenant": tenant,
        "scopes": sorted(key.scopes),
        "created_at": now,
        TENANT.partition: ALL_KEYS,
    }
    table.transact(Create(item))
    return secret, key


def is_key(text: str) -> bool:
    """Return whether the text has the form of a key. What has not needs no look into the table."""
    return KEY.fullmatch(text) is not None


def find_key(table: Table, secret: str) -> ApiKey | None:
    """Return the record of a key, revoked or not; None if the key is unknown.

    The lookup is by hash, so its duration reveals nothing about existing keys.
    """
    item = table.get(_record_key(secret))
    return _to_api_key(item) if item else None


def list_keys(table: Table) -> Iterator[ApiKey]:
    """Return every key, oldest first; eventually consistent."""
    return (_to_api_key(item) for item in _query_keys(table))


def revoke_key(table: Table, key_id: str, now: float) -> ApiKey:
    """Revoke a key and return its record.

    Raises NotFound if the id is unknown, Conflict if the key is already revoked.
    """
    found = next((item for item in _query_keys(table) if item["id"] == key_id), None)
    if found is None:
        raise NotFound(f"There is no key with the id {key_id}.")
    try:
        return _to_api_key(
            table.update(
                Change(
                    Key(found["pk"], found["sk"]),
                    when=(Is("revoked_at", "missing"),),
                    set={"revoked_at": now},
                )
            )
        )
    except ConditionFailed:
        raise Conflict(f"The key {key_id} is already revoked.") from None


def _query_keys(table: Table) -> Iterator[Item]:
    for page in read_pages(table, TENANT, ALL_KEYS):
        yield from page.items


def _record_key(secret: str) -> Key:
    return Key(f"KEY#{hashlib.sha256(secret.encode()).hexdigest()}", "KEY")


def _to_api_key(item: Item) -> ApiKey:
    return ApiKey(
        id=item["id"],
        tenant=item["tenant"],
        scopes=frozenset(Scope(name) for name in item["scopes"]),
        created_at=item["created_at"],
        revoked_at=item.get("revoked_at"),
    )
