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
    """Requests for work that each tenant may make in a minute; 0 is no limit."""
    queue_limits: QueueLimits = Field(default_factory=dict)
    """Worker name → how many jobs may wait for it; 0 or no entry is no limit."""
    max_upload_bytes: int = 512 * MEGABYTE
    """MAX_UPLOAD_MB in the environment, where it is in megabytes."""
    cors_origins: Annotated[tuple[str, ...], BeforeValidator(_split_words)] = ()
    """Origins whose pages may call the API from a browser; `*` is every origin."""

    @classmethod
    def variables(cls, environ: Mapping[str, str]) -> dict[str, str]:
        found = super().variables(environ)
        if megabytes := environ.get("MAX_UPLOAD_MB"):
            found["max_upload_bytes"] = str(int(megabytes) * MEGABYTE)
        return found
