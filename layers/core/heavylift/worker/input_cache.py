"""A warm worker's local copies of inputs: the parts of one document are often worked on in a row."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections import OrderedDict
from pathlib import Path

from heavylift.ports.objects import ObjectStore

KEEP = 2
"""How many inputs stay: /tmp is small, and the last document is the likely next one."""


class InputCache:
    """A folder of this process alone, so that no other one takes a file away while it is read."""

    def __init__(self, keep: int = KEEP) -> None:
        self._keep = keep
        self._root: Path | None = None
        self._files: OrderedDict[str, Path] = OrderedDict()

    def fetch(self, objects: ObjectStore, key: str) -> Path:
        """The object as a local file, valid until `keep` others have been fetched; NotFound."""
        if key in self._files:
            self._files.move_to_end(key)
            return self._files[key]
        while len(self._files) >= self._keep:
            self._files.popitem(last=False)[1].unlink(missing_ok=True)
        path = self._folder() / key.replace("/", "_")
        objects.download(key, path)
        self._files[key] = path
        return path

    def _folder(self) -> Path:
        if self._root is None:
            self._root = Path(tempfile.mkdtemp(prefix="heavylift-inputs-"))
            atexit.register(shutil.rmtree, self._root, ignore_errors=True)
        return self._root
