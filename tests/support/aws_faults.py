"""AWS as it fails: faults below botocore, so that its retries and the adapters' rules both meet them."""

from __future__ import annotations

import io
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
from botocore.awsrequest import AWSResponse
from botocore.credentials import RefreshableCredentials
from botocore.session import get_session
from moto.core.models import botocore_stubber

REGION = "us-east-1"


class _Body(io.BytesIO):
    def stream(self, **_options: Any) -> Iterator[bytes]:
        while chunk := self.read(65_536):
            yield chunk


@dataclass
class Faults:
    """Answers the next calls of a client with errors, and counts the calls that were sent."""

    answers: list[tuple[int, str]] = field(default_factory=list)
    """HTTP status and error code, by call."""
    operations: tuple[str, ...] = ()
    """The operations that fail; empty: all."""
    sent: int = 0

    def add(self, times: int, status: int, code: str) -> None:
        self.answers += [(status, code)] * times

    def attach(self, client: Any) -> None:
        """Let the faults answer for the client, in place of moto or the service. A fault has no effect."""
        # botocore calls every handler and takes the first answer: moto's would have its effect all the same.
        client.meta.events.unregister("before-send", botocore_stubber)
        client.meta.events.register_first("before-send", self._answer)

    def _answer(self, request: Any, event_name: str, **_more: Any) -> AWSResponse | None:
        self.sent += 1
        operation = event_name.rpartition(".")[2]
        if not self.answers or (self.operations and operation not in self.operations):
            return botocore_stubber(event_name, request)
        status, code = self.answers.pop(0)
        body = json.dumps({"__type": f"com.amazonaws.fault#{code}", "message": code}).encode()
        headers = {"content-type": "application/x-amz-json-1.0", "content-length": str(len(body))}
        return AWSResponse(request.url, status, headers, _Body(body))  # type: ignore[arg-type]


@contextmanager
def silent_server() -> Iterator[str]:
    """Yield the url of a server that accepts connections and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=16) as server:
        held: list[socket.socket] = []

        def accept() -> None:
            while True:
                try:
                    held.append(server.accept()[0])
                except OSError:
                    return

        threading.Thread(target=accept, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)
        for each in held:
            each.close()


def session_that_ends_in(seconds: float) -> boto3.Session:
    """Return a session whose temporary credentials end in `seconds` and are not renewed before."""
    expires = (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()
    keys = {"access_key": "t", "secret_key": "t", "token": "t", "expiry_time": expires}
    session = get_session()
    session._credentials = RefreshableCredentials.create_from_metadata(  # type: ignore[attr-defined]
        keys, refresh_using=lambda: keys, method="test", advisory_timeout=0, mandatory_timeout=0
    )
    return boto3.Session(botocore_session=session, region_name=REGION)


def lose_first_answers(client: Any) -> None:
    """Let botocore repeat each call once, as it does when an answer is lost: the first has had its effect."""

    def lose(attempts: int, **_more: Any) -> float | None:
        return 0.0 if attempts == 1 else None  # seconds until the next try; None: no other

    client.meta.events.register_first("needs-retry.*", lose)
