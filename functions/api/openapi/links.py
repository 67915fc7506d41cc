"""What one answer leads to, as OpenAPI's links: for readers of the document and tools that follow it."""

from __future__ import annotations

from typing import Any

Links = dict[str, dict[str, Any]]


def _link(operation: str, description: str, **parameters: str) -> dict[str, Any]:
    return {"operationId": operation, "parameters": parameters, "description": description}


def next_page_link(operation: str, **fixed: str) -> Links:
    """From a page of a list to the next one."""
    cursor = "$response.body#/next"
    return {"next": _link(operation, "The next page, unless `next` is null", **fixed, cursor=cursor)}


_ID = "$response.body#/id"

OF_A_JOB: Links = {
    "job": _link("get_job", "How it stands; `Prefer: wait=N` waits for a change", job_id=_ID),
    "cancel": _link("cancel_job", "As long as it is PROCESSING", job_id=_ID),
    "retry": _link("retry_job", "Once it is FAILED or CANCELED", job_id=_ID),
    "outputs": _link("list_outputs", "Once it is DONE", job_id=_ID),
}

OF_OUTPUTS: Links = {
    **next_page_link("list_outputs", job_id="$request.path.job_id"),
    "first": _link(
        "get_output",
        "The first one on this page",
        job_id="$request.path.job_id",
        name="$response.body#/items/0/name",
    ),
}
