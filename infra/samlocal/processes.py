"""Background processes of the session: each has its own log, and all end with the session."""

from __future__ import annotations

import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from infra.local.console import CommandError
from infra.local.emulator import DIE_WITH_PARENT
from infra.local.instance import HOST, ROOT

START_TIMEOUT_S = 180
"""Long: the first start builds the image that zip functions run in."""
STOP_TIMEOUT_S = 20
POLL_INTERVAL_S = 0.5


class BackgroundProcess:
    """A Python program in the background. It ends with this process, even if this process is killed."""

    def __init__(self, arguments: list[str], environment: dict[str, str], log: Path) -> None:
        self.log = log
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, str(DIE_WITH_PARENT), *arguments],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_for(self, port: int) -> None:
        """Wait until the program listens on `port`. Raises CommandError if it ends or takes too long."""
        deadline = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline:
            if self.ended:
                break
            with socket.socket() as probe:
                if probe.connect_ex((HOST, port)) == 0:
                    return
            time.sleep(0.1)
        raise CommandError(f"{self.log.stem} did not start. See {self.log}")

    @property
    def ended(self) -> bool:
        return self._process.poll() is not None

    def stop(self) -> None:
        """Interrupt the program, as Ctrl-C does, so that `sam local` removes its containers.."""
        self._process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(STOP_TIMEOUT_S)
        if self._process.stdin:
            self._process.stdin.close()  # makes die_with_parent.py kill what is left
        self._process.wait(STOP_TIMEOUT_S)


def remove_containers(log: Path) -> None:
    """Remove the containers named in `log`: a container with a running invocation outlives `sam local`."""
    ids = re.findall(r"SAM_CONTAINER_ID: ([0-9a-f]{64})", log.read_text(errors="replace"))
    docker = shutil.which("docker")
    if ids and docker:
        subprocess.run([docker, "rm", "--force", *ids], capture_output=True, check=False)


def watch(processes: list[BackgroundProcess]) -> NoReturn:
    """Wait while every process runs. Raises CommandError when one has ended."""
    while not (ended := [process for process in processes if process.ended]):
        time.sleep(POLL_INTERVAL_S)
    raise CommandError(f"{ended[0].log.stem} has ended. See {ended[0].log}")
