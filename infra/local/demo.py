"""The main job: converts a PDF to page images with the HTTP client."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from heavylift_client import ClientError, Heavylift
from heavylift_client.progress import show_progress
from infra.local.console import CommandError

TASK = "pdf-to-images"
TIMEOUT_S = 900


@dataclass(frozen=True)
class Conversion:
    files: list[Path]
    seconds: float


def convert(api_url: str, pdf: Path, out: Path, *, key: str | None = None) -> Conversion:
    """Submit `pdf`, follow the job and save its outputs in `out`.

    Raises CommandError if the job does not end DONE.
    """
    started = time.monotonic()
    try:
        with Heavylift(api_url, key) as api, show_progress(indent="    ") as on_change:
            job = api.run(TASK, pdf, timeout_s=TIMEOUT_S, on_change=on_change)
            files = api.save(job["id"], out)
    except ClientError as error:
        raise CommandError(str(error)) from None
    return Conversion(files, time.monotonic() - started)
