"""The secrets that sign callbacks: made once, rotated, and in no item of the table."""

from __future__ import annotations

import base64
import threading

import pytest

from heavylift.adapters.memory.objects import MemoryObjects
from heavylift.errors import HeavyliftError
from heavylift.ports.table import Create
from heavylift.webhooks.secrets import WebhookSecrets, webhook_key
from tests.unit.webhooks.secrets_in_memory import make_secrets, read_objects

NOW = 1_790_000_000.0
OLD_SECRET, OLDER_SECRET = "whsec_b2xk", "whsec_b2xkZXI="


def test_a_secret_is_made_once_and_is_long_enough() -> None:
    kept = make_secrets()
    [secret] = kept.get("me", NOW)
    assert kept.get("me", NOW + 1e9) == [secret]
    assert secret.startswith("whsec_")
    assert len(base64.b64decode(secret.removeprefix("whsec_"))) == 32


def test_the_old_secret_stays_valid_for_a_while_and_then_goes() -> None:
    kept = make_secrets()
    [old] = kept.get("me", NOW)
    new, still = kept.rotate("me", now=NOW, overlap_s=3600)
    assert still == old != new
    assert kept.get("me", NOW + 3599) == [new, old]
    assert kept.get("me", NOW + 3600) == [new]
    newest, _ = kept.rotate("me", now=NOW + 4000, overlap_s=3600)
    assert read_objects(kept) == {newest, new}


def test_without_an_overlap_the_old_secret_is_gone_at_once() -> None:
    kept = make_secrets()
    [old] = kept.get("me", NOW)
    [new] = kept.rotate("me", now=NOW, overlap_s=0)
    assert new != old
    assert kept.get("me", NOW) == [new]


def test_the_item_never_expires_by_itself() -> None:
    kept = make_secrets()
    kept.rotate("me", now=NOW, overlap_s=60)
    assert "expires_at" not in (kept.table.get(webhook_key("me")) or {})  # the table's TTL attribute


def test_rotating_at_once_loses_no_secret() -> None:
    kept, made = make_secrets(), []
    threads = [
        threading.Thread(target=lambda: made.append(kept.rotate("me", now=NOW, overlap_s=60)[0]))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(made) < set(kept.get("me", NOW))
    assert len(kept.get("me", NOW)) == 9


def test_the_table_holds_no_secret() -> None:
    kept = make_secrets()
    secrets = [*kept.get("me", NOW), *kept.rotate("me", now=NOW, overlap_s=60)]
    written = repr(kept.table.get(webhook_key("me")))
    assert not [secret for secret in secrets if secret in written]


def make_secrets_of_the_release_before() -> WebhookSecrets:
    kept = make_secrets()
    entries = [{"secret": OLD_SECRET}, {"secret": OLDER_SECRET, "until": NOW + 60}]
    kept.table.transact(Create({**webhook_key("me")._asdict(), "secrets": entries}))
    return kept


def test_secrets_of_the_release_before_stay_valid_and_leave_the_table() -> None:
    kept = make_secrets_of_the_release_before()
    assert kept.get("me", NOW) == [OLD_SECRET, OLDER_SECRET]
    assert kept.get("me", NOW + 60) == [OLD_SECRET]
    assert "whsec_" not in repr(kept.table.get(webhook_key("me")))
    assert kept.rotate("me", now=NOW, overlap_s=30)[1:] == [OLD_SECRET, OLDER_SECRET]


def test_two_processes_may_move_the_secrets_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = make_secrets_of_the_release_before()
    update = kept.table.update

    def raced(change: object) -> object:
        monkeypatch.setattr(kept.table, "update", update)
        assert kept.get("me", NOW) == [OLD_SECRET, OLDER_SECRET]
        return update(change)  # type: ignore[arg-type]

    monkeypatch.setattr(kept.table, "update", raced)
    assert kept.get("me", NOW) == [OLD_SECRET, OLDER_SECRET]


def test_a_secret_without_its_object_is_left_out_and_replaced_by_a_rotation() -> None:
    kept = make_secrets()
    [lost] = kept.get("me", NOW)
    [new, _] = kept.rotate("me", now=NOW, overlap_s=60)
    delete_object_of(kept, lost)
    assert kept.get("me", NOW) == [new]
    delete_object_of(kept, new)
    with pytest.raises(HeavyliftError, match="gone"):
        kept.get("me", NOW)
    assert len(kept.rotate("me", now=NOW, overlap_s=60)) == 1


def delete_object_of(kept: WebhookSecrets, secret: str) -> None:
    assert isinstance(kept.objects, MemoryObjects)
    [key] = [key for key, (content, _) in kept.objects.objects.items() if content.decode() == secret]
    kept.objects.delete(key)
