"""The ocr worker's settings, read from the environment when asked for."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from typing import ClassVar, Self

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
    def from_env(cls, env: Mapping[str, str] = os.environ) -> Self:
        """THREADS follows the function's own memory where it is not set, as its processors do."""
        settings = super().from_env(env)
        memory = env.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        if "threads" in settings.model_fields_set or not memory:
            return settings
        threads = min(math.ceil(int(memory) / MB_PER_VCPU), os.cpu_count() or 1)
        return settings.model_copy(update={"threads": threads})
