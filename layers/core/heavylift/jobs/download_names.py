"""The names under which people save outputs. Pure."""

from __future__ import annotations

from heavylift.jobs.job import Job

MAX_NAME_CHARS = 255


def label_of(job: Job) -> str | None:
    """Return what the outputs of a job are named by: the name of its file, or of a job without one."""
    return job.input.get("name") if job.input else job.name


def name_download(label: str | None, output: str) -> str:
    """Return the name under which a browser saves an output: with the label in front, if there is one."""
    if not label:
        return output
    return f"{stem_of(label)[: MAX_NAME_CHARS - len(output) - 1]}-{output}".replace("/", "_")


def stem_of(label: str) -> str:
    """Return the label without the extension of its file."""
    return label.rpartition(".")[0] or label
