"""Kept models: outputs of jobs that a tenant keeps beyond retention, under a name, with versions. Pure.

The records of a tenant have one partition, and never expire: one for each name, one for each version, and
the count of the names. A deleted version keeps its record until DynamoDB removes it. Its number is not
given again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

from heavylift.ports.table import Change, Create, Is, Item, Key, Write

MODEL_NAME = r"[A-Za-z0-9][A-Za-z0-9_.-]{0,62}"
MODEL_REFERENCE = re.compile(rf"({MODEL_NAME})(?:@([1-9][0-9]{{0,8}}))?")
"""`churn`, for the newest version, or `churn@3`."""
MAX_NAMES = 100
"""How many names a tenant has at most."""
MAX_VERSIONS = 100
"""How many versions a name has at most."""


@dataclass(frozen=True, kw_only=True)
class KeptModel:
    """A version of a name."""

    name: str
    version: int
    job_id: str
    task: str
    output: str
    key: str
    bytes: int
    media_type: str
    result: dict[str, Any]
    """The result of the job that made it."""
    created_at: float

    @property
    def reference(self) -> str:
        return f"{self.name}@{self.version}"

    @classmethod
    def of(cls, item: Mapping[str, Any]) -> Self:
        """Return a stored version. Fields of a newer release are ignored."""
        return cls(**{each.name: item[each.name] for each in fields(cls)})


@dataclass(frozen=True)
class ModelName:
    """What is recorded of a name."""

    name: str
    latest: int = 0
    """The greatest number that a version had, deleted or not."""
    versions: int = 0
    """How many versions there are."""
    updated_at: float = 0

    @classmethod
    def of(cls, item: Mapping[str, Any]) -> Self:
        return cls(**{each.name: item[each.name] for each in fields(cls)})


def partition_of(tenant: str) -> str:
    return f"MODELS#{tenant}"


def name_key(tenant: str, name: str) -> Key:
    return Key(partition_of(tenant), f"{NAME_PREFIX}{name}")


def count_key(tenant: str) -> Key:
    return Key(partition_of(tenant), "COUNT")


def version_prefix(name: str) -> str:
    return f"VERSION#{name}#"


def version_key(tenant: str, name: str, version: int) -> Key:
    return Key(partition_of(tenant), f"{version_prefix(name)}{version:09d}")


NAME_PREFIX = "NAME#"


def add_version(tenant: str, known: ModelName, model: KeptModel) -> tuple[Write, ...]:
    """Return the writes that add a version to a name as it was read. All of them hold, or none."""
    first = known.latest == 0
    item: Item = {**version_key(tenant, model.name, model.version)._asdict(), **asdict(model)}
    change = Change(
        name_key(tenant, model.name),
        when=(Is("latest", "missing"),) if first else _as_read(known),
        set={"name": model.name, "latest": model.version, "updated_at": model.created_at},
        add={"versions": 1},
        upsert=True,
    )
    return (change, Create(item), *(_count_name(tenant, 1) if known.versions == 0 else ()))


def delete_version(tenant: str, known: ModelName, model: KeptModel, now: float) -> tuple[Write, ...]:
    """Return the writes that delete a version of a name as it was read."""
    marked = Change(
        version_key(tenant, model.name, model.version),
        when=(Is("deleted_at", "missing"),),
        set={"deleted_at": now, "expires_at": int(now)},
    )
    change = Change(
        name_key(tenant, model.name), when=_as_read(known), set={"updated_at": now}, add={"versions": -1}
    )
    return (marked, change, *(_count_name(tenant, -1) if known.versions == 1 else ()))


def _as_read(known: ModelName) -> tuple[Is, ...]:
    return (Is("latest", "=", known.latest), Is("versions", "=", known.versions))


def _count_name(tenant: str, by: int) -> tuple[Change, ...]:
    full = (Is("names", "<>", MAX_NAMES),) if by > 0 else ()
    return (Change(count_key(tenant), when=full, add={"names": by}, upsert=True),)
