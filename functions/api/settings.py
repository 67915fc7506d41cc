"""The API's own settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from heavylift.settings import BasePath, EnvSettings, QueueLimits

MEGABYTE = 1024 * 1024


def _split_words(value: Any) -> Any:
    return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value


class ApiSettings(EnvSettings):
    base_path: BasePath = ""
    require_api_key: bool = True
    """If false, a caller without a key is the tenant `default` and has every scope."""
    requests_per_minute: int = 60
    """How many work requests each tenant may send in a minute; 0 is no limit."""
    calls_per_minute: int = 3000
    """How many requests of any kind each tenant may send in a minute, about; 0 is no limit."""
    waits_per_tenant: int = 50
    """How many requests of a tenant may wait for a job (`Prefer: wait`) at the same time; 0 is no limit."""
    queue_limit: int = 0
    """How many jobs may wait for a worker that `queue_limits` does not name; 0 is no limit."""
    queue_limits: QueueLimits = Field(default_factory=dict)
    """Worker name → how many jobs may wait for it; 0 is no limit."""
    bulk_queue_limit: int = 0
    """The same for the bulk lane of a worker (`pages-bulk`)."""
    max_upload_bytes: int = 512 * MEGABYTE
    """Set by MAX_UPLOAD_MB in the environment, in megabytes."""
    cors_origins: Annotated[tuple[str, ...], BeforeValidator(_split_words)] = ()
    """Origins whose web pages may call the API; `*` is every origin."""

    @classmethod
    def read_variables(cls, environ: Mapping[str, str]) -> dict[str, str]:
        found = super().read_variables(environ)
        if megabytes := environ.get("MAX_UPLOAD_MB"):
            found["max_upload_bytes"] = str(int(megabytes) * MEGABYTE)
        return found
