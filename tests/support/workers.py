"""The processes and containers in which a local stack runs its functions."""

from __future__ import annotations

import json
import subprocess

import psutil


def kill(function: str, endpoint_url: str, *, in_containers: bool) -> int:
    """kill -9 whatever runs `function` on the services at `endpoint_url`. How many there were."""
    if in_containers:
        running = _containers(function, endpoint_url)
        if running:
            _docker("kill", *running)
        return len(running)
    processes = workers_of(endpoint_url, function)
    for process in processes:
        process.kill()
    return len(processes)


def workers_of(endpoint_url: str, function: str) -> list[psutil.Process]:
    """Those processes of one stack's function that are alive just now."""
    found = []
    for process in psutil.process_iter():
        try:
            if (
                function in " ".join(process.cmdline())
                and process.environ().get("AWS_ENDPOINT_URL") == endpoint_url
            ):
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found


def _containers(function: str, endpoint_url: str) -> list[str]:
    """Those that are told this function's name, and an endpoint of the same port."""
    running = _docker("ps", "--quiet").split()
    if not running:
        return []
    port = endpoint_url.rsplit(":", 1)[1]
    found = []
    for container in json.loads(_docker("inspect", *running)):
        told = dict(pair.split("=", 1) for pair in container["Config"]["Env"])
        same_port = told.get("AWS_ENDPOINT_URL", "").endswith(f":{port}")
        if told.get("AWS_LAMBDA_FUNCTION_NAME") == function and same_port:
            found.append(container["Id"])
    return found


def _docker(*arguments: str) -> str:
    return subprocess.run(["docker", *arguments], capture_output=True, text=True, check=True).stdout
