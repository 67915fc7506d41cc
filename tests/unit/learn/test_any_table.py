"""Any table at any task, in the real child: a result, or a typed problem of the client's input."""

from __future__ import annotations

import contextlib
import io
import os
import zipfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from heavylift.errors import InvalidInput
from heavylift.tasks.task import Result
from learn.csv_input import LIMITS, sniff
from learn.table import read_table
from learn.train import train
from learn.train_model_task import TrainModelParams
from learn.warnings_list import MEANINGS
from tests.unit.learn.conftest import FakeWork, Runner
from tests.unit.learn.reading import write_xlsx
from tests.unit.learn.tables import COLUMNS, Generated, tables

EXAMPLES = int(os.environ.get("HEAVYLIFT_TABLES", "12"))
"""Tables for each test. `HEAVYLIFT_TABLES=1000` is the long form."""
bounded = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize="HEAVYLIFT_TABLES" not in os.environ,
    suppress_health_check=list(HealthCheck),
)
PLOTS = ("line", "bar", "scatter", "histogram", "heatmap", "overview")


def end(run: Runner, task: str, table: bytes | Path | None, **params: Any) -> tuple[Result, FakeWork] | None:
    """Run the task. Return its result and work, or None if it refused the input with a reason."""
    if isinstance(table, bytes) and sniff(table[:1024]) is None:
        return None
    refused: InvalidInput | None = None
    try:
        result, work = run(task, table, **params)
    except InvalidInput as error:
        refused = error
    if refused:
        assert refused.slug != InvalidInput.slug
        assert refused.detail
        return None
    assert {each["slug"] for each in result["warnings"]} <= set(MEANINGS)
    return result, work


@bounded
@given(table=tables())
def test_any_table_is_profiled_or_refused(run: Runner, table: Generated) -> None:
    if ended := end(run, "profile", table.content):
        result, work = ended
        assert len(work.json("profile.json")["columns"]) == result["column_count"]


@bounded
@given(table=tables(), kind=st.sampled_from(PLOTS), data=st.data())
def test_any_table_is_drawn_or_refused(run: Runner, table: Generated, kind: str, data: st.DataObject) -> None:
    names = st.sampled_from(table.names)
    x = data.draw(st.none() | names)
    columns = data.draw(st.none() | st.lists(names, min_size=1, max_size=3))
    end(run, "plot", table.content, kind=kind, x=x, columns=columns)


@bounded
@given(
    table=tables(target=True),
    model=st.sampled_from(["auto", "linear", "linear", "forest", "boosting"]),
    problem=st.sampled_from(["auto", "auto", "regression", "classification"]),
    size=st.sampled_from([0.05, 0.2, 0.5]),
    data=st.data(),
)
def test_any_table_is_learned_or_refused(
    run: Runner, table: Generated, model: str, problem: str, size: float, data: st.DataObject
) -> None:
    names = [name for name in table.names if name.strip()]
    target = data.draw(st.sampled_from(["target", "target", *names]))
    ended = end(
        run, "train-model", table.content, target=target, model=model, problem=problem, test_size=size
    )
    if ended is None:
        return
    _, trained = ended
    path = trained.outputs / "model.skops"
    again = end(run, "predict", table.content, model=path, model_job="m", format="csv")
    assert again is not None, "a model does not take the table that it learned from"
    result, _ = again
    assert result["rows"] > 0


@pytest.fixture(scope="module", name="model")
def train_mixed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a model of a column of each kind."""
    folder = tmp_path_factory.mktemp("model")
    rows = [f"{n},{'ab'[n % 2]},{str(n % 3 > 0).lower()},2026-01-{n % 28 + 1:02},{n}.5" for n in range(60)]
    (folder / "input.csv").write_text("n,t,b,d,y\n" + "\n".join(rows))
    params = TrainModelParams.model_validate({"target": "y", "model": "linear"}).model_dump(mode="json")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        list(train({"csv": str(folder / "input.csv"), "limits": dict(LIMITS), "params": params}))
    return folder / "model.skops"


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**53), 2**53),
    st.floats(1e-90, 1e90),
    COLUMNS.flatmap(lambda cells: cells),
)


@bounded
@given(rows=st.lists(st.fixed_dictionaries(dict.fromkeys("ntbd", VALUES)), min_size=1, max_size=4))
def test_any_rows_are_predicted_or_refused(run: Runner, model: Path, rows: list[dict[str, Any]]) -> None:
    if ended := end(run, "predict", None, model=model, model_job="m", rows=rows):
        assert ended[0]["rows"] == len(rows)


HEADS = [b"PAR1", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b'{"a": 1}\n{']


@bounded
@given(head=st.sampled_from(HEADS), rest=st.binary(max_size=200))
def test_a_damaged_file_is_refused(run: Runner, head: bytes, rest: bytes) -> None:
    assert end(run, "profile", head + rest) is None


def make_files() -> list[bytes]:
    """Return a workbook and a Parquet file, both not compressed, so that a changed byte is a changed cell."""
    cell = "<is><t>{}</t></is>".format
    workbook = write_xlsx(
        [[cell(f"{column}{row}") for column in "ab"] for row in range(20)], zipfile.ZIP_STORED
    )
    parquet = io.BytesIO()
    columns = {"a": list(range(50)), "b": [f"s{number}" for number in range(50)], "c": [[1], None] * 25}
    pq.write_table(pa.table(columns), parquet, compression="none")
    return [workbook, parquet.getvalue()]


@settings(bounded, max_examples=10 * EXAMPLES)
@given(
    content=st.sampled_from(make_files()),
    changes=st.lists(st.tuples(st.integers(4, 3_000), st.integers(0, 255)), min_size=1, max_size=4),
)
def test_a_file_with_changed_bytes_is_read_or_refused(
    tmp_path: Path, content: bytes, changes: list[tuple[int, int]]
) -> None:
    changed = bytearray(content)
    for place, byte in changes:
        changed[4 + place % (len(changed) - 4)] = byte
    (tmp_path / "input").write_bytes(changed)
    with contextlib.suppress(InvalidInput):
        read_table(tmp_path / "input", LIMITS)
