"""The main job: a PDF into page images, as any client would do it, over plain HTTP."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from infra.local.say import Stop

TASK = "pdf-to-images"
MEDIA_TYPE = "application/pdf"
FITS_A_REQUEST = 4_500_000
"""Bytes; a Lambda takes 6 MB, and a file grows by a third on the way in."""
WAIT_S = 20
PATIENCE_S = 900


@dataclass(frozen=True)
class Done:
    job: dict[str, Any]
    files: list[Path]
    seconds: float


def convert(api_url: str, pdf: Path, out: Path) -> Done:
    """Post `pdf`, follow the job, save its outputs in `out`. Raises Stop if the job does not end DONE."""
    began = time.monotonic()
    try:
        with httpx.Client(base_url=api_url, timeout=WAIT_S + 20, trust_env=False) as api:
            job = _follow(api, _submit(api, pdf))
            if job["status"] != "DONE":
                raise Stop(f"The job {job['id']} is {job['status']}: {_problem(job['error'] or {})}")
            files = _save(api, job, out)
    except httpx.HTTPError as fault:
        raise Stop(f"{api_url} could not be talked to: {fault}") from None
    return Done(job, files, time.monotonic() - began)


def _submit(api: httpx.Client, pdf: Path) -> dict[str, Any]:
    if pdf.stat().st_size > FITS_A_REQUEST:
        upload_id = _upload(api, pdf)
        return _json(api.post("/v1/jobs", json={"task": TASK, "input": {"upload_id": upload_id}}))
    with pdf.open("rb") as content:
        return _json(
            api.post("/v1/jobs", data={"task": TASK}, files={"file": (pdf.name, content, MEDIA_TYPE)})
        )


def _upload(api: httpx.Client, pdf: Path) -> str:
    """Send the file to the store itself, with the form that the API hands out."""
    form = _json(api.post("/v1/uploads", json={"task": TASK, "media_type": MEDIA_TYPE}))
    with pdf.open("rb") as content:
        sent = httpx.post(
            form["url"], data=form["fields"], files={"file": content}, timeout=PATIENCE_S, trust_env=False
        )
    if sent.is_error:
        raise Stop(f"The upload was refused with {sent.status_code}; it may hold {form['max_bytes']} bytes")
    return str(form["upload_id"])


def _follow(api: httpx.Client, job: dict[str, Any]) -> dict[str, Any]:
    """Wait until the job has ended, and draw its progress."""
    deadline = time.monotonic() + PATIENCE_S
    columns = TextColumn("    {task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    with Progress(*columns) as bar:
        line = bar.add_task("pages", total=None)
        while job["status"] == "PROCESSING":
            if time.monotonic() > deadline:
                raise Stop(f"The job {job['id']} has not ended after {PATIENCE_S} s; it goes on by itself")
            job = _json(api.get(f"/v1/jobs/{job['id']}", headers={"Prefer": f"wait={WAIT_S}"}))
            progress = job["progress"]
            bar.update(line, completed=progress["done"], total=progress["total"])
    return job


def _save(api: httpx.Client, job: dict[str, Any], out: Path) -> list[Path]:
    out.mkdir(parents=True, exist_ok=True)
    files = []
    page: dict[str, Any] | None = _json(api.get(f"/v1/jobs/{job['id']}/outputs"))
    while page:
        for output in page["items"]:
            target = out / Path(output["name"]).name
            with (
                httpx.stream("GET", output["url"], timeout=60, trust_env=False) as answer,
                target.open("wb") as file,
            ):
                answer.raise_for_status()
                for piece in answer.iter_bytes():
                    file.write(piece)
            files.append(target)
        cursor = page["next"]
        page = _json(api.get(f"/v1/jobs/{job['id']}/outputs", params={"cursor": cursor})) if cursor else None
    return files


def _json(answer: httpx.Response) -> dict[str, Any]:
    try:
        body: dict[str, Any] = answer.json()
    except ValueError:
        raise Stop(f"The API answered {answer.status_code} and no JSON to {answer.request.url}") from None
    if answer.is_error:
        raise Stop(f"The API answered {answer.status_code}: {_problem(body)}")
    return body


def _problem(body: dict[str, Any]) -> str:
    """A problem (RFC 9457), or whatever came in its place, in one line."""
    said = [str(body[name]) for name in ("title", "detail", "message") if body.get(name)]
    return ": ".join(dict.fromkeys(said)) or "no reason was given"
