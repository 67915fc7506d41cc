"""What `make build` made, with a table, a bucket and queues in MiniStack. A test invokes the functions."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from heavylift.adapters.aws.dynamodb import DynamoTable
from heavylift.adapters.aws.s3 import S3Objects
from heavylift.adapters.aws.sqs import SqsQueue
from heavylift.adapters.system_clock import SystemClock
from heavylift.jobs.job import Job, job_key
from heavylift.ports.lanes import Lane, lane_of
from heavylift.ports.system import System
from heavylift.service.submission import Submission
from heavylift.service.submit import submit
from heavylift.settings import Settings
from infra.local import emulator, staging
from infra.local.flatten import load_flat
from infra.local.images import BUILT_TEMPLATE
from infra.local.instance import ROOT, LocalInstance
from infra.local.template import Template
from infra.samlocal.event_sources import QueueSource, Source, read_event_sources
from infra.samlocal.provision import Provisioner
from infra.samlocal.sam_template import derive
from infra.samlocal.session import build_container_environment
from infra.samlocal.sqs_poller import Invoke, SqsPoller
from tests.support.ports import find_free_port

MOST_BATCHES = 20


@dataclass(frozen=True)
class BuiltStack:
    place: LocalInstance
    system: System
    sources: list[Source]
    template: Template
    """The built template in which every expression of a function has its value."""

    def submit(self, task: str, content: bytes | None = None, tenant: str = "me", **params: Any) -> Job:
        return submit(self.system, Submission(tenant, task, params, content))

    def take(self, function: str, invoke: Invoke) -> None:
        """Let the function process a message of its standard lane."""
        queues = [each for each in self.sources if isinstance(each, QueueSource)]
        mine = [each for each in queues if each.function == function]
        [found] = [each for each in mine if lane_of(each.queue_arn) == Lane.STANDARD]
        SqsPoller(found, self.place.aws.client("sqs"), invoke, threading.Event()).step()

    def work_off(self, job: Job, function: str, invoke: Invoke) -> Job:
        """Let the function process its queue until the job has ended. Return the ended job."""
        for _ in range(MOST_BATCHES):
            if (now := self.job(job)).ended:
                return now
            self.take(function, invoke)
        raise AssertionError(f"The job has not ended: {self.job(job)}")

    def job(self, job: Job) -> Job:
        """Return the job as its record is now."""
        item = self.system.table.get(job_key(job.id))
        assert item is not None
        return Job.of(item)

    def outputs(self, job: Job) -> set[str]:
        """Return the names of the job's outputs in the bucket."""
        prefix, bucket = f"jobs/{job.id}/outputs/", self.system.settings.bucket_name
        found = self.place.aws.client("s3").list_objects_v2(Bucket=bucket, Prefix=prefix)
        return {each["Key"].removeprefix(prefix) for each in found.get("Contents", [])}


@contextmanager
def run_built_stack(folder: Path) -> Iterator[BuiltStack]:
    """Yield the stack while MiniStack runs, with its state below `folder`."""
    place = LocalInstance(find_free_port(), folder / "place")
    place.state_dir.mkdir()
    emulator.start(place, tied_to_parent=True)
    try:
        template = load_flat(ROOT / "template.yaml")
        parameters = staging.read_default_parameters() | {"PublicS3Endpoint": place.endpoint_url}
        resolver = Provisioner(place.aws, template, parameters).resolver
        endpoints = build_container_environment(place.aws, place.endpoint_url)
        derived = derive(load_flat(BUILT_TEMPLATE), BUILT_TEMPLATE.parent, resolver, endpoints)
        variables = resolver.resolve(template["Globals"]["Function"]["Environment"]["Variables"])
        system = _make_system(place.aws.client, Settings.read(variables))
        yield BuiltStack(place, system, read_event_sources(template, resolver), derived)
    finally:
        emulator.stop(place)


def _make_system(client: Callable[[str], Any], settings: Settings) -> System:
    return System(
        DynamoTable(client("dynamodb"), settings.table_name),
        SqsQueue(client("sqs"), settings.queue_prefix),
        S3Objects(client("s3"), settings.bucket_name),
        SystemClock(),
        settings,
    )
