"""What the environment says, read when asked for and never at import."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Settings:
    """Shared by every function; each name is an environment variable in capitals (see template.yaml)."""

    table_name: str
    bucket_name: str
    queues: dict[str, str]
    """Worker name → the name of its queue in SQS."""
    retention_hours: float = 24
    """How long an ended job and its outputs can be fetched."""
    public_s3_endpoint: str | None = None
    """The address under which clients reach S3, where it is not AWS's own."""
    private_callbacks: bool = False
    """Whether a callback may go to a private address, and over plain http."""

    def objects_live_until(self, created_at: float) -> float:
        """When the bucket may remove a job's objects: the rule of template.yaml's BucketDays, less a day."""
        return created_at + 2 * (self.retention_hours + 1) * 3600

    @classmethod
    def read(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        return cls(
            table_name=environ["TABLE_NAME"],
            bucket_name=environ["BUCKET_NAME"],
            queues=json.loads(environ["QUEUES"]),
            retention_hours=float(environ.get("RETENTION_HOURS") or 24),
            public_s3_endpoint=environ.get("PUBLIC_S3_ENDPOINT") or None,
            private_callbacks=environ.get("PRIVATE_CALLBACKS") == "true",
        )


@dataclass(frozen=True)
class ApiSettings:
    base_path: str = ""
    """What stands in front of /v1 where the API is not at the root of its host."""
    require_api_key: bool = True
    """Without it, whoever brings no key is the tenant `default` and may do everything."""
    requests_per_minute: int = 60
    """Of each tenant, counted where work is asked for; 0 is no limit."""
    queue_limits: Mapping[str, int] = field(default_factory=dict)
    """Worker name → how many jobs may wait for it; 0 or nothing is no limit."""
    max_upload_bytes: int = 512 * 1024 * 1024
    cors_origins: tuple[str, ...] = ()
    """Whose pages may call the API from a browser; `*` is everybody's."""

    @classmethod
    def read(cls, environ: Mapping[str, str] = os.environ) -> ApiSettings:
        return cls(
            base_path=environ.get("BASE_PATH", "").rstrip("/"),
            require_api_key=environ.get("REQUIRE_API_KEY", "").lower() != "false",
            requests_per_minute=int(environ.get("REQUESTS_PER_MINUTE") or 60),
            queue_limits=json.loads(environ.get("QUEUE_LIMITS") or "{}"),
            max_upload_bytes=int(environ.get("MAX_UPLOAD_MB") or 512) * 1024 * 1024,
            cors_origins=tuple(environ.get("CORS_ORIGINS", "").replace(",", " ").split()),
        )


@dataclass(frozen=True)
class WorkerSettings:
    worker: str
    memory_mb: int = 1769

    @classmethod
    def read(cls, environ: Mapping[str, str] = os.environ) -> WorkerSettings:
        return cls(
            worker=environ["WORKER"], memory_mb=int(environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "1769"))
        )
