"""As much of S3 as a zip needs: objects are made when they are read, and parts go to one file.

Run it as a process of its own: what it holds is not the memory of the program that is measured.
"""

from __future__ import annotations

import json
import re
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import parse_qs, urlsplit

CHUNK = 8 * 1024 * 1024
BLOCK = Random(1).randbytes(CHUNK)
"""What each object repeats. It can't be compressed."""
RANGE = re.compile(r"bytes=(\d+)-(\d+)")
UPLOAD = b"<InitiateMultipartUploadResult><UploadId>1</UploadId></InitiateMultipartUploadResult>"
COMPLETE = b'<CompleteMultipartUploadResult><ETag>"1"</ETag></CompleteMultipartUploadResult>'


class Store(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    sizes: dict[str, int]
    manifest: bytes
    target: Path

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path.endswith("manifest.json"):
            self._answer(200, self.manifest)
            return
        size = self.sizes[path.rpartition("/")[2]]
        first, last = (int(each) for each in RANGE.findall(self.headers["Range"])[0])
        last = min(last, size - 1)
        self._answer(206, BLOCK[: last - first + 1], **{"Content-Range": f"bytes {first}-{last}/{size}"})

    def do_POST(self) -> None:
        self._read()
        self._answer(200, UPLOAD if "uploads" in self.path else COMPLETE)

    def do_PUT(self) -> None:
        number = int(parse_qs(urlsplit(self.path).query)["partNumber"][0])
        with self.target.open("r+b") as file:
            file.seek((number - 1) * CHUNK)
            file.write(self._read())
        self._answer(200, b"")

    def _read(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def _answer(self, status: int, content: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"ETag": '"1"', "Content-Length": str(len(content)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: Any) -> None:
        pass


def make_outputs(count: int, size: int) -> list[dict[str, Any]]:
    """Return the manifest of `count` outputs of `size` bytes each."""
    return [
        {"name": f"page-{n:04}.png", "media_type": "image/png", "bytes": size} for n in range(1, count + 1)
    ]


def main(count: str, size: str, target: str) -> None:
    """Serve, and print the port first. `target` gets the zip."""
    outputs = make_outputs(int(count), int(size))
    Store.sizes = {each["name"]: each["bytes"] for each in outputs}
    Store.manifest, Store.target = json.dumps(outputs).encode(), Path(target)
    Store.target.touch()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Store)
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main(*sys.argv[1:])
