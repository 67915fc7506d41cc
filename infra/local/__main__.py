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
from infra.local.emulator import find_port
from infra.local.instance import DEFAULT_PORT, DEFAULT_STATE, ROOT, LocalInstance
from infra.local.logs import print_logs
from infra.local.worker_start import start_workers

SAMPLE = ROOT / "samples" / "sample.pdf"


def main(arguments: list[str] | None = None) -> int:
    options = _build_parser().parse_args(arguments)
    instance = _find_instance(options.state_dir.resolve(), options.port, docker=options.docker)
    overrides = dict(pair.split("=", 1) for pair in options.set)
    signal.signal(
        signal.SIGTERM, lambda *_: sys.exit(143)
    )  # an exception runs the cleanup, a signal would not
    try:
        if options.command in COMMANDS:
            COMMANDS[options.command](instance)
        elif options.command == "logs":
            _logs(instance, options)
        elif options.command == "up":
            _up(instance, overrides)
        else:
            _run(instance, overrides, options.file, options.out)
    except CommandError as reason:
        print(f"heavylift: {reason}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nheavylift: interrupted", file=sys.stderr)
        return 130
    return 0


def _build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m infra.local", description="Manage the stack on this machine."
    )
    parser.add_argument("command", choices=["up", "down", "run", "status", "url", "logs"])
    parser.add_argument("--port", type=int, help=f"port of the emulator (default: {DEFAULT_PORT})")
    parser.add_argument("--state-dir", type=Path, default=DEFAULT_STATE, help="folder of the stack's state")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="Parameter=value",
        help="set a parameter of template.yaml",
    )
    parser.add_argument("--docker", action="store_true", help="run the worker images from `make build`")
    parser.add_argument("--file", type=Path, default=SAMPLE, help="the PDF for `run`")
    parser.add_argument("--worker", help="for `logs`: one worker or function")
    parser.add_argument("--job", help="for `logs`: the id of one job")
    parser.add_argument("--follow", action="store_true", help="for `logs`: go on with new lines")
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder where `run` saves the images")
    return parser


def _find_instance(state_dir: Path, port: int | None, *, docker: bool) -> LocalInstance:
    """Return the instance of `state_dir`. Without `port`: on its emulator's port, or on the default one."""
    default = LocalInstance(state_dir=state_dir)
    return LocalInstance(port or find_port(default) or default.port, state_dir, docker)


def _up(instance: LocalInstance, overrides: dict[str, str]) -> None:
    started = time.monotonic()
    description = stack.up(instance, overrides)
    print(f"==> The stack is running (ready after {time.monotonic() - started:.1f} s).")
    print(f"    API:      {description['api_url']}")
    print(f"    Web page: {description['api_url']}/")
    print("    Command:  .venv/bin/heavylift")
    for worker, error in start_workers(instance).items():
        print(f"    The worker {worker} can't start: {error}")
    if staging.build_parameters(instance, overrides)["RequireApiKey"] == "false":
        print("    The API accepts requests without a key (RequireApiKey=false). Keep it on this machine.")
    else:
        print("    The API needs a key. Make one: make key TENANT=me")
        print("    The command reads it from HEAVYLIFT_API_KEY.")


def _run(instance: LocalInstance, overrides: dict[str, str], pdf: Path, out: Path) -> None:
    if not pdf.is_file():
        raise CommandError(f"File not found: {pdf}")
    _up(instance, overrides)
    print(f"==> Converting {pdf} to images (task pdf-to-images)")
    done = convert(instance.api_url, pdf, out / pdf.stem, key=os.environ.get("HEAVYLIFT_API_KEY"))
    print(f"==> Saved {len(done.files)} pages in {out / pdf.stem}/ ({done.seconds:.1f} s).")
    print("    The stack keeps running. Stop it with: make down")


def _down(instance: LocalInstance) -> None:
    with print_step("Stopping the emulator and its workers"):
        was_running = stack.down(instance)
    if not was_running:
        print("    The stack was not running.")


def _status(instance: LocalInstance) -> None:
    description = stack.status(instance)
    print(json.dumps(description, indent=2) if description else stack.NOT_RUNNING)


def _url(instance: LocalInstance) -> None:
    """Print the API's address alone on its line, for scripts. Raises CommandError if no stack is running."""
    address = stack.find_api_url(instance)
    if address is None:
        raise CommandError(stack.NOT_RUNNING)
    print(address)


def _logs(instance: LocalInstance, options: argparse.Namespace) -> None:
    if stack.find_api_url(instance) is None:
        print(stack.NOT_RUNNING)
        return
    print_logs(instance, function=options.worker, job=options.job, follow=options.follow)


COMMANDS = {"down": _down, "status": _status, "url": _url}


if __name__ == "__main__":
    sys.exit(main())
