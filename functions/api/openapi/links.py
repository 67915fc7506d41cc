"""OpenAPI links: the calls that can follow a response."""

from __future__ import annotations

from typing import Any

Links = dict[str, dict[str, Any]]


def _link(operation: str, description: str, **parameters: str) -> dict[str, Any]:
    return {"operationId": operation, "parameters": parameters, "description": description}


def next_page_link(operation: str, **fixed: str) -> Links:
    """Return the link from a page of a list to the next page."""
    cursor = "$response.body#/next"
    return {"next": _link(operation, "The next page, unless `next` is null", **fixed, cursor=cursor)}


_ID = "$response.body#/id"

JOB_LINKS: Links = {
    "job": _link("get_job", "Read the job; `Prefer: wait=N` waits for a change", job_id=_ID),
    "cancel": _link("cancel_job", "Cancel the job while it is PROCESSING", job_id=_ID),
    "retry": _link("retry_job", "Run the job again once it is FAILED or CANCELED", job_id=_ID),
    "outputs": _link("list_outputs", "List the outputs once the job is DONE", job_id=_ID),
    "events": _link("list_events", "What happened to the job, and when", job_id=_ID),
}

OUTPUT_LINKS: Links = {
    **next_page_link("list_outputs", job_id="$request.path.job_id"),
    "first": _link(
        "get_output",
        "Fetch the first output of this page",
        job_id="$request.path.job_id",
        name="$response.body#/items/0/name",
    ),
}
