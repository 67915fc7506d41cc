"""The Lambda handler of the queue of callbacks: one callback, or the outputs of one job, for each message."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from heavylift.outbound.connection import Dialer
from heavylift.ports.queue import Disposition, Message
from heavylift.ports.system import System
from heavylift.runtime import bootstrap
from heavylift.runtime.queue_handler import QueueHandler
from heavylift.runtime.telemetry import Telemetry
from heavylift.tasks.registry import register_tasks
from heavylift.webhooks.output_delivery import DELIVERY
from heavylift.webhooks.parking import CALLBACKS
from webhooks.deliver import Deliverer
from webhooks.deliver_outputs import OutputDeliverer
from webhooks.host_breaker import HostBreaker
from webhooks.http_post import WebhookSender
from webhooks.http_send import OutputSender
from webhooks.settings import WebhookSettings

register_tasks(Path(__file__).resolve().parents[1])


@lru_cache(maxsize=1)
def get_deliverer() -> Deliverer:
    """Return the deliverer. The first call builds it; a warm process keeps it."""
    system, settings = bootstrap.get_system(), WebhookSettings.read()
    sender = WebhookSender(private=system.settings.private_callbacks, total_s=settings.callback_seconds)
    return Deliverer(system, HostBreaker(sender), settings)


@lru_cache(maxsize=1)
def get_output_deliverer() -> OutputDeliverer:
    """Return the deliverer of outputs. The first call builds it; a warm process keeps it."""
    system, settings = bootstrap.get_system(), WebhookSettings.read()
    sender = OutputSender(Dialer(private=system.settings.private_callbacks, peer="receiver"))
    return OutputDeliverer(system, sender, settings.callback_pauses)


def deliver(system: System, message: Message, _record: SQSRecord, context: LambdaContext) -> Disposition:
    """Make the delivery that is due for the message's job, if one is."""
    if message.part == DELIVERY:
        ends_at = system.clock.now() + context.get_remaining_time_in_millis() / 1000
        return get_output_deliverer().deliver(message.job_id, ends_at)
    return get_deliverer().deliver(message.job_id)


messages = QueueHandler(Telemetry.of("callback"), deliver, CALLBACKS)
handler = messages.as_lambda()
