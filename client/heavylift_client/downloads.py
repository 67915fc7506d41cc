"""Downloads of outputs: several at a time. Each file appears under its name only when it is complete."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from heavylift_client.errors import ClientError, Problem, Unreachable
from heavylift_client.types import Output

MAX_CONCURRENT = 4


Renew = Callable[[Output], str]
"""Returns a new URL for an output. The old one may have ended, with the credentials that signed it."""
FORBIDDEN = 403


def save(store: httpx.Client, outputs: Iterable[Output], folder: Path, renew: Renew) -> list[Path]:
    """Save the outputs in `folder`. Return the files, in the order of the outputs."""
    folder.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(MAX_CONCURRENT) as pool:
        return list(pool.map(lambda output: _save(store, output, folder, renew), outputs))


def save_url(store: httpx.Client, url: str, target: Path) -> Path:
    """Save what is at the URL as `target`, and return it. Raises Problem and Unreachable."""
    partial = target.with_name(f".{target.name}.part")
    try:
        with store.stream("GET", url) as response, partial.open("wb") as opened:
            if response.is_error:
                raise Problem(response.status_code, {"title": f"The store refused {target.name}"})
            for chunk in response.iter_bytes():
                opened.write(chunk)
        return partial.replace(target)
    except httpx.HTTPError as fault:
        raise Unreachable(f"{target.name} could not be downloaded: {fault}") from fault
    finally:
        partial.unlink(missing_ok=True)


def _save(store: httpx.Client, output: Output, folder: Path, renew: Renew) -> Path:
    target = folder / Path(output["name"]).name
    partial = folder / f".{target.name}.part"
    try:
        try:
            _fetch(store, output, partial)
        except Problem as refused:
            url = renew(output) if refused.status == FORBIDDEN else ""
            if not url:
                raise
            _fetch(store, {**output, "url": url}, partial)
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
