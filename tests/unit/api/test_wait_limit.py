"""The limit of waits: a tenant's waits leave processes of the api to other tenants."""

from __future__ import annotations

from contextlib import ExitStack

import httpx

from api.admission.wait_limit import WINDOW_S, reserve_wait
from api.http.prefer import MAX_WAIT_S
from tests.support.in_process_api import ApiWorld

WAITS = 2


class LimitedWorld(ApiWorld):
    """An API where two requests of a tenant may wait, and a job of each of two tenants."""

    def __init__(self) -> None:
        super().__init__(waits_per_tenant=WAITS)
        self.client, self.other = (self.api.client(self.api.key(tenant)) for tenant in ("me", "you"))
        self.links = {each: self.submit_over(each).json()["links"]["self"] for each in self.clients}
        self.begin_window()

    @property
    def clients(self) -> tuple[httpx.Client, httpx.Client]:
        return self.client, self.other

    def begin_window(self) -> None:
        self.clock.sleep(WINDOW_S - self.clock.now() % WINDOW_S)

    def wait(self, who: httpx.Client, prefer: str = "wait=20") -> tuple[str, float]:
        """Return what was applied, and the seconds until the answer."""
        began = self.clock.now()
        answer = who.get(self.links[who], headers={"Prefer": prefer})
        assert "Retry-After" in answer.headers
        return answer.headers["Preference-Applied"], round(self.clock.now() - began)

    def hold(self, held: ExitStack, count: int, tenant: str = "me") -> list[int]:
        """Let `count` requests begin to wait. Return how long each may."""
        return [
            held.enter_context(reserve_wait(self.system, tenant, MAX_WAIT_S, WAITS)) for _ in range(count)
        ]


def test_a_tenant_with_too_many_waits_is_answered_at_once_and_others_wait() -> None:
    world = LimitedWorld()
    with ExitStack() as held:
        assert world.hold(held, 3) == [MAX_WAIT_S, MAX_WAIT_S, 0]
        assert world.wait(world.client) == ("wait=0", 0)
        assert world.wait(world.other) == ("wait=20", 20)
    world.begin_window()
    assert world.wait(world.client) == ("wait=20", 20)


def test_a_burst_of_short_waits_is_no_more_than_the_limit_at_once() -> None:
    """Seconds of waiting would be fewer than those of the limit in a minute, with ten requests at once."""
    world = LimitedWorld()
    with ExitStack() as held:
        granted = [held.enter_context(reserve_wait(world.system, "me", 5, WAITS)) for _ in range(10)]
    assert granted == [5] * WAITS + [0] * (10 - WAITS)


def test_waits_that_began_in_the_window_before_count() -> None:
    world = LimitedWorld()
    with ExitStack() as held:
        world.hold(held, WAITS)
        world.begin_window()
        assert world.wait(world.client) == ("wait=0", 0)


def test_a_place_is_given_back_when_the_wait_ends() -> None:
    world = LimitedWorld()
    for _ in range(10):
        with ExitStack() as held:
            assert world.hold(held, WAITS) == [MAX_WAIT_S] * WAITS


def test_a_process_that_dies_holds_no_place_for_longer_than_two_windows() -> None:
    world = LimitedWorld()
    dead = ExitStack()  # never closed
    world.hold(dead, WAITS)
    world.begin_window()
    assert world.wait(world.client) == ("wait=0", 0)
    world.begin_window()
    assert world.wait(world.client) == ("wait=20", 20)


def test_a_wait_ends_before_the_window_after_ends() -> None:
    assert WINDOW_S > MAX_WAIT_S


def test_a_strict_wait_that_was_not_granted_says_so() -> None:
    world = LimitedWorld()
    with ExitStack() as held:
        world.hold(held, WAITS)
        answer = world.client.get(world.links[world.client], headers={"Prefer": "wait=20, handling=strict"})
    assert (answer.status_code, answer.headers["Preference-Applied"]) == (504, "wait=0, handling=strict")
