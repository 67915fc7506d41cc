"""What happens to a message of a dead-letter queue. Nothing is dropped without a record of it."""

from __future__ import annotations

import logging
from collections import Counter

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from heavylift.ports.queue import Message, OrphanMessage, Undecodable
from heavylift.ports.system import System
from heavylift.recovery.dead_message import Burial, bury
from heavylift.recovery.quarantine import keep_aside

log = logging.getLogger("heavylift.dead_message")


class DeadMessages:
    def __init__(self, system: System) -> None:
        self._system = system
        self.counts: Counter[str] = Counter()

    def record(self, record: SQSRecord) -> None:
        """End the message's job, or drop it, or keep it aside; an error leaves it in its queue."""
        self.counts["DeadMessages"] += 1
        try:
            message = Message.decode(record.body)
            sent_at = int(record.attributes.sent_timestamp) / 1000
            burial = bury(self._system, message, sent_at)
        except (Undecodable, OrphanMessage) as reason:
            queue = record.event_source_arn.rpartition(":")[2]
            kept = keep_aside(self._system.objects, queue, record.message_id, record.body)
            self.counts["OrphanMessages"] += 1
            log.warning("names no job and was kept aside", extra={"kept": kept, "why": str(reason)})
            return
        self.counts[burial] += 1
        self.counts["JobsDeadLettered"] += burial == Burial.FAILED
        log.warning(
            "a dead message", extra={"job_id": message.job_id, "part": message.part, "became": burial}
        )
