"""``participation poll``: what can be done with polls without the server."""

import click

from participation.poll_counting import count_file


@click.group()
def poll() -> None:
    """Count ballots. Needs no database and no settings."""


poll.add_command(count_file)
