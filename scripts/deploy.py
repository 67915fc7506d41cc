"""python -m scripts.deploy [--env prod] [--arch arm64] [--param Name=value] [-- OPTIONS of sam deploy]

Deploys what `make build` has built. The parameters are samconfig.toml's for the environment, Architecture,
those given here, and Release: a hash of the build and of all of these. So the api's alias gets a new version
when anything has changed.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path

from infra.digest import compute_digest

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / ".aws-sam" / "build"


def main(arguments: list[str] | None = None) -> int:
    given = sys.argv[1:] if arguments is None else arguments
    own, options = (
        (given[: given.index("--")], given[given.index("--") + 1 :]) if "--" in given else (given, [])
    )
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--env", default="default")
    parser.add_argument("--arch", default="x86_64", choices=["x86_64", "arm64"])
    parser.add_argument("--param", action="append", default=[], metavar="Name=value")
    chosen = parser.parse_args(own)
    parameters = merge_parameters(read_parameters(chosen.env), chosen.arch, chosen.param)
    parameters["Release"] = compute_digest(BUILD, parameters)
    overrides = [f"{name}={value}" for name, value in parameters.items()]
    command = [sys.executable, "-m", "samcli", "deploy", "--config-env", chosen.env, *options]
    return subprocess.run([*command, "--parameter-overrides", *overrides], check=False, cwd=ROOT).returncode


def read_parameters(env: str, root: Path = ROOT) -> dict[str, str]:
    """Return the parameters that samconfig.toml has for the environment."""
    settings = tomllib.loads((root / "samconfig.toml").read_text())
    pairs = settings[env]["deploy"]["parameters"].get("parameter_overrides", [])
    return dict(pair.split("=", 1) for pair in pairs)


def merge_parameters(settled: dict[str, str], arch: str, given: Iterable[str]) -> dict[str, str]:
    """Return all parameters: none of the environment's is dropped, and what is given wins."""
    return settled | {"Architecture": arch} | dict(pair.split("=", 1) for pair in given)


if __name__ == "__main__":
    sys.exit(main())
