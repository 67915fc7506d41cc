"""Labels: the file's name as it is kept, and the names of downloads."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heavylift.errors import InvalidRequest
from heavylift.jobs.download_names import MAX_NAME_CHARS, name_download
from heavylift.service.inputs import OutputOf
from heavylift.service.job_view import view
from heavylift.service.labels import Labels, clean_file_name, is_invisible
from heavylift.service.submission import Submission
from heavylift.service.submit import submit
from tests.support.world import COPY, TEXT, World


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("report.pdf", "report.pdf"),
        ("C:\\Users\\me\\Jahresbericht 2026.pdf", "Jahresbericht 2026.pdf"),
        ("../../etc/passwd", "passwd"),
        ("a\r\nSet-Cookie: x.pdf", "a Set-Cookie: x.pdf"),
        ("gpj.\u202eexe", "gpj.exe"),
        ("  many   blanks .txt ", "many blanks .txt"),
        ("e\u0301.txt", "é.txt"),
        ("", None),
        (None, None),
        ("..", None),
        ("dir/", None),
        ("\x00\x01", None),
        ("x" * 300 + ".pdf", "x" * 251 + ".pdf"),
        ("x" * 300, "x" * 255),
        ("x." + "y" * 300, ("x." + "y" * 300)[:255]),
    ],
)
def test_a_file_name_is_cleaned(sent: str | None, kept: str | None) -> None:
    assert clean_file_name(sent) == kept


@given(st.text(max_size=600))
def test_any_file_name_gives_a_short_name_that_shows(sent: str) -> None:
    kept = clean_file_name(sent)
    if kept is not None:
        assert 0 < len(kept) <= MAX_NAME_CHARS
        assert not any(is_invisible(char) or char in "/\\" for char in kept)
        assert clean_file_name(kept) == kept


@given(st.none() | st.text(min_size=1, max_size=255), st.text("abc.", min_size=1, max_size=60))
def test_a_download_keeps_the_outputs_name_at_its_end(label: str | None, output: str) -> None:
    name = name_download(label, output)
    assert name.endswith(output)
    assert len(name) <= MAX_NAME_CHARS
    assert "/" not in name


def test_a_download_begins_with_the_input_s_name() -> None:
    assert name_download("report.pdf", "page-0001.png") == "report-page-0001.png"
    assert name_download("v1.2 of report.pdf", "text.txt") == "v1.2 of report-text.txt"
    assert name_download("Annual report", "text.txt") == "Annual report-text.txt"
    assert name_download(None, "text.txt") == "text.txt"


def submit_labelled(world: World, labels: Labels, **more: object) -> Submission:
    return Submission(tenant="me", task=COPY.name, params={}, input=TEXT, labels=labels, **more)  # type: ignore[arg-type]


def test_a_job_shows_its_labels_and_its_file() -> None:
    world = World()
    labels = Labels("Report", "order-7", ("a", "b"), "C:\\r.txt")
    shown = view(world.job(submit(world.system, submit_labelled(world, labels))), "")
    assert (shown.name, shown.reference, shown.tags) == ("Report", "order-7", ["a", "b"])
    assert shown.input is not None
    assert shown.input.model_dump(exclude_none=True) == {
        "name": "r.txt",
        "bytes": len(TEXT),
        "media_type": "text/plain",
    }


def test_an_output_as_the_input_keeps_its_name() -> None:
    world = World()
    first = world.submit()
    world.work()
    [output] = world.outputs(first)
    second = submit(
        world.system,
        Submission(tenant=first.tenant, task=COPY.name, params={}, input=OutputOf(first.id, output)),
    )
    assert second.input is not None
    assert second.input["name"] == output


def test_a_job_without_labels_is_stored_without_them() -> None:
    world = World()
    job = submit(world.system, submit_labelled(world, Labels()))
    assert {"name", "reference", "tags"}.isdisjoint(world.table.items[job.key])
    assert view(job, "").tags == []


def test_the_same_key_with_another_name_is_another_request() -> None:
    world = World()
    first = submit(world.system, submit_labelled(world, Labels("a"), idempotency_key="k"))
    assert submit(world.system, submit_labelled(world, Labels("a"), idempotency_key="k")).id == first.id
    with pytest.raises(InvalidRequest):
        submit(world.system, submit_labelled(world, Labels("b"), idempotency_key="k"))
