"""python -m infra.samlocal: runs the stack under `sam local` until interrupted."""

from __future__ import annotations

import argparse
import logging
import signal
import sys
from pathlib import Path

from infra.local.console import CommandError
from infra.local.instance import DEFAULT_STATE, STACK
from infra.samlocal.processes import watch
from infra.samlocal.session import Session, open_services, run_session

SERVICES = 2
"""The services' port, counted from the API's: not the default port, where another stack may be up."""


def main() -> int:
    options = _build_parser().parse_args()
    signal.signal(
        signal.SIGTERM, lambda *_: sys.exit(143)
    )  # an exception runs the cleanup, a signal would not
    signal.signal(
        signal.SIGINT, signal.default_int_handler
    )  # shells start background jobs with SIGINT ignored
    logging.basicConfig(format="%(message)s", level=logging.WARNING)
    overrides = dict(pair.split("=", 1) for pair in options.set)
    state_dir = options.state_dir.resolve()
    try:
        with (
            open_services(state_dir, options.port + SERVICES) as aws,
            run_session(Session(options.port, state_dir, aws, overrides, options.name)) as processes,
        ):
            print(f"==> The stack is running at http://127.0.0.1:{options.port}", flush=True)
            print(f"    Logs are in {state_dir}. Stop the stack with Ctrl-C.", flush=True)
            watch(processes)
    except CommandError as reason:
        print(f"heavylift: {reason}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m infra.samlocal", description=__doc__)
    parser.add_argument(
        "--port",
        type=int,
        default=3000,
        help="port of the API; the workers and the services use the next two (default: 3000)",
    )
    parser.add_argument("--state-dir", type=Path, default=DEFAULT_STATE / "sam-local")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="Parameter=value",
        help="set a parameter of template.yaml",
    )
    parser.add_argument(
        "--name",
        default=STACK,
        help="prefix of the table, bucket and queues; a new name starts with empty ones",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
