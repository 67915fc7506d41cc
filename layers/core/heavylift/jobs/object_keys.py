"""Where a job's objects are. Keys are deterministic: doing it twice makes the same objects."""

from __future__ import annotations

UPLOADS = "uploads/"
JOBS = "jobs/"


def input_key(job_id: str) -> str:
    return f"{JOBS}{job_id}/input"


def output_key(job_id: str, name: str) -> str:
    return f"{JOBS}{job_id}/outputs/{name}"


def manifest_key(job_id: str, fence: int) -> str:
    """The list of outputs, one per claim, so that only the claim that finishes is ever read."""
    return f"{JOBS}{job_id}/manifest-{fence}.json"


def upload_key(tenant: str, upload_id: str) -> str:
    return f"{UPLOADS}{tenant}/{upload_id}"
