"""Delivering a callback: the body, its signature, the retries and the end."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from standardwebhooks import Webhook

from heavylift.errors import InvalidInput
from heavylift.jobs.job import job_key
from heavylift.ports.queue import Done, Retry
from heavylift.service import control
from heavylift.service.job_view import view
from heavylift.webhooks.delivery_state import DeliveryResult
from heavylift.webhooks.secrets import WebhookSecrets
from tests.support.world import CopyTask
from tests.unit.webhooks.delivery_case import PAUSES, URL, failure, make_case, pause_of
from webhooks.deliver import DeliveryOutcome


def test_nothing_is_sent_before_the_job_has_ended() -> None:
    waiting = make_case(run=False)
    assert waiting.deliver() == Done(DeliveryOutcome.NOTHING_TO_DO)
    looked = []
    running = make_case(task=CopyTask(before=lambda number: looked.append(running.deliver())), run=False)
    running.world.work()
    assert looked == [Done(DeliveryOutcome.NOTHING_TO_DO)]
    assert not waiting.sender.posts
    assert not running.sender.posts


def test_the_body_is_the_job_as_read_at_that_moment() -> None:
    done = make_case()
    read: list[Any] = []
    done.sender.during_post = lambda: read.append(view(done.read_job(), "").model_dump(mode="json"))
    assert done.deliver() == Done(DeliveryOutcome.DELIVERED)
    [(url, body, headers)] = done.sender.posts
    assert url == URL
    assert json.loads(body) == read[0]
    assert (read[0]["status"], read[0]["phase"]) == ("DONE", "finished")
    assert headers["Content-Type"] == "application/json"
    assert done.show_callback() == {
        "url": URL,
        "state": "delivered",
        "attempts": 1,
        "last_status": 204,
        "last_error": None,
        "next_at": None,
        "on": [],
    }


def test_a_callback_is_signed_with_every_valid_secret() -> None:
    done = make_case()
    at = done.world.clock.now()
    kept = WebhookSecrets(done.world.table, done.world.objects)
    secrets = kept.rotate("me", now=at, overlap_s=60)
    done.deliver()
    [(_, body, headers)] = done.sender.posts
    assert headers["webhook-timestamp"] == str(int(at))
    moment = datetime.fromtimestamp(int(at), UTC)
    signatures = [Webhook(each).sign(headers["webhook-id"], moment, body.decode()) for each in secrets]
    assert headers["webhook-signature"].split(" ") == signatures
    assert len(signatures) == 2


@pytest.mark.parametrize("how", ["DONE", "FAILED", "CANCELED"])
def test_every_end_is_delivered(how: str) -> None:
    def fail(_number: int) -> None:
        raise InvalidInput("no good")

    ended = make_case(task=CopyTask(before=fail) if how == "FAILED" else None, run=how != "CANCELED")
    if how == "CANCELED":
        control.cancel(ended.world.system, ended.read_job())
    assert ended.deliver() == Done(DeliveryOutcome.DELIVERED)
    assert json.loads(ended.sender.posts[0][1])["status"] == how


def test_a_failed_delivery_is_repeated_under_the_same_id() -> None:
    tried = make_case(failure(500), failure(None))
    for pause in PAUSES[:2]:
        disposition = tried.deliver()
        assert disposition.outcome is DeliveryOutcome.FAILED
        assert isinstance(disposition, Retry)
        assert pause <= disposition.seconds <= pause * 1.08
        assert tried.show_callback()["state"] == "pending"
        assert tried.show_callback()["last_error"] == "no"
        early = tried.deliver()
        assert early.outcome is DeliveryOutcome.NOT_YET
        assert pause_of(early) == pytest.approx(pause_of(disposition))
        tried.world.clock.sleep(pause_of(disposition))
    assert tried.deliver() == Done(DeliveryOutcome.DELIVERED)
    assert len(set(tried.sender.events)) == 1
    assert [json.loads(body)["callback"]["attempts"] for _, body, _ in tried.sender.posts] == [1, 2, 3]
    assert tried.show_callback()["attempts"] == 3


def test_a_callback_is_given_up_after_the_last_pause() -> None:
    hopeless = make_case(*[failure()] * 9)
    for _ in PAUSES:
        hopeless.world.clock.sleep(pause_of(hopeless.deliver()))
    assert hopeless.deliver() == Done(DeliveryOutcome.GIVEN_UP)
    assert (hopeless.show_callback()["state"], hopeless.show_callback()["attempts"]) == (
        "failed",
        len(PAUSES) + 1,
    )
    hopeless.world.clock.sleep(1000)
    assert hopeless.deliver() == Done(DeliveryOutcome.NOTHING_TO_DO)
    assert len(hopeless.sender.posts) == len(PAUSES) + 1


def test_a_receiver_that_is_gone_is_not_called_again() -> None:
    gone = make_case(DeliveryResult(410, "The receiver answered 410."))
    assert gone.deliver() == Done(DeliveryOutcome.GIVEN_UP)
    assert gone.show_callback()["state"] == "gone"
    assert gone.deliver() == Done(DeliveryOutcome.NOTHING_TO_DO)
    assert len(gone.sender.posts) == 1


def test_an_expired_job_is_not_delivered() -> None:
    done = make_case()
    done.world.clock.sleep(done.read_job().expires_at - done.world.clock.now())
    assert done.deliver() == Done(DeliveryOutcome.NOTHING_TO_DO)
    assert not done.sender.posts


def test_a_job_without_a_callback_or_a_record_is_skipped() -> None:
    plain = make_case()
    plain.job = plain.world.submit()
    plain.world.work()
    assert plain.deliver() == Done(DeliveryOutcome.NOTHING_TO_DO)
    del plain.world.table.items[job_key(plain.job.id)]
    assert plain.deliver() == Done(DeliveryOutcome.NOTHING_TO_DO)
