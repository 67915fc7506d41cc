"""The search for jobs: by labels, times, parts of names, in both orders."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from heavylift.service.inputs import Input
from heavylift.service.labels import Labels
from heavylift.service.listing import MAX_INDEX_PAGES, PAGE_SIZE
from heavylift.service.search import search_jobs
from heavylift.service.submission import Submission
from heavylift.service.submit import submit
from heavylift.service.wanted import Wanted
from tests.support.world import COPY, TEXT, World
from tests.unit.api.test_lists import OpenApiWorld


def make_submission(labels: Labels, tenant: str = "default", given: Input = TEXT) -> Submission:
    return Submission(tenant, COPY.name, {}, given, labels=labels)


class LabelledWorld(OpenApiWorld):
    """Jobs a second apart: the labels of each, oldest first."""

    def __init__(self, *labels: Labels) -> None:
        super().__init__()
        self.started_at = self.clock.now()
        self.ids = []
        for each in labels:
            self.ids.append(submit(self.system, make_submission(each)).id)
            self.clock.sleep(1)

    def find(self, **query: Any) -> list[int]:
        """Return the numbers of the jobs that are found over all pages."""
        return [self.ids.index(job) for job in self.list_ids("/v1/jobs", **query)[0]]

    def time_of(self, number: int) -> str:
        return datetime.fromtimestamp(self.started_at + number, UTC).isoformat()


def test_jobs_are_found_by_reference_and_tag_newest_first() -> None:
    world = LabelledWorld(
        Labels(reference="r"),
        Labels(tags=("a", "b")),
        Labels(),
        Labels(reference="r", tags=("a",)),
        Labels(tags=("b",)),
    )
    assert world.find(reference="r") == [3, 0]
    assert world.find(tag="a") == [3, 1]
    assert world.find(tag="b", order="oldest") == [1, 4]
    assert world.find(tag="a", reference="r") == [3]
    assert world.find(tag="none") == []
    assert world.find(tag="a", limit=1) == [3, 1]
    assert world.find(order="oldest", limit=2) == [0, 1, 2, 3, 4]


def test_a_status_and_a_task_count_within_a_tag() -> None:
    world = LabelledWorld(*[Labels(tags=("a",))] * 4)
    world.client.delete(f"/v1/jobs/{world.ids[1]}")
    assert world.find(tag="a", status="CANCELED", limit=1) == [1]
    assert world.find(tag="a", status="PROCESSING", limit=1) == [3, 2, 0]
    assert world.find(tag="a", task="message") == []


def test_a_part_of_the_name_or_the_file_is_found_in_any_case() -> None:
    world = LabelledWorld(
        Labels("Annual Report"), Labels(file_name="report-2.txt"), Labels("other"), Labels()
    )
    assert world.find(name="REPORT") == [1, 0]
    assert world.find(name="annual report") == [0]
    assert world.find(name="%") == []


def test_jobs_of_a_time_are_found() -> None:
    world = LabelledWorld(*[Labels(tags=("a",))] * 6)
    assert world.find(since=world.time_of(2), before=world.time_of(4)) == [3, 2]
    assert world.find(since=world.time_of(4), order="oldest", limit=1) == [4, 5]
    assert world.find(before=world.time_of(2), tag="a") == [1, 0]
    assert world.find(before="1900-01-01T00:00:00") == []
    assert world.find(since="9999-12-31T23:59:59Z") == []
    assert world.find(since=world.time_of(2).replace("+00:00", "")) == [5, 4, 3, 2]


def test_a_time_without_a_zone_is_utc_wherever_the_process_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    world = LabelledWorld(*[Labels()] * 3)
    given = world.time_of(1).replace("+00:00", "")
    try:
        with monkeypatch.context() as patch:
            patch.setenv("TZ", "XXX-9")
            time.tzset()
            assert world.find(since=given) == [2, 1]
    finally:
        time.tzset()


def test_times_that_hold_nothing_are_refused() -> None:
    world = LabelledWorld()
    answer = world.client.get("/v1/jobs", params={"since": world.time_of(2), "before": world.time_of(2)})
    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["/query/since"]


@pytest.mark.parametrize("number", ["0.5", "1700000000", "1700000000000", "-1", "1e9", "inf"])
def test_a_number_is_no_time(number: str) -> None:
    answer = LabelledWorld().client.get("/v1/jobs", params={"since": number})
    assert answer.status_code == 422
    [fault] = answer.json()["errors"]
    assert fault == {
        "pointer": "/query/since",
        "detail": "a time is needed, such as 2026-01-31T09:00:00Z, and not a number",
    }


def test_a_cursor_outside_the_times_is_refused() -> None:
    world = LabelledWorld(*[Labels()] * 3)
    cursor = world.client.get("/v1/jobs", params={"limit": 1}).json()["next"]
    answer = world.client.get("/v1/jobs", params={"before": world.time_of(1), "cursor": cursor})
    assert answer.status_code == 422
    assert [fault["pointer"] for fault in answer.json()["errors"]] == ["/query/cursor"]


def test_a_label_names_no_job_of_another_tenant() -> None:
    world = LabelledWorld()
    submit(world.system, make_submission(Labels("x", "r", ("a",)), tenant="other"))
    for query in ({"tag": "a"}, {"reference": "r"}, {"name": "x"}, {"tag": "a", "reference": "r"}):
        assert world.find(**query) == []


@pytest.mark.parametrize("text", ["a#b", "#", "TENANT#default", "a b", "ä", "🎈"])
def test_any_text_is_a_tag(text: str) -> None:
    world = LabelledWorld(Labels(tags=(text,)), Labels(reference=text))
    assert world.find(tag=text) == [0]
    assert world.find(reference=text) == [1]


def test_no_tag_and_tenant_make_the_partition_of_another() -> None:
    world = LabelledWorld()
    submit(world.system, make_submission(Labels(tags=("b#c",)), tenant="a"))
    assert search_jobs(world.system, "a#b", Wanted(tag="c")).jobs == []


def test_a_rare_job_of_a_common_tag_is_found_over_several_pages() -> None:
    world = LabelledWorld(Labels(tags=("a",)))
    world.client.delete(f"/v1/jobs/{world.ids[0]}")
    for _ in range(PAGE_SIZE * MAX_INDEX_PAGES + 1):
        world.clock.sleep(0.001)
        submit(world.system, make_submission(Labels(tags=("a",))))
    found, pages = world.list_ids("/v1/jobs", status="CANCELED", tag="a")
    assert (found, pages) == (world.ids, 2)


def test_a_small_page_of_a_tag_within_a_reference_reads_many_jobs() -> None:
    world = LabelledWorld(
        Labels(reference="r", tags=("a",)), *[Labels(reference="r")] * (MAX_INDEX_PAGES + 1)
    )
    assert world.list_ids("/v1/jobs", reference="r", tag="a", limit=1) == (world.ids[:1], 1)


def test_a_repeated_key_lists_its_job_once() -> None:
    world = World()
    labelled = Submission("me", COPY.name, {}, TEXT, idempotency_key="k", labels=Labels(tags=("a",)))
    first = submit(world.system, labelled)
    assert submit(world.system, labelled).id == first.id
    assert [key.sk for key in world.table.items if key.pk == "TAG#me#a"] == [first.id]


def test_a_job_that_is_retried_late_is_still_listed() -> None:
    world = World()
    job = submit(world.system, make_submission(Labels(tags=("a",)), tenant="me"))
    [label] = [item for key, item in world.table.items.items() if key.pk.startswith("TAG#")]
    assert label["expires_at"] >= int(world.system.settings.objects_live_until(job.created_at))
    assert label["expires_at"] > job.expires_at


TAGS = st.lists(st.sampled_from("abc"), unique=True, max_size=3).map(tuple)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(TAGS, st.sampled_from([None, "r", "s"]), st.sampled_from([None, "n", "nn"])), max_size=12
    ),
    st.builds(
        Wanted,
        tag=st.sampled_from([None, "a", "b"]),
        reference=st.sampled_from([None, "r"]),
        name=st.sampled_from([None, "n", "NN"]),
        since=st.none() | st.integers(0, 12),
        before=st.none() | st.integers(0, 12),
    ),
    st.integers(1, 4),
    st.booleans(),
)
def test_pages_of_any_search_hold_what_fits_once_in_order(
    jobs: list[tuple[tuple[str, ...], str | None, str | None]], wanted: Wanted, limit: int, newest_first: bool
) -> None:
    world = World()
    start = world.clock.now()
    made = []
    for tags, reference, name in jobs:
        made.append(submit(world.system, make_submission(Labels(name, reference, tags), tenant="me")))
        world.clock.sleep(1)
    if wanted.since is not None and wanted.before is not None and wanted.since >= wanted.before:
        return
    timed = replace(
        wanted,
        since=None if wanted.since is None else start + wanted.since,
        before=None if wanted.before is None else start + wanted.before,
    )
    found, cursor = [], None
    while True:
        page = search_jobs(world.system, "me", timed, newest_first=newest_first, limit=limit, cursor=cursor)
        assert len(page.jobs) <= limit
        found += [job.id for job in page.jobs]
        cursor = page.cursor
        if cursor is None:
            break
    expected = [
        job.id
        for number, job in enumerate(made)
        if wanted.fits(vars(job), world.clock.now())
        and (wanted.since is None or number >= wanted.since)
        and (wanted.before is None or number < wanted.before)
    ]
    assert found == (expected[::-1] if newest_first else expected)
