"""Models that are kept under a name: by a job's param, by a call on a finished job, and used by name."""

from __future__ import annotations

from unittest.mock import patch

import pytest

from heavylift.errors import Conflict, InvalidRequest, ModelLimit, NotFound
from heavylift.job_store import kept_models
from heavylift.jobs.states import Status
from heavylift.service import models
from heavylift.service.control import cancel
from tests.support.model_tasks import MAKE, ModelWorld
from tests.support.world import TEXT


def names(world: ModelWorld, tenant: str = "me") -> dict[str, list[int]]:
    """Return the numbers of the versions by name, as a client lists them."""
    return {
        each.name: [model.version for model in models.find_versions(world.system, tenant, each.name)]
        for each in models.list_models(world.system, tenant)
    }


def test_a_job_keeps_its_model_and_another_reads_it_by_its_name() -> None:
    world = ModelWorld()
    first, second = world.train("churn", "one"), world.train("churn", "two")
    assert first.result == {"copied": [1], "kept": {"name": "churn", "version": 1}}
    assert second.result == {"copied": [1], "kept": {"name": "churn", "version": 2}}
    assert names(world) == {"churn": [2, 1]}
    newest, older = world.use("churn"), world.use("churn@1")
    assert (newest.result, newest.params) == ({"read": "text:two"}, {"model": "churn@2"})
    assert older.result == {"read": "text:one"}
    kept = models.find_model(world.system, "me", "churn@1")
    assert (kept.job_id, kept.bytes, kept.result) == (first.id, len(TEXT) + 3, {"copied": [1]})


def test_a_kept_model_outlives_its_job() -> None:
    world = ModelWorld()
    job = world.train("churn")
    world.clock.sleep(400 * 24 * 3600)
    for key in [key for key in world.objects.objects if key.startswith("jobs/")]:
        world.objects.delete(key)
    del world.table.items[job.key]
    assert world.use("churn").result == {"read": "text:one"}
    expiring = [item for key, item in world.table.items.items() if key.pk.startswith("MODELS#")]
    assert expiring
    assert not any("expires_at" in item for item in expiring)


def test_another_tenant_neither_sees_nor_uses_nor_deletes_it() -> None:
    world = ModelWorld()
    job = world.train("churn")
    assert names(world, "you") == {}
    for attempt in (
        lambda: models.find_versions(world.system, "you", "churn"),
        lambda: models.find_version(world.system, "you", "churn", 1),
        lambda: models.delete_model(world.system, "you", "churn", 1),
        lambda: models.keep_job(world.system, "you", job.id, "mine"),
        lambda: world.use("churn", "you"),
    ):
        with pytest.raises(NotFound):
            attempt()
    world.train("churn", "yours", tenant="you")
    assert world.use("churn", "you").result == {"read": "text:yours"}
    assert names(world) == {"churn": [1]}


def test_a_number_is_not_given_again_after_a_delete() -> None:
    world = ModelWorld()
    world.train("churn"), world.train("churn")
    models.delete_model(world.system, "me", "churn", 2)
    assert (names(world), len(world.kept_objects())) == ({"churn": [1]}, 1)
    assert world.use("churn").params == {"model": "churn@1"}
    with pytest.raises(NotFound, match="churn@2"):
        world.use("churn@2")
    with pytest.raises(NotFound):
        models.delete_model(world.system, "me", "churn", 2)
    models.delete_model(world.system, "me", "churn", 1)
    assert names(world) == {}
    with pytest.raises(NotFound):
        world.use("churn")
    world.train("churn")
    assert names(world) == {"churn": [3]}


def test_a_model_that_was_deleted_before_the_run_is_invalid_input() -> None:
    world = ModelWorld()
    world.train("churn")
    job = world.submit("use-model", model="churn")
    models.delete_model(world.system, "me", "churn", 1)
    world.work_through(job.queue)
    ended = world.load(job)
    assert (ended.status, ended.error and ended.error["type"]) == (Status.FAILED, "/problems/invalid-input")


def test_a_repeated_attempt_keeps_one_version() -> None:
    world = ModelWorld()
    failures = [RuntimeError("the first attempt")]

    def fail_once(_number: int) -> None:
        if failures:
            raise failures.pop()

    world.make.before = fail_once
    assert world.train("churn").attempt == 2
    assert (names(world), len(world.kept_objects())) == ({"churn": [1]}, 1)


@pytest.mark.parametrize("parts", [1, 3])
def test_a_worker_that_was_overtaken_keeps_nothing(parts: int) -> None:
    """Two workers run the job to its end; the slow one comes after the other's DONE."""
    world = ModelWorld()
    add = kept_models._add_version

    def overtaken(*arguments: object) -> object:
        with patch.object(kept_models, "_add_version", add):
            world.clock.sleep(10 * world.seconds)
            world.work_through(job.queue)
        return add(*arguments)  # type: ignore[arg-type]

    job = world.submit(MAKE.name, content=TEXT + b"one", keep="churn", parts=parts)
    with patch.object(kept_models, "_add_version", overtaken):
        world.work_through(job.queue)
    assert world.load(job).status == Status.DONE
    assert (names(world), len(world.kept_objects())) == ({"churn": [1]}, 1)


def test_a_job_that_is_canceled_at_its_end_keeps_nothing() -> None:
    world = ModelWorld()
    add = kept_models._add_version

    def canceled(*arguments: object) -> object:
        cancel(world.system, world.load(job))
        return add(*arguments)  # type: ignore[arg-type]

    job = world.submit(MAKE.name, content=TEXT + b"one", keep="churn")
    with patch.object(kept_models, "_add_version", canceled):
        world.work_through(job.queue)
    assert world.load(job).status == Status.CANCELED
    assert (names(world), world.kept_objects()) == ({}, [])


def test_two_jobs_that_keep_one_name_at_once_get_a_version_each() -> None:
    world = ModelWorld()
    load, others = kept_models.load_name, ["two", "three"]

    def slow(*arguments: object) -> object:
        known = load(*arguments)  # type: ignore[arg-type]
        if others:
            world.train("churn", others.pop())
        return known

    with patch.object(kept_models, "load_name", slow):
        world.train("churn", "one")
    assert names(world) == {"churn": [3, 2, 1]}
    read = {str(world.use(f"churn@{version}").result) for version in (1, 2, 3)}
    assert read == {str({"read": f"text:{text}"}) for text in ("one", "two", "three")}


def test_a_name_takes_so_many_versions_and_a_tenant_so_many_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_models, "MAX_VERSIONS", 2)
    monkeypatch.setattr(kept_models, "MAX_NAMES", 2)
    world = ModelWorld()
    for name in ("a", "a", "b"):
        world.train(name)
    with pytest.raises(ModelLimit, match="'a' has 2 versions"):
        world.train("a")
    with pytest.raises(ModelLimit, match="2 names"):
        world.train("c")
    with pytest.raises(ModelLimit):
        models.keep_job(world.system, "me", world.train().id, "c")
    world.train("b")
    world.train("c", tenant="you")
    models.delete_model(world.system, "me", "a", 1)
    world.train("a")
    for version in (1, 2):
        models.delete_model(world.system, "me", "b", version)
    world.train("c")
    assert names(world) == {"a": [3, 2], "c": [1]}


def test_a_limit_that_is_reached_while_the_job_runs_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    world = ModelWorld()
    job = world.submit(MAKE.name, content=TEXT + b"one", keep="churn")
    monkeypatch.setattr(kept_models, "MAX_VERSIONS", 0)
    world.work_through(job.queue)
    ended = world.load(job)
    assert ended.status == Status.DONE
    assert ended.result
    assert ended.result["kept"] is None
    [warning] = ended.result["warnings"]
    assert warning["slug"] == "model-not-kept"
    assert world.kept_objects() == []


def test_a_finished_job_is_kept_once() -> None:
    world = ModelWorld()
    job = world.train()
    kept, new = models.keep_job(world.system, "me", job.id, "churn")
    assert (kept.reference, new) == ("churn@1", True)
    assert models.keep_job(world.system, "me", job.id, "churn") == (kept, False)
    with pytest.raises(Conflict, match="as churn@1"):
        models.keep_job(world.system, "me", job.id, "other")
    with pytest.raises(Conflict, match="as other@1"):
        models.keep_job(world.system, "me", world.train("other").id, "churn")
    models.delete_model(world.system, "me", "churn", 1)
    assert models.keep_job(world.system, "me", job.id, "other")[0].reference == "other@2"


def test_two_requests_that_keep_one_job_at_once_keep_one_version() -> None:
    world = ModelWorld()
    job = world.train()
    add, once = kept_models._add_version, [1]

    def slow(*arguments: object) -> object:
        if once:
            once.clear()
            models.keep_job(world.system, "me", job.id, "churn")
        return add(*arguments)  # type: ignore[arg-type]

    with patch.object(kept_models, "_add_version", slow):
        kept, new = models.keep_job(world.system, "me", job.id, "churn")
    assert (kept.reference, new) == ("churn@1", False)
    assert world.kept_objects() == [kept.key]
    assert world.use("churn").result == {"read": "text:one"}


def test_what_is_no_model_is_refused() -> None:
    world = ModelWorld()
    with pytest.raises(NotFound, match="'a@b'"):
        world.use("a@b")
    with pytest.raises(InvalidRequest):
        world.train("a/b")
    with pytest.raises(NotFound):
        models.find_versions(world.system, "me", "a#1")
    world.train("churn")
    used = world.use("churn")
    with pytest.raises(InvalidRequest, match="has no model to keep"):
        models.keep_job(world.system, "me", used.id, "churn")
    waiting = world.submit(MAKE.name, content=TEXT + b"one")
    with pytest.raises(Conflict):
        models.keep_job(world.system, "me", waiting.id, "churn")


def test_an_unclear_fault_leaves_the_copy_which_may_be_in_use() -> None:
    world = ModelWorld()
    job = world.train()
    with (
        patch.object(world.table, "transact", side_effect=TimeoutError),
        pytest.raises(TimeoutError),
    ):
        models.keep_job(world.system, "me", job.id, "churn")
    assert len(world.kept_objects()) == 1
