"""The callback of a job, in the OpenAPI document: a part of the submission, whose body names its URL.

Not one of the document's `webhooks`: generators of clients make a call of the API out of each.
"""

from __future__ import annotations

from typing import Any

from api.http.json_body import content_of
from heavylift.service.job_view import JobView


def _header(name: str, description: str) -> dict[str, Any]:
    schema = {"type": "string"}
    return {"name": name, "in": "header", "required": True, "description": description, "schema": schema}


JOB_ENDED: dict[str, Any] = {
    "post": {
        "operationId": "job_ended",
        "summary": "A job has ended",
        "description": "POSTed to the job's `callback_url`, at least once, when the job has ended. "
        "Signed according to Standard Webhooks.",
        "parameters": [
            _header("webhook-id", "The same for every delivery of the same event"),
            _header("webhook-timestamp", "The time of the signature, in seconds since 1970"),
            _header("webhook-signature", "`v1,` and a signature, for each valid secret"),
        ],
        "requestBody": {
            "required": True,
            "content": content_of(JobView),
        },
        "responses": {
            "2XX": {"description": "The callback is delivered"},
            "410": {"description": "The callback is not tried again"},
            "default": {"description": "The callback is tried again for a day"},
        },
    }
}

CALLBACKS: dict[str, Any] = {
    "job-ended": {"{$request.body#/callback_url}": JOB_ENDED},
    "chosen-end": {
        "{$request.body#/callback/url}": {"post": {**JOB_ENDED["post"], "operationId": "chosen_end"}}
    },
}
"""The `callbacks` of the submission."""
