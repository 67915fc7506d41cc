"""The command `heavylift`, with all its subcommands."""

from __future__ import annotations

import click

from heavylift_client.commands.acts import cancel, delete, retry
from heavylift_client.commands.batches import batch
from heavylift_client.commands.events import logs
from heavylift_client.commands.jobs import counts, job, jobs
from heavylift_client.commands.models import delete_model, keep, models
from heavylift_client.commands.outputs import outputs, save
from heavylift_client.commands.schedules import schedule
from heavylift_client.commands.session import Session
from heavylift_client.commands.stack import dead_letters, pause, queues, redrive, resume, tasks
from heavylift_client.commands.submission import run, submit
from heavylift_client.commands.wait import wait

SUBCOMMANDS = (
    (run, submit, wait),
    (batch,),
    (job, jobs, logs, counts, cancel, retry, delete),
    (outputs, save),
    (models, keep, delete_model),
    (schedule,),
    (tasks, queues, pause, resume, dead_letters, redrive),
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--url", envvar="HEAVYLIFT_URL", help="The URL of the API.  [HEAVYLIFT_URL]")
@click.option("--key", envvar="HEAVYLIFT_API_KEY", help="The API key.  [HEAVYLIFT_API_KEY]")
@click.option("--json", "as_json", is_flag=True, help="Print the API's response as JSON, for programs.")
@click.pass_context
def heavylift(context: click.Context, url: str | None, key: str | None, *, as_json: bool) -> None:
    """Submit jobs to Heavylift, follow them and save their outputs."""
    context.obj = Session(url, key, as_json)
    context.call_on_close(context.obj.close)


for each in (command for commands in SUBCOMMANDS for command in commands):
    heavylift.add_command(each)
