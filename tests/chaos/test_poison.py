"""A document that exceeds the memory limit of its child in every attempt."""

from __future__ import annotations

from heavylift.errors import OverLimit
from heavylift.jobs.states import Status
from heavylift.ports.queue import Done, Message
from heavylift.service.dead_letters import redrive
from heavylift.service.submission import Submission
from heavylift.service.submit import submit
from heavylift.worker.outcome import JobOutcome
from heavylift.worker.runner import Invocation, Runner
from pages.settings import PagesSettings
from pages.task import PdfToImagesTask
from tests.support.pdfs import Page, make_pdf
from tests.support.world import World

TOO_LITTLE_MB, ENOUGH_MB = 300, 2048
POISON = make_pdf(Page(box="0 0 9900 9900"))
"""A page of 98 megapixels, 294 MB."""


def test_poison_is_dead_lettered_with_every_attempt_and_redriven_after_a_fix() -> None:
    world = World()
    job = submit(world.system, Submission("me", PdfToImagesTask.spec.name, {"dpi": 72}, POISON))

    outcomes = run_messages(world, TOO_LITTLE_MB)

    assert outcomes == [JobOutcome.RETRYING, JobOutcome.RETRYING, JobOutcome.DEAD]
    after = world.job(job)
    assert (after.status, after.attempt) == (Status.FAILED, 3)
    assert [each["attempt"] for each in after.attempts] == [1, 2, 3]
    kinds = {each["error"]["type"] for each in after.attempts}
    assert kinds <= {"/problems/over-memory", "/problems/pdf-over-memory", f"/problems/{OverLimit.slug}"}
    assert all(each["started_at"] <= each["ended_at"] for each in after.attempts)

    redriven = redrive(world.system, "me", [job.id])
    assert [each.id for each in redriven.jobs] == [job.id]
    assert run_messages(world, ENOUGH_MB) == [JobOutcome.DONE]
    assert world.job(job).status == Status.DONE


def run_messages(world: World, memory_mb: int) -> list[JobOutcome]:
    """Run the messages with children of this much memory. Returns the outcomes."""
    task = PdfToImagesTask(lambda: PagesSettings(child_memory_mb=memory_mb))
    runner = Runner(world.system, {PdfToImagesTask.spec.name: task})
    outcomes = []
    for _ in range(20):
        delivery = world.queue.receive("pages")
        if delivery is None:
            if not world.queue.queues["pages"]:
                break
            world.clock.sleep(30)
            continue
        ends_at = world.clock.now() + 60
        disposition = runner.run(Message.decode(delivery.body), delivery.receipt, Invocation(ends_at))
        outcomes.append(JobOutcome(disposition.outcome))
        if isinstance(disposition, Done):
            world.queue.delete("pages", delivery.receipt)
        else:
            world.queue.postpone("pages", delivery.receipt, disposition.seconds)
    return outcomes
