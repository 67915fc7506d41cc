"""The ocr worker's settings."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from pydantic import Field

from sandbox.settings import SandboxSettings

MB_PER_VCPU = 1769
"""Memory for which Lambda gives one virtual processor."""


PACKS_FOLDERS = (
    "/usr/share/tesseract-ocr/5/tessdata",  # Debian, Ubuntu
    "/usr/share/tesseract-ocr/4.00/tessdata",
    "/usr/share/tessdata",  # Alpine, Arch
    "/usr/share/tesseract/tessdata",  # Fedora
    "/opt/homebrew/share/tessdata",
    "/usr/local/share/tessdata",
)


class OcrSettings(SandboxSettings):
    worker_memory_mb: ClassVar[int] = 1700
    """Memory of the networks on the largest page (measured by benchmarks/ocr.py)."""
    pages_per_part: int = Field(2, ge=1)
    """Pages in a part. A page takes seconds, so that small parts are worth a message each."""
    threads: int = Field(1, ge=1)
    """Threads of a network: one per processor, because pages are read one by one."""
    tessdata_prefix: Path | None = None
    """The folder of Tesseract's packs. The default is the first that exists of those of common systems."""

    @property
    def packs_folder(self) -> Path | None:
        """The folder of Tesseract's packs, or None if there is none."""
        folders = [self.tessdata_prefix] if self.tessdata_prefix else map(Path, PACKS_FOLDERS)
        return next((folder for folder in folders if folder.is_dir()), None)

    @classmethod
    def read_variables(cls, environ: Mapping[str, str]) -> dict[str, str]:
        """Return the settings' variables. THREADS defaults to the function's processors."""
        found = super().read_variables(environ)
        memory = environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        if memory and "threads" not in found:
            found["threads"] = str(min(math.ceil(int(memory) / MB_PER_VCPU), os.cpu_count() or 1))
        return found
