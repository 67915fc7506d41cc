"""API keys: whose a key is and what it allows. Only a key's hash is kept, so it is shown once.

`pk=KEY#<sha256> sk=KEY` is the record; `tenant_pk=KEYS` puts all of them, by their ids, into one list.
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
from heavylift.ports.table import TENANT, Change, ConditionFailed, Create, Is, Item, Key, Table

PREFIX = "hl_"
"""Makes a key that was published by mistake easy to search for."""
TENANT_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
"""A tenant's name is a piece of keys in the table and in S3, and a message group in SQS."""
ALL_KEYS = "KEYS"


class Scope(StrEnum):
    JOBS = "jobs"
    """Submit, read, cancel and retry the tenant's own jobs; uploads and outputs."""
    OPERATE = "operate"
    """See the queues, the tenant's dead letters, and run those again."""


@dataclass(frozen=True)
class ApiKey:
    id: str
    tenant: str
    scopes: frozenset[Scope]
    created_at: float
    revoked_at: float | None = None


def create_key(table: Table, tenant: str, scopes: Iterable[Scope], now: float) -> tuple[str, ApiKey]:
    """The key itself, which nobody can show again, and its record. ValueError for a bad tenant name."""
    if not TENANT_NAME.fullmatch(tenant):
        raise ValueError(f"{tenant!r} is no tenant's name: small letters, digits, - and _, at most 63.")
    secret = PREFIX + secrets.token_urlsafe(32)
    key = ApiKey(new_id(now), tenant, frozenset(scopes), now)
    item = {
        **_record(secret)._asdict(),
        "id": key.id,
        "tenant": tenant,
        "scopes": sorted(key.scopes),
        "created_at": now,
        TENANT.partition: ALL_KEYS,
    }
    table.transact(Create(item))
    return secret, key


def find_key(table: Table, secret: str) -> ApiKey | None:
    """The record of a key that was given, revoked or not.

    It is looked up by its hash, so how long that takes says nothing about the keys there are.
    """
    item = table.get(_record(secret))
    return _key_of(item) if item else None


def list_keys(table: Table) -> Iterator[ApiKey]:
    """Every key there is, oldest first; eventually consistent."""
    return (_key_of(item) for item in _items(table))


def revoke_key(table: Table, key_id: str, now: float) -> ApiKey:
    """The key, revoked; NotFound, or Conflict if it was revoked before."""
    found = next((item for item in _items(table) if item["id"] == key_id), None)
    if found is None:
        raise NotFound(f"There is no key with the id {key_id}.")
    try:
        return _key_of(
            table.update(
                Change(
                    Key(found["pk"], found["sk"]),
                    when=(Is("revoked_at", "missing"),),
                    set={"revoked_at": now},
                )
            )
        )
    except ConditionFailed:
        raise Conflict(f"The key {key_id} is revoked already.") from None


def _items(table: Table) -> Iterator[Item]:
    cursor: Item | None = None
    while True:
        page = table.query(TENANT, ALL_KEYS, cursor=cursor)
        yield from page.items
        cursor = page.cursor
        if cursor is None:
            return


def _record(secret: str) -> Key:
    return Key(f"KEY#{hashlib.sha256(secret.encode()).hexdigest()}", "KEY")


def _key_of(item: Item) -> ApiKey:
    return ApiKey(
        id=item["id"],
        tenant=item["tenant"],
        scopes=frozenset(Scope(name) for name in item["scopes"]),
        created_at=item["created_at"],
        revoked_at=item.get("revoked_at"),
    )
