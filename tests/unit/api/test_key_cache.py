"""The cache of API keys: what a warm process reads of the table, and for how long it trusts it."""

from __future__ import annotations

from contextlib import suppress
from unittest.mock import Mock

import pytest

from api.admission.key_cache import CACHE_TTL_S, MAX_KEYS, UNKNOWN_TTL_S, ApiKeyCache
from heavylift.api_keys import Scope, create_key, find_key, revoke_key
from heavylift.errors import Unauthorized
from tests.support.in_process_api import ApiWorld


def test_a_revoked_key_is_refused_after_the_cache_time() -> None:
    world = ApiWorld()
    secret, key = create_key(world.table, "me", Scope, world.clock.now())
    client = world.api.client(secret)
    assert client.get("/v1/jobs").status_code == 200
    revoke_key(world.table, key.id, world.clock.now())
    world.clock.sleep(CACHE_TTL_S)
    assert client.get("/v1/jobs").status_code == 401


def test_a_key_is_read_once_in_the_cache_time(monkeypatch: pytest.MonkeyPatch) -> None:
    api = ApiWorld().api
    reads = Mock(wraps=find_key)
    monkeypatch.setattr("api.admission.key_cache.find_key", reads)
    client = api.client(api.key("me"))
    assert {client.get("/v1/jobs").status_code for _ in range(3)} == {200}
    assert reads.call_count == 1


def test_a_key_that_was_unknown_works_soon_after_it_is_created() -> None:
    world = ApiWorld()
    cache = ApiKeyCache(world.system)
    secret, key = create_key(world.table, "me", Scope, world.clock.now())
    later = dict(world.table.items)
    world.table.items.clear()
    with pytest.raises(Unauthorized):
        cache.authenticate(secret)
    world.table.items.update(later)
    world.clock.sleep(UNKNOWN_TTL_S)
    assert cache.authenticate(secret).id == key.id


def test_an_unknown_key_is_read_once_in_its_cache_time(monkeypatch: pytest.MonkeyPatch) -> None:
    world = ApiWorld()
    cache, reads = ApiKeyCache(world.system), Mock(wraps=find_key)
    monkeypatch.setattr("api.admission.key_cache.find_key", reads)
    for seconds, most in ((0, 1), (UNKNOWN_TTL_S, 2)):
        world.clock.sleep(seconds)
        for _ in range(3):
            with pytest.raises(Unauthorized, match="not known"):
                cache.authenticate(make_up_key(1))
        assert reads.call_count == most


def test_a_key_that_the_table_has_no_more_is_refused_in_each_request() -> None:
    world = ApiWorld()
    cache = ApiKeyCache(world.system)
    secret, _key = create_key(world.table, "me", Scope, world.clock.now())
    cache.authenticate(secret)
    world.table.items.clear()
    world.clock.sleep(CACHE_TTL_S)
    for _ in range(2):
        with pytest.raises(Unauthorized, match="not known"):
            cache.authenticate(secret)


def test_guessed_keys_do_not_fill_the_memory() -> None:
    cache = ApiKeyCache(ApiWorld().system)
    for number in range(MAX_KEYS + 5):
        with suppress(Unauthorized):
            cache.authenticate(make_up_key(number))
    assert len(cache._unknown) == MAX_KEYS


def make_up_key(number: int) -> str:
    return f"hl_{number:043}"


def test_a_flood_of_made_up_keys_pushes_no_clients_key_out(monkeypatch: pytest.MonkeyPatch) -> None:
    world = ApiWorld()
    cache = ApiKeyCache(world.system)
    secret, key = create_key(world.table, "me", Scope, world.clock.now())
    cache.authenticate(secret)
    for number in range(MAX_KEYS + 5):
        with suppress(Unauthorized):
            cache.authenticate(make_up_key(number))
    monkeypatch.setattr("api.admission.key_cache.find_key", Mock(side_effect=AssertionError))
    assert cache.authenticate(secret).id == key.id


@pytest.mark.parametrize(
    "text", ["hl_1", "no-such-key", "hl_" + "x" * 42, "hl_" + "x" * 44, "hl_" + "ä" * 43]
)
def test_what_has_not_the_form_of_a_key_is_refused_without_a_look_into_the_table(
    monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    cache = ApiKeyCache(ApiWorld().system)
    monkeypatch.setattr("api.admission.key_cache.find_key", Mock(side_effect=AssertionError))
    with pytest.raises(Unauthorized):
        cache.authenticate(text)
