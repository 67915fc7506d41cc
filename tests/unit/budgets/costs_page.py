"""The tables of docs/reference/costs.md, made of today's counts and of those of the commit fa1f51e."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cache

from infra.local.flatten import load_flat
from infra.local.instance import ROOT
from infra.samlocal.intrinsics import ExpressionResolver
from tests.support.metered_jobs import LINE, LONG, count_client_wait, count_idle_sweep, count_job, count_line
from tests.unit.budgets import before, prices
from tests.unit.budgets.cost_model import Costs, Idle, Load, add_up_idle, add_up_load

PAGE = ROOT / "docs" / "reference" / "costs.md"
LONG_PARAMS = {"rows": LONG}
CALLS = (
    "GetItem",
    "PutItem",
    "UpdateItem",
    "TransactWriteItems",
    "Query",
    "GetObject",
    "HeadObject",
    "PutObject",
)
PAGES, PAGES_S = 17, 4
MINUTE, LINE_MINUTES = 60, 10
MEGABYTES_OF_PAGES = 3.4
MEGABYTES_OF_A_SMALL_JOB = 0.01


def make_tables() -> dict[str, str]:
    """Return heading → table of every section that is computed."""
    return {heading: make() for heading, make in TABLES.items()}


def find_table(page: str, heading: str) -> tuple[int, int]:
    """Return where the first table below a heading of the page begins and ends."""
    found = re.search(rf"^## {re.escape(heading)}\n.*?^(\|.*?\n)(?!\|)", page, re.DOTALL | re.MULTILINE)
    assert found, f"the page has no table below {heading!r}"
    return found.span(1)


def write_tables() -> None:
    """Write every computed table into the page."""
    page = PAGE.read_text()
    for heading, table in make_tables().items():
        start, end = find_table(page, heading)
        page = page[:start] + table + page[end:]
    PAGE.write_text(page)


@cache
def count_today(kind: str) -> Counter[str]:
    """Return what a job of this kind costs today."""
    kinds: dict[str, Callable[[], Counter[str]]] = {
        "small": count_job,
        "pages": lambda: count_job(PAGES, PAGES_S),
        "long": lambda: count_job(params=LONG_PARAMS),
    }
    return kinds[kind]()


def describe_idle() -> Idle:
    """Return what the stack of template.yaml has while nothing is to do."""
    template = load_flat(ROOT / "template.yaml")
    conditions = ExpressionResolver(template, {}, lambda _name, of: of)
    resources = [
        each
        for each in template["Resources"].values()
        if "Condition" not in each or conditions.is_true(each["Condition"])
    ]
    events = [event for each in resources for event in each["Properties"].get("Events", {}).values()]
    mappings = [each["Properties"] for each in resources if each["Type"] == "AWS::Lambda::EventSourceMapping"]
    queues = sum(event["Type"] == "SQS" for event in events)
    queues += sum("StartingPosition" not in each for each in mappings)  # a stream has one
    alarms = sum(each["Type"] == "AWS::CloudWatch::Alarm" for each in resources)
    sweep, metrics = count_idle_sweep()
    return Idle(queues, alarms, metrics, sweep)


def load_of(kind: str, job: Mapping[str, float], wait: Mapping[str, float]) -> Load:
    """Return 1,000 jobs of 17 pages, or 1,000,000 small ones."""
    if kind == "pages":
        return Load(1000, PAGES_S, 1.769, 5, MEGABYTES_OF_PAGES, job, wait)
    return Load(1_000_000, 0.1, 0.5, 1, MEGABYTES_OF_A_SMALL_JOB, job, wait)


def _draw(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    lines = ["| " + " | ".join(str(cell) for cell in line) + " |\n" for line in (head, *rows)]
    return lines[0] + "|---" * len(head) + "|\n" + "".join(lines[1:])


def _draw_costs(old: Costs, new: Costs) -> str:
    digits = 2 if sum(new.values()) > 1 else 3
    total = ("**in all**", *(f"**{sum(costs.values()):.{digits}f}**" for costs in (old, new)))
    rows = [(row, f"{old[row]:.{digits}f}", f"{new[row]:.{digits}f}") for row in new]
    return _draw(("US dollars", "before", "now"), [*rows, total])


def _draw_prices() -> str:
    rows = [
        ("Lambda, x86_64", f"${prices.LAMBDA_GB_S * 1e6:.2f} a million GB-s, $0.20 a million calls"),
        ("SnapStart", f"${prices.SNAPSTART_GB_S * 1e6:.2f} a million GB-s that a version is kept"),
        ("HTTP API", "$1.00 a million requests"),
        ("SQS", "$0.40 a million requests"),
        ("DynamoDB", "$0.625 a million write units, $0.125 a million read units"),
        ("S3", "$5.00 a million PUTs, $0.40 a million GETs, $0.023 a GB and month"),
        ("CloudWatch", "$0.50 a GB of logs, $0.10 an alarm and month, $0.30 a metric and month"),
    ]
    return _draw(("service", "price"), rows)


def _draw_jobs() -> str:
    old = {"small": before.SMALL_JOB, "pages": before.PAGES_JOB, "long": before.LONG_JOB}
    names = {"small": "small", "pages": "17 pages in 4 s", "long": "small, with 96 KB of params"}
    rows = []
    for kind, name in names.items():
        now = count_today(kind)
        calls = sum(now[call] for call in CALLS) + int(now["queue requests"])
        units = f"{old[kind]['write units']} → {now['write units']}"
        reads = f"{old[kind]['read units']} → {now['read units']}"
        rows.append((name, calls, units, reads, now["messages"], now["message bytes"], now["PutObject"]))
    head = ("job", "AWS calls", "write units", "read units", "messages", "bytes", "PUTs")
    return _draw(head, rows)


def count_minutes() -> dict[str, tuple[float, float]]:
    """Return what happens for a minute → write units, with short and with long params."""

    def wait(params: dict[str, str] | None) -> float:
        return 3 * count_client_wait(20, params)["write units"]

    def line(params: dict[str, str] | None) -> float:
        return count_line(LINE_MINUTES, params)["write units"] / LINE_MINUTES / LINE

    def run(params: dict[str, str] | None) -> float:
        return count_job(MINUTE, MINUTE, params)["write units"] - count_job(params=params)["write units"]

    acts = dict(zip(before.UNITS_OF_MINUTES, (wait, line, run), strict=True))
    return {name: (act(None), act(LONG_PARAMS)) for name, act in acts.items()}


def _draw_minutes() -> str:
    rows = []
    for name, now in count_minutes().items():
        pairs = zip(before.UNITS_OF_MINUTES[name], now, strict=True)
        rows.append((name, *(f"{old:,} → {new:,.4g}" for old, new in pairs)))
    return _draw(("a minute of", "short params", "96 KB of params"), rows)


def _draw_load(kind: str) -> str:
    seconds, old = (5, before.WAIT_5_S) if kind == "pages" else (1, before.WAIT_1_S)
    job = before.PAGES_JOB if kind == "pages" else before.SMALL_JOB
    now = load_of(kind, count_today(kind), count_client_wait(seconds))
    return _draw_costs(add_up_load(load_of(kind, job, old)), add_up_load(now))


TABLES: dict[str, Callable[[], str]] = {
    "Prices": _draw_prices,
    "An idle month": lambda: _draw_costs(add_up_idle(before.IDLE), add_up_idle(describe_idle())),
    "1,000 jobs of 17 pages": lambda: _draw_load("pages"),
    "1,000,000 small jobs": lambda: _draw_load("small"),
    "What one job counts": _draw_jobs,
    "What a minute writes": _draw_minutes,
}
