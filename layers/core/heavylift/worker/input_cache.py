"""A warm worker's local copies of inputs: a worker often runs several parts of one document in a row."""

from __future__ import annotations

import errno
import tempfile
from collections import OrderedDict
from pathlib import Path

from heavylift.ports.objects import ObjectStore
from heavylift.worker.work_folder import get_work_folder

MAX_INPUTS = 2
"""How many inputs to keep. /tmp is small, and the last input is the most likely next one."""


class InputCache:
    """A folder that only this process uses, so that no other process deletes a file while a task reads it."""

    def __init__(self, keep: int = MAX_INPUTS) -> None:
        self._keep = keep
        self._root: Path | None = None
        self._files: OrderedDict[tuple[str, str | None], Path] = OrderedDict()
        self._tenant: str | None = None
        self._in_use: set[tuple[str, str | None]] = set()
        """What the running task has asked for."""
        self._fetched = 0
        """How many files were fetched: two contents of one key have different names."""

    def admit(self, tenant: str) -> None:
        """Delete the files of other tenants. Call it before a tenant's task starts."""
        self._in_use.clear()
        if tenant != self._tenant:
            self.clear_unused()
            self._tenant = tenant

    def clear_unused(self) -> bool:
        """Delete the files that the running task has not asked for. Return whether there was one."""
        unused = [wanted for wanted in self._files if wanted not in self._in_use]
        for wanted in unused:
            self._files.pop(wanted).unlink(missing_ok=True)
        return bool(unused)

    def fetch(self, objects: ObjectStore, key: str, etag: str | None = None) -> Path:
        """Return the object as a local file, valid until `keep` others are fetched.

        Raises NotFound, ObjectChanged if the object has another `etag` now and is not cached, and OSError if
        the disk is too small for it.
        """
        wanted = (key, etag)
        self._in_use.add(wanted)
        if wanted in self._files:
            self._files.move_to_end(wanted)
            return self._files[wanted]
        path = self._make_place(key)
        try:
            objects.download(key, path, etag=etag)
        except OSError as error:
            if not (is_disk_full(error) and self.clear_unused()):
                raise
            objects.download(key, path, etag=etag)
        self._files[wanted] = path
        return path

    def adopt(self, key: str, path: Path) -> None:
        """Move a file here whose object is `key`, so that it is not fetched again."""
        kept = self._make_place(key)
        path.replace(kept)
        self._files[key, None] = kept
        self._in_use.add((key, None))

    def _make_place(self, key: str) -> Path:
        """Delete the files that have no room beside a new one, and return its path."""
        while len(self._files) >= self._keep:
            self._files.popitem(last=False)[1].unlink(missing_ok=True)
        path = self._get_folder() / f"{self._fetched}-{key.replace('/', '_')}"
        self._fetched += 1
        return path

    def _get_folder(self) -> Path:
        if self._root is None:
            self._root = Path(tempfile.mkdtemp(prefix="inputs-", dir=get_work_folder()))
        return self._root


def is_disk_full(error: BaseException | None) -> bool:
    return isinstance(error, OSError) and error.errno == errno.ENOSPC
