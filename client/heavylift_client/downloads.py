"""Downloads of outputs: several at a time. Each file appears under its name only when it is complete."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from heavylift_client.errors import ClientError, Problem, Unreachable
from heavylift_client.types import Output

MAX_CONCURRENT = 4


def save(store: httpx.Client, outputs: Iterable[Output], folder: Path) -> list[Path]:
    """Save the outputs in `folder`. Return the files, in the order of the outputs."""
    folder.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(MAX_CONCURRENT) as pool:
        return list(pool.map(lambda output: _save(store, output, folder), outputs))


def _save(store: httpx.Client, output: Output, folder: Path) -> Path:
    target = folder / Path(output["name"]).name
    partial = folder / f".{target.name}.part"
    try:
        _fetch(store, output, partial)
        partial.replace(target)
    except httpx.HTTPError as fault:
        raise Unreachable(f"{output['name']} could not be downloaded: {fault}") from fault
    finally:
        partial.unlink(missing_ok=True)
    return target


def _fetch(store: httpx.Client, output: Output, file: Path) -> None:
    with store.stream("GET", output["url"]) as response, file.open("wb") as opened:
        if response.is_error:
            raise Problem(response.status_code, {"title": f"The store refused {output['name']}"})
        for chunk in response.iter_bytes():
            opened.write(chunk)
        if opened.tell() != output["bytes"]:
            raise ClientError(
                f"The download of {output['name']} ended after {opened.tell()} of {output['bytes']} bytes"
            )
