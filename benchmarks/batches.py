"""Measures a large batch on a DynamoDB Local: its creation, its ends, and their counters.

    python benchmarks/batches.py [--endpoint http://127.0.0.1:8000] [--jobs 100000]

In one run: the worker of batches makes the jobs of a batch, from a manifest. As many are submitted one by
one, by the calls that POST /v1/jobs makes. The batch's jobs run (the task `message`, which waits for 0
seconds), and their ends are counted, by the calls of the real workers and of the real stream. Then several
threads at once count the ends of a smaller batch, in a table where two transactions on one item meet as on
AWS: DynamoDB Local handles them one after the other. Units are those that the service returns
(ReturnConsumedCapacity).
"""

from __future__ import annotations

import logging
import sys
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "layers" / "core"), str(ROOT / "functions")]

from benchmarks.batch_stand import TENANT, Maker, Stand, Workers, load  # noqa: E402
from benchmarks.contention import show_contention  # noqa: E402
from benchmarks.dynamodb_local import Meter, read_options  # noqa: E402
from heavylift.job_store.batch_counts import count_end, load_counts  # noqa: E402
from heavylift.jobs.batches import COUNTERS, counter_of  # noqa: E402
from heavylift.ports.system import System  # noqa: E402
from heavylift.service.batches import make  # noqa: E402
from heavylift.service.submission import Submission  # noqa: E402
from heavylift.service.submit import submit  # noqa: E402
from heavylift.tasks.registry import register_tasks  # noqa: E402
from message.task import MessageTask  # noqa: E402

THREADS = 8


def show_batch(stand: Stand, jobs: int, write: Callable[[str], object]) -> None:
    made, ran, counted, single = Meter(), Meter(), Meter(), Meter()
    batch = stand.batch_of(jobs)
    maker = Maker(stand.system_with(made), stand.queue)
    workers, stream = Workers(stand.system_with(ran), stand.queue), stand.system_with(counted)
    began = time.perf_counter()
    while not (now := load(stand.system, batch.id)).ended:
        if not maker.work() | run_and_count(workers, stream):
            time.sleep(0.2)  # the batch's message is hidden: enough jobs were open
    seconds = time.perf_counter() - began
    assert (now.status, load_counts(stand.system.table, batch.id).done) == ("DONE", jobs)
    write(
        f"{jobs:,} jobs of one batch: DONE after {seconds:.0f} s. {THREADS} threads ran and counted them\n\n"
    )

    singles = stand.system_with(single)
    began = time.perf_counter()
    with ThreadPoolExecutor(make.THREADS) as pool:
        given = Submission(TENANT, MessageTask.spec.name, {"seconds": 0})
        list(pool.map(lambda _: submit(singles, given), range(jobs)))
    alone = time.perf_counter() - began

    write("| of each job | calls | write units | read units |\n|---|---|---|---|\n")
    rows = [
        ("made by the batch", made),
        ("submitted alone", single),
        ("run", ran),
        ("its end counted", counted),
    ]
    for name, meter in rows:
        cells = (meter.calls.total(), meter.writes.total(), meter.reads.total())
        write(f"| {name} | {' | '.join(f'{cell / jobs:.2f}' for cell in cells)} |\n")
    write(f"\nMade by the batch: {jobs / maker.seconds:,.0f} jobs/s. ")
    write(f"Submitted alone, by {make.THREADS} threads: {jobs / alone:,.0f} jobs/s. ")
    units = single.writes.total() / made.writes.total()
    write(f"Ratio {alone / maker.seconds:.2f}x; of write units {units:.2f}x\n")

    reading = Meter()
    reader = stand.system_with(reading)
    began = time.perf_counter()
    load_counts(reader.table, batch.id)
    milliseconds = (time.perf_counter() - began) * 1000
    write(f"The batch's counts: {reading.calls.total()} call, {reading.reads.total():.1f} read units, ")
    write(f"{milliseconds:.0f} ms\n")
    shares = Counter(counter_of(position) for position in range(1, jobs + 1))
    write(f"The fullest of {COUNTERS} counters took {max(shares.values()) / jobs:.2%} of the ends\n")


def run_and_count(workers: Workers, stream: System) -> bool:
    """Run the jobs that are visible, and count their ends as the stream does. Return whether any was."""

    def run(_: int) -> int:
        return sum(count_end(stream, load(stream, job_id)) for job_id in workers.run_all())

    with ThreadPoolExecutor(THREADS) as pool:
        return sum(pool.map(run, range(THREADS))) > 0


def show(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def main() -> None:
    options = read_options(__doc__)
    logging.disable(logging.WARNING)
    register_tasks(ROOT / "functions")
    stand = Stand(options.endpoint)
    stand.create()
    try:
        show_batch(stand, options.jobs, show)
        show_contention(stand, show)
    finally:
        stand.client.delete_table(TableName=stand.table)


if __name__ == "__main__":
    main()
