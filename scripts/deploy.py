"""python -m scripts.deploy [--env prod] [--arch arm64] [--param Name=value] [-- OPTIONS of sam deploy]

Deploys what `make build` has built. The parameters are samconfig.toml's for the environment, Architecture,
those given here, and Release: a hash of the build and of all of these. So the api's alias gets a new version
when anything has changed. With Protect=true, the stack itself is protected, too.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import boto3

from infra.admin.settle import settle
from infra.admin.stack_resources import connect
from infra.digest import compute_digest

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / ".aws-sam" / "build"
MAX_STACK_NAME = 49
"""Characters. The name of a queue has 80: the stack's name, `-work-` and a worker's name of 20."""


def main(arguments: list[str] | None = None) -> int:
    given = sys.argv[1:] if arguments is None else arguments
    own, options = (
        (given[: given.index("--")], given[given.index("--") + 1 :]) if "--" in given else (given, [])
    )
    chosen = _build_parser().parse_args(own)
    profile = _find_profile(options)
    stack, region = find_place(chosen.env, options)
    if region is None or len(stack) > MAX_STACK_NAME:
        no_region = "no region is chosen. Set `region` in samconfig.toml, or AWS_REGION."
        too_long = f"the stack's name has more than {MAX_STACK_NAME} characters."
        print(f"heavylift: {no_region if region is None else too_long}", file=sys.stderr)
        return 1
    parameters = merge_parameters(read_parameters(chosen.env), chosen.arch, chosen.param)
    parameters["Release"] = compute_digest(BUILD, parameters)
    overrides = [f"{name}={value}" for name, value in parameters.items()]
    print(f"==> Deploying {stack} to {region}", flush=True)
    command = [sys.executable, "-m", "samcli", "deploy", "--config-env", chosen.env, *options]
    places = ["--region", region, "--stack-name", stack]
    ran = subprocess.run([*command, *places, "--parameter-overrides", *overrides], check=False, cwd=ROOT)
    if ran.returncode == 0:
        settle(connect(region, profile), stack, protected=parameters.get("Protect") == "true")
    return ran.returncode


def _build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--env", default="default")
    parser.add_argument("--arch", default="x86_64", choices=["x86_64", "arm64"])
    parser.add_argument("--param", action="append", default=[], metavar="Name=value")
    return parser


def find_place(env: str, options: list[str], root: Path = ROOT) -> tuple[str, str | None]:
    """Return the stack's name and the region: the options', else samconfig.toml's, else those of the shell.

    There is no default region: data must not land in one that nobody chose.
    """
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("--stack-name")
    parser.add_argument("--region")
    asked, _ = parser.parse_known_args(options)
    settings = {**read_settings(env, "global", root), **read_settings(env, "deploy", root)}
    return (
        asked.stack_name or settings.get("stack_name", "heavylift"),
        asked.region or settings.get("region") or _find_region_of_shell(_find_profile(options)),
    )


def _find_region_of_shell(profile: str | None) -> str | None:
    if region := os.environ.get("AWS_REGION"):
        return region
    found: str | None = boto3.Session(profile_name=profile).region_name
    return found


def _find_profile(options: list[str]) -> str | None:
    """Return the profile of the options: the same account is deployed to and settled."""
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("--profile")
    profile: str | None = parser.parse_known_args(options)[0].profile
    return profile


def read_settings(env: str, command: str, root: Path = ROOT) -> dict[str, Any]:
    """Return what samconfig.toml has for a command of the SAM CLI in an environment."""
    settings = tomllib.loads((root / "samconfig.toml").read_text())
    parameters: dict[str, Any] = settings[env].get(command, {}).get("parameters", {})
    return parameters


def read_parameters(env: str, root: Path = ROOT) -> dict[str, str]:
    """Return the parameters that samconfig.toml has for the environment."""
    pairs = read_settings(env, "deploy", root).get("parameter_overrides", [])
    return dict(pair.split("=", 1) for pair in pairs)


def merge_parameters(settled: dict[str, str], arch: str, given: Iterable[str]) -> dict[str, str]:
    """Return all parameters: none of the environment's is dropped, and what is given wins."""
    return settled | {"Architecture": arch} | dict(pair.split("=", 1) for pair in given)


if __name__ == "__main__":
    sys.exit(main())
