"""The subcommands of kept models."""

from __future__ import annotations

import click

from heavylift_client import render
from heavylift_client.commands.session import Session


@click.command()
@click.argument("name", required=False)
@click.pass_obj
def models(session: Session, name: str | None) -> None:
    """List the kept models, or the versions of the one called NAME."""
    if name is None:
        session.print(session.api.models(), render.print_models)
    else:
        session.print(session.api.model_versions(name), render.print_model_versions)


@click.command()
@click.argument("job_id")
@click.argument("name")
@click.pass_obj
def keep(session: Session, job_id: str, name: str) -> None:
    """Keep the model of a job under NAME, beyond the job's expiry."""
    session.print(session.api.keep(job_id, name), lambda kept: click.echo(kept["reference"]))


@click.command("delete-model")
@click.argument("version", metavar="NAME@VERSION")
@click.pass_obj
def delete_model(session: Session, version: str) -> None:
    """Delete a version of a kept model, such as churn@3."""
    name, _, number = version.rpartition("@")
    if not name or not number.isdecimal():
        raise click.BadParameter(f"{version!r} is not NAME@VERSION", param_hint="NAME@VERSION")
    session.api.delete_model(name, int(number))
