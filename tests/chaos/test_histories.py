"""Thousands of histories, each of which keeps the three promises.

`make test` plays a few hundred, `make chaos` thousands. A failure prints its seed. To replay it:

    CHAOS_SEED=1234 .venv/bin/python -m pytest tests/chaos/test_histories.py
"""

from __future__ import annotations

import os
import sys

import pytest

from tests.chaos.harness.history import History
from tests.chaos.harness.watch import Violation

SEEDS = (
    range(int(os.environ["CHAOS_SEED"]), int(os.environ["CHAOS_SEED"]) + 1)
    if "CHAOS_SEED" in os.environ
    else range(int(os.environ.get("CHAOS_HISTORIES", "160")))
)


def test_no_history_breaks_a_promise() -> None:
    steps = runs = troubles = 0
    for seed in SEEDS:
        history = History(seed)
        try:
            history.play()
        except Violation as broken:
            story = "\n".join(history.trouble.log[-40:])
            pytest.fail(f"CHAOS_SEED={seed}: {broken}\n{story}", pytrace=False)
        steps += history.scheduler.steps
        runs += history.task.runs
        troubles += len(history.trouble.log)
    sys.stdout.write(
        f"{len(SEEDS)} histories: {steps} port calls, {runs} runs of work, {troubles} troubles\n"
    )
    assert steps > 100 * len(SEEDS)


def test_a_seed_gives_one_history() -> None:
    """Otherwise a failing seed could not be replayed."""
    first, second = History(7), History(7)
    first.play()
    second.play()
    assert first.scheduler.steps == second.scheduler.steps
    assert [line.split(maxsplit=1)[1] for line in first.trouble.log] == [
        line.split(maxsplit=1)[1] for line in second.trouble.log
    ]
