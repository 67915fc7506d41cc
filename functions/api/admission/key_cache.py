"""A cache of API keys, so that a warm process does not read the table in every request."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from typing import TypeVar

from heavylift.api_keys import ApiKey, find_key, is_key
from heavylift.errors import Unauthorized
from heavylift.ports.system import System

T = TypeVar("T")

CACHE_TTL_S = 30.0
"""How long a known key is cached. A revoked key may work for this long."""
UNKNOWN_TTL_S = 5.0
"""How long an unknown key is cached. Shorter, because the key may be created in the meantime."""
MAX_KEYS = 1000
"""How many known keys are cached, and how many unknown ones beside them."""


class ApiKeyCache:
    def __init__(self, system: System) -> None:
        self._system = system
        # Apart from each other: made-up keys, however many, must not push out those of clients.
        self._known: OrderedDict[bytes, tuple[float, ApiKey]] = OrderedDict()
        self._unknown: OrderedDict[bytes, float] = OrderedDict()
        self._lock = threading.Lock()

    def authenticate(self, secret: str) -> ApiKey:
        """Return the record of a valid key. Raises Unauthorized for an unknown or a revoked key."""
        key = self._find(secret) if is_key(secret) else None
        if key is None:
            raise Unauthorized("The API key is not known.")
        if key.revoked_at is not None:
            raise Unauthorized("The API key was revoked.")
        return key

    def _find(self, secret: str) -> ApiKey | None:
        # Keyed by the hash: memory holds no key, and the time of a lookup reveals nothing about one.
        digest, now = hashlib.sha256(secret.encode()).digest(), self._system.clock.now()
        with self._lock:
            until, key = self._known.get(digest, (0.0, None))
            if now < until or now < self._unknown.get(digest, 0.0):
                return key
        key = find_key(self._system.table, secret)
        with self._lock:
            if key is None:
                _store(self._unknown, digest, now + UNKNOWN_TTL_S)
                self._known.pop(digest, None)
            else:
                _store(self._known, digest, (now + CACHE_TTL_S, key))
        return key


def _store(cache: OrderedDict[bytes, T], digest: bytes, value: T) -> None:
    cache[digest] = value
    cache.move_to_end(digest)
    while len(cache) > MAX_KEYS:
        cache.popitem(last=False)
