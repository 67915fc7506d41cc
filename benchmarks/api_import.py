"""Compares the import time of the API's handler with bare FastAPI + Mangum applications of one route.

    python benchmarks/api_import.py [ROUNDS]

Each import runs in a process of its own. A round imports ours and both bare applications one after the
other, in rotating order. Ratios are computed within a round, because a busy machine slows all three. CPU
and wall time are those of the import, without the start of the interpreter.

One bare application has a route without types, the other a route with one typed parameter. For the typed
route FastAPI imports a part of pydantic that every real API needs.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROUNDS = 20

BARE = """
from fastapi import FastAPI
from mangum import Mangum
app = FastAPI()
@app.get("{path}")
def root({param}):
    return {{}}
handler = Mangum(app)
"""
CODES = {
    "ours": "import api.handler",
    "one untyped route": BARE.format(path="/", param=""),
    "one typed route": BARE.format(path="/{name}", param="name: str"),
}
TIMED_IMPORT = """
import json, time
cpu, wall = time.process_time(), time.perf_counter()
{code}
print(json.dumps([time.process_time() - cpu, time.perf_counter() - wall]))
"""
Times = tuple[float, float]


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    for code in CODES.values():
        time_import(code)  # writes the .pyc files
    results = [run_round(number) for number in range(rounds)]
    for bare in list(CODES)[1:]:
        for index, measure in enumerate(("CPU", "wall")):
            pairs = [(each["ours"][index], each[bare][index]) for each in results]
            ratio = statistics.median(mine / base for mine, base in pairs)
            mine, base = (1000 * statistics.median(side) for side in zip(*pairs, strict=True))
            print(f"{ratio:.2f}x bare with {bare}, {measure}: {mine:.0f} ms against {base:.0f} ms")


def run_round(number: int) -> dict[str, Times]:
    names = list(CODES)
    first = number % len(names)
    return {name: time_import(CODES[name]) for name in names[first:] + names[:first]}


def time_import(code: str) -> Times:
    """Return the CPU and wall seconds of the import `code`."""
    environ = os.environ | {
        "PYTHONPATH": os.pathsep.join(str(ROOT / part) for part in ("functions", "layers/core")),
        "PYTHONDONTWRITEBYTECODE": "",  # otherwise only our code would be compiled each time
    }
    command = [sys.executable, "-c", TIMED_IMPORT.format(code=code)]
    ran = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)
    cpu, wall = json.loads(ran.stdout.splitlines()[-1])
    return cpu, wall


if __name__ == "__main__":
    main()
