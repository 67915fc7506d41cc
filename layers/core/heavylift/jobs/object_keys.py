"""The keys of a job's objects. They are deterministic: a repeated attempt writes the same objects."""

from __future__ import annotations

UPLOADS = "uploads/"
JOBS = "jobs/"
LATER = "later/"
"""What jobs need that run much later than they are submitted. The bucket keeps it a month longer."""
WEBHOOKS = "webhooks/"
SCHEDULES = "schedules/"
MODELS = "models/"
"""Below this and `schedules/` nothing expires: `RetentionHours` is for uploads and jobs."""


def job_folder(job_id: str) -> str:
    """Return what the keys of all objects of the job begin with."""
    return f"{JOBS}{job_id}/"


def later_folder(job_id: str) -> str:
    """Return what the keys of all objects begin with that a job needs which runs much later."""
    return f"{LATER}{job_id}/"


def input_key(job_id: str, *, far: bool = False) -> str:
    return f"{LATER if far else JOBS}{job_id}/input"


def fetched_key(job_id: str, fence: int) -> str:
    """Return the key of an input that a worker has fetched. Each claim has its own, as a manifest has."""
    return f"{JOBS}{job_id}/input-{fence}"


def sealed_key(job_id: str, *, far: bool = False) -> str:
    """Return the key of the params of a job that has secret ones. template.yaml lets it be deleted."""
    return f"{LATER if far else JOBS}{job_id}/params.json"


def reference_key(job_id: str, param: str) -> str:
    """Return the key of the copy of what a param refers to, for a job that runs much later."""
    return f"{LATER}{job_id}/references/{param}"


def callback_headers_key(job_id: str, *, far: bool = False) -> str:
    """Return the key of the client's own headers of a callback. template.yaml lets it be read and deleted."""
    return f"{LATER if far else JOBS}{job_id}/callback.json"


def deliver_key(job_id: str, *, far: bool = False) -> str:
    """Return the key of where the job's outputs are sent, with its secrets. template.yaml names it, too."""
    return f"{LATER if far else JOBS}{job_id}/deliver.json"


def webhook_secret_key(tenant: str, secret_id: str) -> str:
    return f"{WEBHOOKS}{tenant}/{secret_id}"


def output_key(job_id: str, name: str) -> str:
    return f"{JOBS}{job_id}/outputs/{name}"


def manifest_key(job_id: str, fence: int) -> str:
    """Return the manifest's key. Each claim has its own; only the one of the claim that finishes is read."""
    return f"{JOBS}{job_id}/manifest-{fence}.json"


def model_key(tenant: str, copy_id: str) -> str:
    """Return the key of a kept model. Each copy has its own: a copy that came too late can be deleted."""
    return f"{MODELS}{tenant}/{copy_id}"


def schedule_input_key(tenant: str, schedule_id: str) -> str:
    """Return the key of the copy that a schedule has of its input."""
    return f"{SCHEDULES}{tenant}/{schedule_id}"


def upload_key(tenant: str, upload_id: str) -> str:
    return f"{UPLOADS}{tenant}/{upload_id}"
