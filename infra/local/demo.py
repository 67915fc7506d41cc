"""The main job: a PDF into page images, as any client does it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from heavylift_client import ClientError, Heavylift
from heavylift_client.render import progress
from infra.local.console import CommandError

TASK = "pdf-to-images"
PATIENCE_S = 900


@dataclass(frozen=True)
class Done:
    files: list[Path]
    seconds: float


def convert(api_url: str, pdf: Path, out: Path, *, key: str | None = None) -> Done:
    """Post `pdf`, follow the job, save its outputs in `out`. Raises Stop if the job does not end DONE."""
    began = time.monotonic()
    try:
        with Heavylift(api_url, key) as api, progress(indent="    ") as on_change:
            job = api.run(TASK, pdf, timeout_s=PATIENCE_S, on_change=on_change)
            files = api.save(job["id"], out)
    except ClientError as error:
        raise CommandError(str(error)) from None
    return Done(files, time.monotonic() - began)
