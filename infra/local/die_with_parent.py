"""Runs a Python program until whoever started this lets go of its stdin, even by dying.

python die_with_parent.py -m ministack
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading

import psutil


def main() -> int:
    program = subprocess.Popen([sys.executable, *sys.argv[1:]], stdin=subprocess.DEVNULL)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda received, _: program.send_signal(received))
    threading.Thread(target=_end_with_the_holder, daemon=True).start()
    return program.wait()


def _end_with_the_holder() -> None:
    while os.read(0, 4096):  # ends when the other end is closed
        pass
    for process in psutil.Process().children(recursive=True):
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main())
