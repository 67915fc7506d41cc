"""The pages worker's settings, read from the environment when asked for."""

from __future__ import annotations

import os
from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field

WORKER_MEMORY_MB = 300
"""What the worker's own process keeps of the function's memory."""


class PagesSettings(BaseModel):
    model_config = ConfigDict(frozen=True)

    pages_per_part: int = Field(8, ge=1)
    """Pages in a part of a job that is split."""
    fanout_pages: int = Field(24, ge=0)
    """A job of up to so many pages is one part: starting more would take longer than drawing them."""
    child_memory_mb: int = Field(2048, ge=64)
    """Address space of the child, and of each process that it starts."""
    page_seconds: float = Field(60, gt=0)
    """Longest that one page, or opening the document, may take."""

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> PagesSettings:
        """PAGES_PER_PART, FANOUT_PAGES, CHILD_MEMORY_MB, PAGE_SECONDS; memory follows the function's own."""
        found = {name: env[name.upper()] for name in cls.model_fields if env.get(name.upper())}
        if "child_memory_mb" not in found and (memory := env.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")):
            found["child_memory_mb"] = str(max(512, int(memory) - WORKER_MEMORY_MB))
        return cls.model_validate(found)
