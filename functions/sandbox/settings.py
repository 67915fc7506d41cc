"""What a child may use, read from the environment when asked for."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field


class SandboxSettings(BaseModel):
    """The base of a worker's settings: each field is an environment variable in capitals."""

    model_config = ConfigDict(frozen=True)

    worker_memory_mb: ClassVar[int] = 300
    """What the worker's own process keeps of the function's memory."""
    child_memory_mb: int = Field(2048, ge=64)
    """Address space of the child, and of each process that it starts."""
    page_seconds: float = Field(60, gt=0)
    """Longest that the child may be silent: one page, or opening the document."""

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> Self:
        """CHILD_MEMORY_MB follows the function's own memory where it is not set."""
        found = {name: env[name.upper()] for name in cls.model_fields if env.get(name.upper())}
        if "child_memory_mb" not in found and (memory := env.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")):
            found["child_memory_mb"] = str(max(512, int(memory) - cls.worker_memory_mb))
        return cls.model_validate(found)
