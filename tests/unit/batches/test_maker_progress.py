"""How far a batch is after its maker has died, and a maker that notices a cancel."""

from __future__ import annotations

from typing import Any

import pytest

from heavylift.service.batches import check, make
from heavylift.service.control import cancel
from tests.support.batch_world import BatchWorld


def test_a_maker_that_dies_late_leaves_the_progress_that_it_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    world = BatchWorld(monkeypatch)
    batch = world.submit_batch([world.item() for _ in range(6)])
    record, make_chunk = make.Maker._record, make.Maker._make_chunk

    def take_time(maker: make.Maker, made: int) -> None:
        record(maker, made)
        world.clock.sleep(10)

    def die_at_the_second(maker: make.Maker, chunk: list[Any], *more: Any) -> None:
        if chunk[0][0] > 2:
            raise KeyboardInterrupt
        make_chunk(maker, chunk, *more)

    monkeypatch.setattr(make, "CHUNK", 2)
    monkeypatch.setattr(make.Maker, "_record", take_time)
    monkeypatch.setattr(make.Maker, "_make_chunk", die_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        world.make_once()
    left = world.job(batch)
    assert (left.done, left.total) == (2, 6)


def test_a_maker_notices_a_cancel_while_it_checks_the_items(monkeypatch: pytest.MonkeyPatch) -> None:
    world = BatchWorld(monkeypatch)
    batch = world.submit_batch([world.item() for _ in range(6)])
    check_item, checked = check.check_item, list[int]()

    def cancel_at_the_second(*given: Any) -> Any:
        checked.append(len(checked))
        if len(checked) == 2:
            cancel(world.system, world.job(batch))
            world.clock.sleep(10)
        return check_item(*given)

    monkeypatch.setattr(check, "CHUNK", 1)
    monkeypatch.setattr(check, "check_item", cancel_at_the_second)
    world.make_once()
    assert world.job(batch).status == "CANCELED"
    assert len(checked) == 2
