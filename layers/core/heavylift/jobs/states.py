"""The states of a job, and the moves between them. Pure.

                      ┌── release ──┐
                      ▼             │
    (submit) ──▶ queued ──claim──▶ running ──finish──▶ DONE
                   ▲ │               │ ├─────fail────▶ FAILED ─┐
                   │ ├────expire─────┼─┘                       │
                   │ └────cancel─────┴───────────────▶ CANCELED┤
                   └────────────────────retry──────────────────┘

    (submit) ──▶ scheduled ──claim, once its time has come──▶ running
    (submit) ──▶ waiting ──free──▶ queued
                   ▲ ├────fail────▶ FAILED ─┐
                   │ └────cancel──▶ CANCELED┤
                   └──retry, if never freed─┘

A scheduled job waits for a time, a waiting one for other jobs. Both can be canceled, and expire.
A worker may claim a running job whose lease has ended: the previous worker is gone. A part of a
fanned-out job has the same states and moves. A finished part is counted on its job; that move also
turns a job that a retry had queued into a running job.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Status(StrEnum):
    PROCESSING = "PROCESSING"
    DONE = "DONE"
    FAILED = "FAILED"
    CANCELED = "CANCELED"


class Phase(StrEnum):
    SCHEDULED = "scheduled"
    WAITING = "waiting"
    QUEUED = "queued"
    RUNNING = "running"
    FINISHED = "finished"


class State(NamedTuple):
    status: Status
    phase: Phase


SCHEDULED = State(Status.PROCESSING, Phase.SCHEDULED)
WAITING = State(Status.PROCESSING, Phase.WAITING)
QUEUED = State(Status.PROCESSING, Phase.QUEUED)
RUNNING = State(Status.PROCESSING, Phase.RUNNING)
DONE = State(Status.DONE, Phase.FINISHED)
FAILED = State(Status.FAILED, Phase.FINISHED)
CANCELED = State(Status.CANCELED, Phase.FINISHED)


class Move(NamedTuple):
    sources: frozenset[State]
    target: State


OPEN_STATES = frozenset({SCHEDULED, WAITING, QUEUED, RUNNING})

CLAIM = Move(frozenset({SCHEDULED, QUEUED, RUNNING}), RUNNING)
ADVANCE = Move(frozenset({RUNNING}), RUNNING)
RELEASE = Move(frozenset({RUNNING}), QUEUED)
SPLIT = Move(frozenset({RUNNING}), RUNNING)
COUNT = Move(frozenset({QUEUED, RUNNING}), RUNNING)
FINISH = Move(frozenset({RUNNING}), DONE)
FAIL = Move(frozenset({RUNNING}), FAILED)
EXPIRE = Move(OPEN_STATES, FAILED)
END_BATCH = Move(frozenset({QUEUED, RUNNING}), DONE)
CANCEL = Move(OPEN_STATES, CANCELED)
RETRY = Move(frozenset({FAILED, CANCELED}), QUEUED)
APPROACH = Move(frozenset({SCHEDULED}), SCHEDULED)
STAY = Move(frozenset({WAITING}), WAITING)
FREE = Move(frozenset({WAITING}), QUEUED)
GIVE_UP = Move(frozenset({WAITING}), FAILED)
WAIT_AGAIN = Move(frozenset({FAILED, CANCELED}), WAITING)
