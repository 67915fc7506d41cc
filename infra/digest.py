"""A digest of what is deployed: it changes when a file or a parameter does."""

from __future__ import annotations

import hashlib
from pathlib import Path


def compute_digest(folder: Path, parameters: dict[str, str]) -> str:
    """Return a digest of every file below the folder, of their paths and of the parameters."""
    digest = hashlib.sha256(repr(sorted(parameters.items())).encode())
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(f"\0{path.relative_to(folder)}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
