"""The calls of uploads."""

from __future__ import annotations

import mimetypes
from pathlib import Path

from heavylift_client.calls.base import Calls
from heavylift_client.errors import Problem
from heavylift_client.transport import send_request


class UploadCalls(Calls):
    def upload(self, task: str, file: Path) -> str:
        """Upload a file to the store. Return its upload id, for a submission."""
        body = {"task": task} | ({"media_type": kind} if (kind := media_type_of(file)) else {})
        form = self._json("POST", "/v1/uploads", json=body)
        with file.open("rb") as content:
            try:
                send_request(
                    self._store,
                    "POST",
                    form["url"],
                    server="store",
                    data=form["fields"],
                    files={"file": content},
                )
            except Problem as refused:
                detail = f"At most {form['max_bytes']} bytes are allowed"
                problem = {"title": "The store refused the upload", "detail": detail}
                raise Problem(refused.status, problem) from None
        return str(form["upload_id"])


def media_type_of(file: Path) -> str | None:
    return mimetypes.guess_type(file.name)[0]
