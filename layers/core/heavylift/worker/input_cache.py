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
        self._files: OrderedDict[str, Path] = OrderedDict()
        self._tenant: str | None = None

    def admit(self, tenant: str) -> None:
        """Delete the files of other tenants. Call it before a tenant's task starts."""
        if tenant != self._tenant:
            while self._files:
                self._files.popitem()[1].unlink(missing_ok=True)
            self._tenant = tenant

    def fetch(self, objects: ObjectStore, key: str) -> Path:
        """Return the object as a local file, valid until `keep` others are fetched. Raises NotFound."""
        if key in self._files:
            self._files.move_to_end(key)
            return self._files[key]
        while len(self._files) >= self._keep:
            self._files.popitem(last=False)[1].unlink(missing_ok=True)
        path = self._get_folder() / key.replace("/", "_")
        objects.download(key, path)
        self._files[key] = path
        return path

    def _get_folder(self) -> Path:
        if self._root is None:
            self._root = Path(tempfile.mkdtemp(prefix="heavylift-inputs-"))
            atexit.register(shutil.rmtree, self._root, ignore_errors=True)
        return self._root
