"""Params that are writeOnly in a task's schema are in no answer, at any name and depth."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, Field

from heavylift.job_store.sealed import load_params
from heavylift.jobs.job import Job
from heavylift.service.job_view import view
from heavylift.service.submission import Submission
from heavylift.service.submit import submit
from heavylift.tasks.redact import redact_params
from heavylift.tasks.registry import TASKS
from heavylift.tasks.spec import Params
from tests.support.world import COPY, TEXT, World

Secret = Annotated[str | None, Field(json_schema_extra={"writeOnly": True})]


class Account(BaseModel):
    user: str = "me"
    pin: Secret = None


class Fetch(Params):
    """Params with secrets at several depths."""

    token: Secret = None
    account: Account | None = None
    mirrors: list[Account] | None = None
    by_site: dict[str, Account] | None = None
    password: str = "the name alone means nothing"


FETCH = replace(COPY, name="fetch", params=Fetch)
SENT: dict[str, Any] = {
    "token": "s3cret",
    "account": {"user": "a", "pin": "s3cret"},
    "mirrors": [{"user": "b", "pin": "s3cret"}, {"user": "c", "pin": None}],
    "by_site": {"here": {"user": "d", "pin": "s3cret"}},
}


@pytest.fixture(autouse=True)
def task(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(TASKS, FETCH.name, FETCH)


def submit_fetch() -> tuple[World, Job]:
    world = World()
    return world, submit(world.system, Submission("me", FETCH.name, SENT, TEXT + b"hello"))


def test_a_secret_of_any_name_and_depth_is_not_shown() -> None:
    _, job = submit_fetch()
    assert view(job, "").params == {
        "account": {"user": "a"},
        "mirrors": [{"user": "b"}, {"user": "c"}],
        "by_site": {"here": {"user": "d"}},
        "password": "the name alone means nothing",
    }
    assert "s3cret" not in view(job, "").model_dump_json()


def test_the_worker_gets_the_secrets_and_the_record_does_not() -> None:
    world, job = submit_fetch()
    assert load_params(world.objects, world.job(job)) == {"password": Fetch().password, **SENT}
    assert "s3cret" not in repr(world.job(job))


@pytest.mark.parametrize("params", [{}, {"token": None}, {"account": {"pin": None}}, {"mirrors": []}])
def test_params_without_a_secret_value_need_no_object(params: dict[str, Any]) -> None:
    world = World()
    job = submit(world.system, Submission("me", FETCH.name, params, TEXT + b"hello"))
    assert job.sealed is None
    assert job.params == Fetch(**params).model_dump()
    assert [key for key in world.objects.objects if "params" in key] == []


def test_an_unknown_task_shows_no_params(monkeypatch: pytest.MonkeyPatch) -> None:
    _, job = submit_fetch()
    monkeypatch.delitem(TASKS, FETCH.name)
    assert view(job, "").params == {}


@pytest.mark.parametrize("task", ["pdf-to-images", "ocr"])
def test_the_tasks_on_documents_hide_the_password(task: str) -> None:
    assert redact_params(task, {"pages": "1", "password": "s3cret"}) == {"pages": "1"}
