"""python -m infra.local up | down | run | status | url | logs"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import time
from pathlib import Path

from infra.local import stack, staging
from infra.local.console import CommandError, print_step
from infra.local.demo import convert
from infra.local.emulator import running_port
from infra.local.instance import DEFAULT_PORT, DEFAULT_STATE, ROOT, LocalInstance
from infra.local.logs import print_logs

SAMPLE = ROOT / "samples" / "sample.pdf"
DOWN = "The stack is down: make up starts it"


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    place = _place(options.state_dir.resolve(), options.port, docker=options.docker)
    overrides = dict(pair.split("=", 1) for pair in options.set)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was begun is ended
    try:
        if options.command in ANSWERS:
            ANSWERS[options.command](place)
        elif options.command == "up":
            _up(place, overrides)
        else:
            _run(place, overrides, options.file, options.out)
    except CommandError as reason:
        print(f"heavylift: {reason}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nheavylift: interrupted", file=sys.stderr)
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.local", description="The embedded stack.")
    parser.add_argument("command", choices=["up", "down", "run", "status", "url", "logs"])
    parser.add_argument("--port", type=int, help=f"default {DEFAULT_PORT}")
    parser.add_argument("--state-dir", type=Path, default=DEFAULT_STATE)
    parser.add_argument(
        "--set", action="append", default=[], metavar="Parameter=value", help="of template.yaml"
    )
    parser.add_argument("--docker", action="store_true", help="run the worker images that make build made")
    parser.add_argument("--file", type=Path, default=SAMPLE, help="the PDF for `run`")
    parser.add_argument("--out", type=Path, default=Path("out"), help="where `run` saves the pages")
    return parser


def _place(state_dir: Path, port: int | None, *, docker: bool) -> LocalInstance:
    """Without a port: where the stack is up already, or the usual one."""
    usual = LocalInstance(state_dir=state_dir)
    return LocalInstance(port or running_port(usual) or usual.port, state_dir, docker)


def _up(place: LocalInstance, overrides: dict[str, str]) -> None:
    began = time.monotonic()
    description = stack.up(place, overrides)
    print(f"==> up in {time.monotonic() - began:.1f} s: {description['api_url']}")
    print(f"    the page: {description['api_url']}/")
    print("    the command: .venv/bin/heavylift")
    if staging.parameters(place, overrides)["RequireApiKey"] == "false":
        print("    it is open: no key is asked for, so it is for this machine only (RequireApiKey=false)")
    else:
        print(
            "    it asks for a key: make key TENANT=me makes one; the command takes it from HEAVYLIFT_API_KEY"
        )


def _run(place: LocalInstance, overrides: dict[str, str], pdf: Path, out: Path) -> None:
    if not pdf.is_file():
        raise CommandError(f"There is no file {pdf}")
    _up(place, overrides)
    print(f"==> pdf-to-images: {pdf}")
    done = convert(place.api_url, pdf, out / pdf.stem, key=os.environ.get("HEAVYLIFT_API_KEY"))
    print(f"==> {len(done.files)} pages in {done.seconds:.1f} s, saved in {out / pdf.stem}/")
    print(f"    the API is at {place.api_url}; make down ends it")


def _down(place: LocalInstance) -> None:
    with print_step("ending the emulator and its workers"):
        found = stack.down(place)
    if not found:
        print("    it was not up")


def _status(place: LocalInstance) -> None:
    description = stack.status(place)
    print(json.dumps(description, indent=2) if description else DOWN)


def _url(place: LocalInstance) -> None:
    """Print the address alone on its line, for scripts; without a stack that is an error."""
    address = stack.api_url(place)
    if address is None:
        raise CommandError(DOWN)
    print(address)


def _logs(place: LocalInstance) -> None:
    if stack.api_url(place) is None:
        print(DOWN)
        return
    print_logs(place)


ANSWERS = {"down": _down, "status": _status, "url": _url, "logs": _logs}


if __name__ == "__main__":
    sys.exit(main())
