"""The processes of the run: each with a log of its own, and none of them left when it ends."""

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

START_S = 180
"""The first start builds the image in which a zip function runs."""
END_S = 20
TICK_S = 0.5


class Program:
    """A Python program in the background. It ends with this process, even if that is killed."""

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
        """Until it listens. Raises Stop if it ends instead, or takes too long."""
        deadline = time.monotonic() + START_S
        while time.monotonic() < deadline:
            if self.ended:
                break
            with socket.socket() as probe:
                if probe.connect_ex((HOST, port)) == 0:
                    return
            time.sleep(0.1)
        raise CommandError(f"{self.log.stem} did not start: see {self.log}")

    @property
    def ended(self) -> bool:
        return self._process.poll() is not None

    def end(self) -> None:
        """As Ctrl-C would: `sam local` then removes its containers."""
        self._process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(END_S)
        if self._process.stdin:
            self._process.stdin.close()  # lets go of the leash
        self._process.wait(END_S)


def remove_containers(log: Path) -> None:
    """Those that `sam local` says it started: one in the middle of a call outlives it."""
    ids = re.findall(r"SAM_CONTAINER_ID: ([0-9a-f]{64})", log.read_text(errors="replace"))
    docker = shutil.which("docker")
    if ids and docker:
        subprocess.run([docker, "rm", "--force", *ids], capture_output=True, check=False)


def watch(programs: list[Program]) -> NoReturn:
    """As long as all of them run. Raises Stop for the first that does not."""
    while not (ended := [program for program in programs if program.ended]):
        time.sleep(TICK_S)
    raise CommandError(f"{ended[0].log.stem} has ended: see {ended[0].log}")
