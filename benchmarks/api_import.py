"""The import of the api's handler against that of bare FastAPI + Mangum with one route.

    python benchmarks/api_import.py [ROUNDS]

Each import is in a process of its own. A round runs ours and both bare ones, one right after the other and
in turns first, and the ratios are taken within it: a busy machine slows all of them. CPU is what the import
itself computed, without the interpreter's start; wall is the time it took.

The bare ones: a route that takes and gives nothing that FastAPI looks at, and one with a param and a type.
For the second one FastAPI imports a part of pydantic that every real API needs.
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
MEASURED = """
import json, time
cpu, wall = time.process_time(), time.perf_counter()
{code}
print(json.dumps([time.process_time() - cpu, time.perf_counter() - wall]))
"""
Spent = tuple[float, float]


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    for code in CODES.values():
        spent(code)  # writes the .pyc files
    taken = [one_round(number) for number in range(rounds)]
    for bare in list(CODES)[1:]:
        for index, measure in enumerate(("CPU", "wall")):
            pairs = [(each["ours"][index], each[bare][index]) for each in taken]
            ratio = statistics.median(mine / base for mine, base in pairs)
            mine, base = (1000 * statistics.median(side) for side in zip(*pairs, strict=True))
            print(f"{ratio:.2f}x bare with {bare}, {measure}: {mine:.0f} ms against {base:.0f} ms")


def one_round(number: int) -> dict[str, Spent]:
    names = list(CODES)
    first = number % len(names)
    return {name: spent(CODES[name]) for name in names[first:] + names[:first]}


def spent(code: str) -> Spent:
    """CPU and wall seconds."""
    environ = os.environ | {
        "PYTHONPATH": os.pathsep.join(str(ROOT / part) for part in ("functions", "layers/core")),
        "PYTHONDONTWRITEBYTECODE": "",  # else ours alone is compiled each time
    }
    command = [sys.executable, "-c", MEASURED.format(code=code)]
    ran = subprocess.run(command, env=environ, capture_output=True, text=True, check=True)
    cpu, wall = json.loads(ran.stdout.splitlines()[-1])
    return cpu, wall


if __name__ == "__main__":
    main()
