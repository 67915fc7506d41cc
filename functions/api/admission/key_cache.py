"""API keys remembered for a moment, so that a warm process does not read one at every request."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict

from heavylift.api_keys import ApiKey, find_key
from heavylift.errors import Unauthorized
from heavylift.ports.system import System

REMEMBERED_S = 30.0
"""For so long a revoked key may still be taken."""
UNKNOWN_S = 5.0
"""A wrong key is looked up again sooner: it may have been made since."""
MOST = 1000


class ApiKeyCache:
    def __init__(self, system: System) -> None:
        self._system = system
        self._known: OrderedDict[bytes, tuple[float, ApiKey | None]] = OrderedDict()
        self._lock = threading.Lock()

    def authenticate(self, secret: str) -> ApiKey:
        """The record of a key that is good; Unauthorized for any other."""
        key = self._remembered(secret)
        if key is None:
            raise Unauthorized("The API key is not known.")
        if key.revoked_at is not None:
            raise Unauthorized("The API key was revoked.")
        return key

    def _remembered(self, secret: str) -> ApiKey | None:
        # By its hash, so that the process's memory holds no key, and no comparison takes a telling time.
        name, now = hashlib.sha256(secret.encode()).digest(), self._system.clock.now()
        with self._lock:
            until, key = self._known.get(name, (0.0, None))
        if now < until:
            return key
        key = find_key(self._system.table, secret)
        with self._lock:
            self._known[name] = (now + (REMEMBERED_S if key else UNKNOWN_S), key)
            self._known.move_to_end(name)
            while len(self._known) > MOST:
                self._known.popitem(last=False)
        return key
