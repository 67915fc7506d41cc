"""The calls of uploads. A large file is sent in parts, and goes on where an earlier call stopped."""

from __future__ import annotations

import mimetypes
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from heavylift_client.calls.base import Calls
from heavylift_client.errors import ClientError, Problem
from heavylift_client.part_sender import OnUpload, PartSender
from heavylift_client.transport import send_request
from heavylift_client.upload_state import UploadState

MIN_PARTED_BYTES = 100_000_000
"""From this size on a file is sent in parts."""
GONE = frozenset({404, 410})
CONFLICT = 409


class UploadCalls(Calls):
    def upload(
        self,
        task: str,
        file: Path | bytes,
        *,
        name: str | None = None,
        on_upload: OnUpload | None = None,
    ) -> str:
        """Upload a file, or its content, to the store. Return its upload id, for a submission.

        `name` says what type the file has, by its extension: by default its own name. A file of 100 MB or
        more is sent in parts. If that breaks off, the next call for the same file sends only what is missing.
        `on_upload` is called with the bytes that are stored, and with the file's size.
        """
        body: dict[str, Any] = {"task": task}
        own_name = file.name if isinstance(file, Path) else ""
        body |= {"media_type": kind} if (kind := media_type_of(name or own_name)) else {}
        if isinstance(file, bytes):
            return self._upload_form(BytesIO(file), body)
        size = file.stat().st_size
        if size >= MIN_PARTED_BYTES:
            return self._upload_in_parts(file, {**body, "bytes": size}, on_upload)
        with file.open("rb") as content:
            upload_id = self._upload_form(content, body)
        if on_upload:
            on_upload(size, size)
        return upload_id

    def delete_upload(self, upload_id: str) -> None:
        """Delete an upload, whole or not. A job that has not yet read it fails."""
        send_request(self._http, "DELETE", f"/v1/uploads/{upload_id}")

    def _upload_form(self, content: BinaryIO, body: dict[str, Any]) -> str:
        form = self._json("POST", "/v1/uploads", json=body)
        fields, files = form["fields"], {"file": content}
        try:
            send_request(self._store, "POST", form["url"], server="store", data=fields, files=files)
        except Problem as refused:
            detail = f"At most {form['max_bytes']} bytes are allowed"
            problem = {"title": "The store refused the upload", "detail": detail}
            raise Problem(refused.status, problem) from None
        return str(form["upload_id"])

    def _upload_in_parts(self, file: Path, body: dict[str, Any], on_upload: OnUpload | None) -> str:
        state = UploadState.of(str(self._http.base_url), body["task"], file)
        upload_id = state.load()
        if upload_id is not None:
            try:
                return self._send_parts(file, upload_id, state, on_upload)
            except Problem as problem:
                if problem.status not in GONE:
                    raise
        upload_id = str(self._json("POST", "/v1/uploads", json=body)["upload_id"])
        state.save(upload_id)
        return self._send_parts(file, upload_id, state, on_upload)

    def _send_parts(self, file: Path, upload_id: str, state: UploadState, on_upload: OnUpload | None) -> str:
        """Send what is missing, and complete the upload. Raises Problem with 404 or 410 if there is none."""
        where, before = f"/v1/uploads/{upload_id}", file.stat()

        def renew(number: int) -> str:
            return next(
                str(part["url"]) for part in self._pages(f"{where}/parts", {}) if part["number"] == number
            )

        try:
            first = self._json("GET", f"{where}/parts", params={"limit": 1})["items"][0]
            sender = PartSender(self._store, file, first["bytes"], renew, on_upload)
            sender.send_all(self._pages(f"{where}/parts", {}))
        except Problem as problem:
            if problem.status != CONFLICT:  # else it is complete already
                raise
        after = file.stat()
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
            state.forget()
            raise ClientError(f"{file.name} changed while it was sent; upload it again")
        self._json("POST", f"{where}/complete")
        state.forget()
        return upload_id


def media_type_of(name: str) -> str | None:
    """Return the media type of a file with this name; None if it is not known."""
    return mimetypes.guess_type(name)[0]
