"""The presigned URLs of outputs, and the names under which browsers save them."""

from __future__ import annotations

from api.dependencies import ApiContext
from api.schemas.outputs import OutputView
from heavylift.job_store.manifest import Output
from heavylift.jobs.download_names import label_of, name_download
from heavylift.jobs.job import Job
from heavylift.jobs.object_keys import output_key

URL_TTL_S = 3600


def presign_output(context: ApiContext, job: Job, output: Output, *, head: bool = False) -> str:
    """Return a URL of the output, for GET or HEAD.

    It ends after an hour, with the job, or with the signer's credentials.
    """
    now = context.system.clock.now()
    objects = context.system.objects
    ends_at = objects.signed_until(min(now + URL_TTL_S, job.gone_at))
    sign = objects.presign_head if head else objects.presign_get
    return sign(
        output_key(job.id, output.name),
        filename=name_output(job, output),
        media_type=output.media_type,
        seconds=max(1, int(ends_at - now)),
    )


def name_output(job: Job, output: Output) -> str:
    """Return the name under which a browser saves the output."""
    return name_download(label_of(job), output.name)


def view_output(context: ApiContext, job: Job, output: Output) -> OutputView:
    return OutputView(
        name=output.name,
        media_type=output.media_type,
        bytes=output.bytes,
        download_name=name_output(job, output),
        url=presign_output(context, job, output),
    )
