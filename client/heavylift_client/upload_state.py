"""What is remembered of an upload in parts, so that a later call goes on with it: a small file for each."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path


def state_folder() -> Path:
    """Return the folder of these files: below `XDG_CACHE_HOME`, or else in `~/.cache`."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "heavylift" / "uploads"


@dataclass(frozen=True)
class UploadState:
    """The memory of one upload: of this file, as it is now, to this API, for this task."""

    path: Path

    @classmethod
    def of(cls, url: str, task: str, file: Path) -> UploadState:
        stat = file.stat()
        facts = [url, task, str(file.resolve()), stat.st_size, stat.st_mtime_ns]
        name = hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:32]
        return cls(state_folder() / name)

    def load(self) -> str | None:
        """Return the id of the upload that was begun; None if there is none."""
        try:
            return self.path.read_text(encoding="ascii").strip() or None
        except (OSError, ValueError):
            return None

    def save(self, upload_id: str) -> None:
        """Remember the id. Where nothing can be written, the upload can't go on later, but it goes on now."""
        with contextlib.suppress(OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.write_text(upload_id, encoding="ascii")

    def forget(self) -> None:
        with contextlib.suppress(OSError):
            self.path.unlink(missing_ok=True)
