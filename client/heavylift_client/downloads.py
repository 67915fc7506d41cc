"""Outputs as files: several at once, each written beside its place and moved there whole."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from heavylift_client.errors import ClientError, Problem, Unreachable
from heavylift_client.types import Output

AT_ONCE = 4


def save(store: httpx.Client, outputs: Iterable[Output], folder: Path) -> list[Path]:
    """The files, in the order of the outputs."""
    folder.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(lambda output: _save(store, output, folder), outputs))


def _save(store: httpx.Client, output: Output, folder: Path) -> Path:
    target = folder / Path(output["name"]).name
    beside = folder / f".{target.name}.part"
    try:
        _fetch(store, output, beside)
        beside.replace(target)
    except httpx.HTTPError as fault:
        raise Unreachable(f"{output['name']} could not be fetched: {fault}") from fault
    finally:
        beside.unlink(missing_ok=True)
    return target


def _fetch(store: httpx.Client, output: Output, file: Path) -> None:
    with store.stream("GET", output["url"]) as answer, file.open("wb") as opened:
        if answer.is_error:
            raise Problem(answer.status_code, {"title": f"The store refused {output['name']}"})
        for piece in answer.iter_bytes():
            opened.write(piece)
        if opened.tell() != output["bytes"]:
            raise ClientError(f"{output['name']} broke off after {opened.tell()} of {output['bytes']} bytes")
