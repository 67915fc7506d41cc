"""The settings that every function shares. They are read from the environment on request, never at import."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field


class EnvSettings(BaseModel):
    """The base of all settings: each field is an environment variable of its name in capitals."""

    model_config = ConfigDict(frozen=True)

    @classmethod
    def read(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """Return the settings. A missing or empty variable leaves the field's default."""
        return cls.model_validate(cls.read_variables(environ))

    @classmethod
    def read_variables(cls, environ: Mapping[str, str]) -> dict[str, str]:
        """Return the variables that are set, by field."""
        return {name: value for name in cls.model_fields if (value := environ.get(name.upper()))}


def _parse_json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _strip_slash(path: str) -> str:
    return path.rstrip("/")


BasePath = Annotated[str, AfterValidator(_strip_slash)]
"""The path in front of /v1 when the API is not at the root of its host."""


def _parse_pairs(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return dict(each.split("=", 1) for each in value.split(",") if each)


QueueLimits = Annotated[dict[str, int], BeforeValidator(_parse_json)]
EventSources = Annotated[dict[str, str], BeforeValidator(_parse_pairs)]


class Settings(EnvSettings):
    """Shared by every function (see template.yaml)."""

    table_name: str
    bucket_name: str
    queue_prefix: str
    """What the name of each SQS queue begins with. The rest is the worker's name."""
    callback_queue_prefix: str = ""
    """The same for the queue of callbacks. The janitor has it, beside the prefix of the workers' queues."""
    event_sources: EventSources = Field(default_factory=dict)
    """Queue → the id of its event source mapping. The api has it, to pause a queue."""
    schedule_group: str = ""
    """The group of the scheduler's entries."""
    schedule_target: str = ""
    """ARN of the function that they call."""
    schedule_role: str = ""
    """ARN of the role with which the scheduler calls it."""
    retention_hours: float = 24
    """How long a client can fetch a finished job and its outputs."""
    public_s3_endpoint: str | None = None
    """The address at which clients reach S3, if not AWS's own."""
    private_callbacks: bool = False
    """Allow callbacks, urls of inputs and deliveries to private addresses and over plain http."""

    def objects_live_until(self, created_at: float) -> float:
        """Return the earliest time at which the bucket may delete a job's objects.

        The lifecycle rule (BucketDays in template.yaml) keeps them a day longer.
        """
        return created_at + 2 * (self.retention_hours + 1) * 3600
