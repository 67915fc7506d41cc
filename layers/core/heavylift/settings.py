"""Settings come from the environment. They are read when asked for, never at import."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict


class EnvSettings(BaseModel):
    """The base of all settings: each field is an environment variable of its name in capitals."""

    model_config = ConfigDict(frozen=True)

    @classmethod
    def read(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """Return the settings. A variable that is missing or empty leaves the field's default."""
        return cls.model_validate(cls.variables(environ))

    @classmethod
    def variables(cls, environ: Mapping[str, str]) -> dict[str, str]:
        """Return the variables that are set, by field."""
        return {name: value for name in cls.model_fields if (value := environ.get(name.upper()))}


def _parse_json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _strip_slash(path: str) -> str:
    return path.rstrip("/")


BasePath = Annotated[str, AfterValidator(_strip_slash)]
"""What stands in front of /v1 where the API is not at the root of its host."""
QueueNames = Annotated[dict[str, str], BeforeValidator(_parse_json)]
QueueLimits = Annotated[dict[str, int], BeforeValidator(_parse_json)]


class Settings(EnvSettings):
    """Shared by every function (see template.yaml)."""

    table_name: str
    bucket_name: str
    queues: QueueNames
    """Worker name → the name of its queue in SQS."""
    retention_hours: float = 24
    """How long a finished job and its outputs can be fetched."""
    public_s3_endpoint: str | None = None
    """The address under which clients reach S3, where it is not AWS's own."""
    private_callbacks: bool = False
    """Whether a callback may go to a private address, and over plain http."""

    def objects_live_until(self, created_at: float) -> float:
        """When the bucket may remove a job's objects: the rule of template.yaml's BucketDays, less a day."""
        return created_at + 2 * (self.retention_hours + 1) * 3600
