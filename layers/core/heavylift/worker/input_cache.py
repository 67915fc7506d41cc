"""A warm worker's local copies of inputs: a worker often runs several parts of one document in a row."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections import OrderedDict
from pathlib import Path

from heavylift.ports.objects import ObjectStore

MAX_INPUTS = 2
"""How many inputs to keep. /tmp is small, and the last input is the most likely next one."""


class InputCache:
    """A folder that only this process uses, so that no other process deletes a file while a task reads it."""

    def __init__(self, keep: int = MAX_INPUTS) -> None:
        self._keep = keep
        self._root: Path | None = None
        self._files: OrderedDict[tuple[str, str | None], Path] = OrderedDict()
        self._tenant: str | None = None
        self._fetched = 0
        """How many files were fetched: two contents of one key have different names."""

    def admit(self, tenant: str) -> None:
        """Delete the files of other tenants. Call it before a tenant's task starts."""
        if tenant != self._tenant:
            while self._files:
                self._files.popitem()[1].unlink(missing_ok=True)
            self._tenant = tenant

    def fetch(self, objects: ObjectStore, key: str, etag: str | None = None) -> Path:
        """Return the object as a local file, valid until `keep` others are fetched.

        Raises NotFound, or ObjectChanged if the object has another `etag` now and is not cached.
        """
        wanted = (key, etag)
        if wanted in self._files:
            self._files.move_to_end(wanted)
            return self._files[wanted]
        while len(self._files) >= self._keep:
            self._files.popitem(last=False)[1].unlink(missing_ok=True)
        path = self._get_folder() / f"{self._fetched}-{key.replace('/', '_')}"
        self._fetched += 1
        objects.download(key, path, etag=etag)
        self._files[wanted] = path
        return path

    def _get_folder(self) -> Path:
        if self._root is None:
            self._root = Path(tempfile.mkdtemp(prefix="heavylift-inputs-"))
            atexit.register(shutil.rmtree, self._root, ignore_errors=True)
        return self._root
