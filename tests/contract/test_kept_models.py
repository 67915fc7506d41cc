"""Kept models on every table and store: versions, limits, and many that keep one name at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from heavylift.adapters.system_clock import SystemClock
from heavylift.errors import ModelLimit, NotFound
from heavylift.job_store import kept_models
from heavylift.job_store.manifest import Output, store_manifest
from heavylift.jobs.ids import new_id
from heavylift.jobs.job import Job, job_key, new_item
from heavylift.jobs.object_keys import output_key
from heavylift.jobs.states import DONE
from heavylift.ports.objects import ObjectStore
from heavylift.ports.queue import JobQueue
from heavylift.ports.system import System
from heavylift.ports.table import Table
from heavylift.service.models import delete_model, find_model, find_versions, keep_job, list_models
from heavylift.settings import Settings
from heavylift.tasks.registry import TASKS
from tests.support.model_tasks import MAKE


@pytest.fixture
def system(table: Table, queue: JobQueue, objects: ObjectStore) -> System:
    TASKS.setdefault(MAKE.name, MAKE)
    settings = Settings(table_name="t", bucket_name="b", queue_prefix="q-")
    return System(table, queue, objects, SystemClock(), settings)


def make_done_job(system: System, text: str) -> str:
    """Store a DONE job with a model, and return its id."""
    now = system.clock.now()
    job_id = new_id(now)
    output = Output("copy-1.txt", "text/plain", len(text))
    system.objects.put(output_key(job_id, output.name), text.encode(), output.media_type)
    job = Job(
        **job_key(job_id)._asdict(),
        **DONE._asdict(),
        id=job_id,
        tenant="me",
        task=MAKE.name,
        queue=MAKE.queue,
        params={},
        max_attempts=1,
        created_at=now,
        updated_at=now,
        deadline=now + 60,
        expires_at=int(now + 3600),
        result={"score": 0.5},
        outputs=store_manifest(system.objects, job_id, 1, [output]),
    )
    system.table.create(new_item(job))
    return job_id


def test_a_model_is_kept_found_and_deleted(system: System) -> None:
    job_id = make_done_job(system, "one")
    kept, new = keep_job(system, "me", job_id, "churn")
    assert (new, kept.reference, kept.result) == (True, "churn@1", {"score": 0.5})
    assert keep_job(system, "me", job_id, "churn") == (kept, False)
    assert find_model(system, "me", "churn") == kept
    assert system.objects.read(kept.key) == b"one"
    [name] = list_models(system, "me")
    assert (name.name, name.latest, name.versions) == ("churn", 1, 1)
    delete_model(system, "me", "churn", 1)
    assert list_models(system, "me") == []
    assert system.objects.head(kept.key) is None
    with pytest.raises(NotFound):
        find_versions(system, "me", "churn")


def test_jobs_that_keep_one_name_at_once_get_a_version_each(system: System, threads: int) -> None:
    jobs = [make_done_job(system, text) for text in "abcdef"]
    with ThreadPoolExecutor(threads) as pool:
        kept = list(pool.map(lambda job_id: keep_job(system, "me", job_id, "churn")[0], jobs))
    assert sorted(model.version for model in kept) == [1, 2, 3, 4, 5, 6]
    assert [model.version for model in find_versions(system, "me", "churn")] == [6, 5, 4, 3, 2, 1]
    assert [system.objects.read(model.key) for model in kept] == [b"a", b"b", b"c", b"d", b"e", b"f"]


def test_one_job_that_is_kept_at_once_by_many_has_one_version(system: System, threads: int) -> None:
    job_id = make_done_job(system, "one")
    with ThreadPoolExecutor(threads) as pool:
        kept = list(pool.map(lambda _: keep_job(system, "me", job_id, "churn"), range(6)))
    assert sum(new for _, new in kept) == 1
    assert {model.reference for model, _ in kept} == {"churn@1"}
    assert system.objects.read(kept[0][0].key) == b"one"


def test_the_limit_of_names_holds_in_the_table(system: System, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check before is left out, as for a name that was added between the check and the write."""
    monkeypatch.setattr("heavylift.jobs.kept_models.MAX_NAMES", 1)
    keep_job(system, "me", make_done_job(system, "one"), "a")
    monkeypatch.setattr(kept_models, "MAX_TRIES", 2)
    with pytest.raises(kept_models._TooManyWriters):
        keep_job(system, "me", make_done_job(system, "two"), "b")
    monkeypatch.setattr(kept_models, "MAX_NAMES", 1)
    with pytest.raises(ModelLimit):
        keep_job(system, "me", make_done_job(system, "two"), "b")
    assert [name.name for name in list_models(system, "me")] == ["a"]
