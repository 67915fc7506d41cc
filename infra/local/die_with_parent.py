"""Runs a Python program that ends when the process that started it closes this stdin or dies.

python die_with_parent.py -P emulator_program.py
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading

import psutil


def main() -> int:
    """Run the program of the command line and return its exit code."""
    program = subprocess.Popen([sys.executable, *sys.argv[1:]], stdin=subprocess.DEVNULL)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda received, _: program.send_signal(received))
    threading.Thread(target=_kill_all_when_stdin_closes, daemon=True).start()
    return program.wait()


def _kill_all_when_stdin_closes() -> None:
    while os.read(0, 4096):  # returns nothing once the parent's end is closed
        pass
    for process in psutil.Process().children(recursive=True):
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main())
