"""The ocr worker's settings."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from typing import ClassVar

from pydantic import Field

from sandbox.settings import SandboxSettings

MB_PER_VCPU = 1769
"""Lambda gives one whole virtual processor for so much memory."""


class OcrSettings(SandboxSettings):
    worker_memory_mb: ClassVar[int] = 1700
    """The models, and what they need on the largest page (measured by benchmarks/ocr.py)."""
    pages_per_part: int = Field(2, ge=1)
    """Pages in a part of a job that is split. A page takes seconds, so that few are enough."""
    threads: int = Field(1, ge=1)
    """Of one network as it runs: as many as there are processors, since pages are read one by one."""

    @classmethod
    def variables(cls, environ: Mapping[str, str]) -> dict[str, str]:
        """THREADS follows the function's own memory where it is not set, as its processors do."""
        found = super().variables(environ)
        memory = environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        if memory and "threads" not in found:
            found["threads"] = str(min(math.ceil(int(memory) / MB_PER_VCPU), os.cpu_count() or 1))
        return found
