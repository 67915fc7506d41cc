"""What the API sends by itself, as it stands in the OpenAPI document: a job's callback."""

from __future__ import annotations

from typing import Any


def _header(name: str, description: str) -> dict[str, Any]:
    schema = {"type": "string"}
    return {"name": name, "in": "header", "required": True, "description": description, "schema": schema}


JOB_ENDED: dict[str, Any] = {
    "post": {
        "tags": ["jobs"],
        "operationId": "job_ended",
        "summary": "A job has ended",
        "description": "POSTed to the job's `callback_url`, at least once, when the job reads as ended, "
        "and signed as Standard Webhooks has it.",
        "parameters": [
            _header("webhook-id", "The same for every delivery of the same event"),
            _header("webhook-timestamp", "When this delivery was signed, in seconds since 1970"),
            _header("webhook-signature", "`v1,` and a signature, for each secret that is valid"),
        ],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/JobView"}}},
        },
        "responses": {
            "2XX": {"description": "It is delivered"},
            "410": {"description": "It is not tried again"},
            "default": {"description": "It is tried again for a day"},
        },
    }
}
