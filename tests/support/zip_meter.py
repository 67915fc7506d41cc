"""Makes a zip of a job on the store of `swallowing_store.py`, and prints the memory that it took.

A process of its own, as a worker: its largest resident memory is that of the zip and of all that it imports.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Iterable
from typing import Any

import boto3
from botocore.config import Config

from archive.zip_task import ZipParams, ZipTask
from heavylift.adapters.aws.s3 import S3Objects
from heavylift.tasks.sources import SourceJob
from heavylift.testing import TaskRun
from heavylift.worker.sources import load_listed

ACCESS: dict[str, Any] = {"region_name": "us-east-1", "aws_access_key_id": "x", "aws_secret_access_key": "x"}


class StoreRun(TaskRun):
    """A job whose sources and outputs are in the store."""

    objects: S3Objects

    def sources(self, param: str) -> list[SourceJob]:
        job = {"id": "1", "manifest": "jobs/1/manifest.json", "label": "report.pdf", "ended_at": 1.79e9}
        return load_listed(self.objects, [job])

    def publish_stream(self, name: str, pieces: Iterable[bytes], media_type: str) -> int:
        return self.objects.put_chunks(f"jobs/2/outputs/{name}", pieces, media_type)


def main(port: str, folder: str) -> None:
    config = Config(s3={"addressing_style": "path"}, request_checksum_calculation="when_required")
    client = boto3.client("s3", endpoint_url=f"http://127.0.0.1:{port}", config=config, **ACCESS)
    run: Any = StoreRun(None, ZipParams(jobs=["1"]), folder, folder)  # type: ignore[arg-type]  # unused
    run.objects = S3Objects(client, "bucket")
    began = time.monotonic()
    result = ZipTask().run(run, {})
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    seconds = round(time.monotonic() - began, 1)
    sys.stdout.write(json.dumps({**result, "megabytes": round(memory), "seconds": seconds}))


if __name__ == "__main__":
    main(*sys.argv[1:])
