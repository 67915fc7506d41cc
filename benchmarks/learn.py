"""Measures the CPU seconds, memory and address space of the learn worker's child, by task and table.

    python -P benchmarks/learn.py         (PYTHONPATH=layers/core:functions)

Each line runs in a child process of its own, as in the worker, and includes the import of the libraries.
RLIMIT_AS limits the address space, so a worker must leave that much of its memory for its child.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.datasets import load_diabetes

from learn.csv_input import LIMITS
from learn.learn_task import make_program
from learn.plot_task import PlotParams
from learn.predict_task import PredictParams
from learn.train_model_task import TrainModelParams

CHILD = """
import json, re, resource, sys
from learn.child import run_child
for event in run_child(json.loads(sys.argv[1]), None):
    if "result" in event:
        print(json.dumps(event["result"])[:200], file=sys.stderr)
used = resource.getrusage(resource.RUSAGE_SELF)
peak = int(re.search(r"VmPeak:\\s+(\\d+)", open("/proc/self/status").read())[1])
print(json.dumps([used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, peak / 1024]))
"""


def main() -> None:
    print(f"{'task':38} {'CPU s':>7} {'memory MB':>10} {'space MB':>9}")
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        load_diabetes(as_frame=True, scaled=False).frame.to_csv("diabetes.csv", index=False)
        for rows in (10_000, 100_000):
            _make_table(rows).to_csv(f"{rows}.csv", index=False)
        _measure("plot overview, 442 rows", "plot", "diabetes.csv", PlotParams())
        _measure("plot overview, 100,000 rows x 20", "plot", "100000.csv", PlotParams())
        _measure("train auto, 10,000 rows x 20", "train-model", "10000.csv", TrainModelParams(target="y"))
        boosting = TrainModelParams(target="y", model="boosting")
        _measure("train boosting, 100,000 rows x 20", "train-model", "100000.csv", boosting)
        _measure(
            "train auto, 442 rows x 11", "train-model", "diabetes.csv", TrainModelParams(target="target")
        )
        _measure("predict, 442 rows", "predict", "diabetes.csv", PredictParams(model_job="m"))


def _make_table(rows: int) -> pd.DataFrame:
    """Return a table of number and text columns, some text values missing."""
    random = np.random.default_rng(0)
    frame = pd.DataFrame({f"n{number}": random.normal(size=rows).round(4) for number in range(15)})
    for number in range(4):
        frame[f"t{number}"] = random.choice(np.array(["red", "green", "blue", None]), rows)
    frame["y"] = frame["n0"] * 3 + frame["n1"] ** 2 + random.normal(size=rows).round(4)
    return frame


def _measure(what: str, task: str, csv: str, params: Any) -> None:
    request = {
        "do": task,
        "csv": str(Path(csv).resolve()),
        "model": str(Path("model.skops").resolve()),
        "limits": dict(LIMITS),
        "params": params.model_dump(mode="json"),
    }
    command = [sys.executable, "-c", CHILD, json.dumps(request)]
    env = {**os.environ, **make_program().env}
    ran = subprocess.run(command, capture_output=True, text=True, check=True, env=env)
    cpu, memory, space = json.loads(ran.stdout)
    print(f"{what:38} {cpu:7.1f} {memory:10.0f} {space:9.0f}", flush=True)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    main()
