"""Breaking a rule, and looking for the break in the histories."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from heavylift.jobs import later, part_transitions, transitions
from heavylift.ports.table import AnyOf, Change, Condition
from tests.chaos.harness.history import History
from tests.chaos.harness.watch import Violation

Rule = Callable[..., Change]
Patch = pytest.MonkeyPatch
SEEDS = 200


def without(rule: Rule, *attributes: str) -> Rule:
    """Return the rule without its conditions on these attributes."""

    def is_dropped(condition: Condition) -> bool:
        each = condition.conditions[0] if isinstance(condition, AnyOf) else condition
        return each.attribute in attributes

    def mutant(*args: Any, **more: Any) -> Change:
        change = rule(*args, **more)
        kept = tuple(condition for condition in change.when if not is_dropped(condition))
        assert len(kept) < len(change.when), "the mutation changes nothing"
        return replace(change, when=kept)

    return mutant


def drop_conditions(name: str, *attributes: str) -> Callable[[Patch], None]:
    def mutate(patch: Patch) -> None:
        room = next(each for each in (part_transitions, later, transitions) if name in vars(each))
        patch.setattr(room, name, without(getattr(room, name), *attributes))

    return mutate


def is_found(mutate: Callable[[Patch], None], patch: Patch, **options: Any) -> bool:
    """Return whether a history finds the mutation. `options` are those of `History`."""
    mutate(patch)
    for seed in range(SEEDS):
        try:
            History(seed, hanging=0.08, **options).play()
        except Violation:
            return True
    return False
