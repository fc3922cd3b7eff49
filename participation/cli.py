"""The ``participation`` command: everything a city does from the command line.

Each command changes nothing when it fails, and ends with status 2 for bad input.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click
import flask_migrate
import sqlalchemy as sa
from email_validator import EmailNotValidError
from flask import Flask

from participation import backups, restoring
from participation.accounts import roles
from participation.accounts import service as accounts
from participation.accounts.forms import mail_address
from participation.accounts.passwords import passwords
from participation.accounts.queries import person_by_email
from participation.accounts.rules import (
    SHORTEST_PASSWORD,
    LastAdministrator,
    NobodyWithAccount,
    NothingToRevoke,
)
from participation.app import create_app
from participation.city import queries as city
from participation.config import SettingsError
from participation.core import clock
from participation.core.db import db
from participation.core.importing import Change, ImportRefused
from participation.core.search_index import Kind
from participation.demo import runner
from participation.generation.fill import Generator, Sizes
from participation.generation.lists import missing_lists
from participation.imports import IMPORTS, PROJECT_FORMATS, import_file
from participation.permissions import GRANTABLE_ROLES, VISITOR, Role
from participation.poll_commands import poll
from participation.privacy import service as privacy_service
from participation.privacy.terms import periods
from participation.reindex import how_many, rebuild
from participation.server import NotReady, become_server, check_database, check_reachable
from participation.suggestions.terms import terms
from participation.worker import run_in_foreground

_BAD_INPUT = 2


class Refused(click.ClickException):
    """Bad input: the message is shown, and the exit status is 2."""

    exit_code = _BAD_INPUT


def _app() -> Flask:
    try:
        return create_app()
    except SettingsError as error:
        raise Refused(f"Settings are missing or wrong:\n{error}") from error


def _reachable_app() -> Flask:
    """The application on a database that answers, whatever form it has."""
    app = _app()
    try:
        check_reachable(app)
    except NotReady as error:
        raise Refused(str(error)) from error
    return app


def _checked_app() -> Flask:
    """The application on a database that answers and has the newest form."""
    app = _app()
    try:
        check_database(app)
    except NotReady as error:
        raise Refused(str(error)) from error
    return app


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Citizen participation: projects, suggestions, public answers."""


main.add_command(poll)


@main.command()
@click.option("--port", default=8000, show_default=True, help="Port of the demo on 127.0.0.1.")
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("instance/demo"),
    show_default=True,
    help="Folder of the demo's database and mails; kept between runs.",
)
def demo(port: int, data: Path) -> None:
    """Run a demo city: server, worker and a mail sink you can read in the browser."""
    try:
        runner.run(port, data)
    except runner.DemoFailed as error:
        raise Refused(str(error)) from error


@main.command()
@click.option("--bind", default="127.0.0.1:8000", show_default=True, help="Address and port.")
@click.option("--workers", default=2, show_default=True, help="Processes.")
@click.option("--threads", default=4, show_default=True, help="Threads a process.")
def serve(bind: str, workers: int, threads: int) -> None:
    """Serve the pages (gunicorn). Put a web server with TLS in front."""
    _checked_app()
    become_server(bind, workers, threads)


@main.command()
def worker() -> None:
    """Send mails and close collecting periods, until stopped."""
    run_in_foreground(_checked_app())


@main.command()
def migrate() -> None:
    """Bring the database to the newest form, and the search index to what can be found."""
    with _reachable_app().app_context():
        flask_migrate.upgrade()
        rebuild()
        db.session.commit()
    click.echo("The database is up to date.")


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
def backup(folder: Path) -> None:
    """Write everything the platform keeps, uploads too, into a new FOLDER.

    The server and the worker may run meanwhile: the backup is one moment. The secret key is not in
    it; keep that elsewhere. Who has the backup has all data: guard it like the database.
    """
    with _checked_app().app_context():
        try:
            with _bar("Saving rows") as begin:
                rows = backups.write(folder, clock.now(), begin)
        except backups.BackupFailed as error:
            raise Refused(str(error)) from error
    click.echo(f"{rows} rows are in {folder}.")


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--replace", is_flag=True, help="Give up what the database holds now.")
def restore(folder: Path, replace: bool) -> None:
    """Fill the database from a backup in FOLDER, made on SQLite or on PostgreSQL.

    All or nothing. Every file is checked first. Stop the server and the worker before.
    """
    with _checked_app().app_context():
        try:
            kept = restoring.open_backup(folder)
            if restoring.is_used() and not replace:
                raise restoring.RestoreRefused(
                    "The database is in use. To give up what it holds, add --replace."
                )
            with _bar("Restoring rows") as begin:
                restoring.fill(kept, begin)
            db.session.commit()
        except restoring.RestoreRefused as error:
            raise Refused(f"Nothing was changed. {error}") from error
    click.echo(f"{kept.rows} rows of {kept.made_at} are restored.")


@main.command()
@click.option("--suggestions", type=click.IntRange(1, 1_000_000), default=1000, show_default=True)
@click.option(
    "--comments", type=click.IntRange(0, 5_000_000), help="Default: as many as suggestions."
)
@click.option("--people", type=click.IntRange(10, 1_000_000), help="Default: fits the suggestions.")
@click.option("--projects", type=click.IntRange(0, 10_000), default=100, show_default=True)
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same city.")
@click.option("--into-existing", is_flag=True, help="Add to what the database holds.")
def generate(
    suggestions: int,
    comments: int | None,
    people: int | None,
    projects: int,
    seed: int,
    into_existing: bool,
) -> None:
    """Make up a city of any size, for benchmarks and demonstrations.

    Never do this where people take part: made-up suggestions look like real ones. An empty database
    gets Mainz's districts, offices and topics. All or nothing.
    """
    sizes = Sizes(
        suggestions=suggestions,
        comments=suggestions if comments is None else comments,
        people=people or max(400, suggestions // 5),
        projects=projects,
    )
    with _checked_app().app_context():
        if restoring.is_used() and not into_existing:
            raise Refused(
                "The database is in use. To add made-up data all the same: --into-existing"
            )
        for kind, name in missing_lists():
            import_file(kind, name)
        with _bar("Making it up") as begin:
            Generator(sizes, seed, clock.now(), terms(), begin(sizes.total)).run()
        with _bar("Looking at texts") as begin:
            step = begin(how_many())
            rebuild(lambda _kind, count: step(count))
        db.session.commit()
        db.session.execute(sa.text("ANALYZE"))
        db.session.commit()
    click.echo(f"{suggestions} suggestions, {sizes.comments} comments, {sizes.people} people.")


@contextmanager
def _bar(label: str) -> Iterator[Callable[[int], Callable[[int], None]]]:
    """Yield what begins a progress bar when it is known how long it gets."""
    with ExitStack() as stack:
        yield (
            lambda length: stack.enter_context(click.progressbar(length=length, label=label)).update
        )


@main.group("search")
def search_() -> None:
    """Look after the search index."""


@search_.command("rebuild")
def rebuild_search() -> None:
    """Compare the search index with everything that can be found, and correct it.

    All or nothing. The index is kept with every change; this is for when it was not.
    """
    with _app().app_context():
        counts: Counter[str] = Counter()
        with click.progressbar(length=how_many(), label="Looking at texts") as bar:

            def show(kind: Kind, count: int) -> None:
                counts[kind.value] += count
                bar.update(count)

            changed = rebuild(show)
        db.session.commit()
    click.echo(", ".join(f"{count} {kind}" for kind, count in counts.items()))
    click.echo("The index is corrected." if changed else "The index was right.")


@main.command("import")
@click.argument("kind", type=click.Choice(list(IMPORTS)))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--format",
    "file_format",
    type=click.Choice(list(PROJECT_FORMATS)),
    default="csv",
    show_default=True,
    help="What the file of projects is: our CSV, or another city's JSON.",
)
def import_(kind: str, file: Path, file_format: str) -> None:
    """Read districts, departments, topics, projects or meetings from a FILE.

    All or nothing: a file with a fault changes nothing, and each fault is named with its line.
    Reading the same file again changes nothing. docs/import.md describes the columns.
    """
    if file_format != "csv" and kind != "projects":
        raise Refused(f"--format {file_format} is for projects only; {kind} are read from CSV.")
    with _app().app_context():
        try:
            result = import_file(kind, file, file_format=file_format, show_progress=True)
        except ImportRefused as error:
            raise Refused(f"{file}: nothing was changed.\n" + "\n".join(error.faults)) from error
        db.session.commit()
    counts = result.counts
    click.echo(f"{kind}: " + ", ".join(f"{counts[change]} {change.value}" for change in Change))
    if left := result.report.lines():
        click.echo("not taken over:\n" + "\n".join(f"  {line}" for line in left))


@main.group()
def privacy() -> None:
    """Look after what the platform must forget."""


@privacy.command("apply")
@click.option("--dry-run", is_flag=True, help="Only say what is due; change nothing.")
def apply_retention(dry_run: bool) -> None:
    """Forget what is older than the settings allow. The worker does it by itself, once an hour.

    In small transactions: interrupted, it goes on the next time.
    """
    with _app().app_context():
        now, kept = clock.now(), periods()
        if dry_run:
            counts = privacy_service.due(now, kept, terms())
        else:
            counts = Counter()
            while done := privacy_service.apply_retention(now, kept, terms()):
                db.session.commit()
                counts += done
            db.session.rollback()
    word = "due" if dry_run else "done"
    for (table, what), count in sorted((+counts).items()):
        click.echo(f"{table}: {count} {word}: {what}")
    if not counts.total():
        click.echo("Nothing is due.")


@main.group()
def user() -> None:
    """Create accounts and grant roles."""


@user.command("create")
@click.argument("email")
@click.option("--name", default="", help="How colleagues see this person; residents need none.")
@click.option("--resident", is_flag=True, help="Lives in the city and is at least 14.")
@click.password_option(help="Asked for if it is not given.")
def create_user(email: str, name: str, resident: bool, password: str) -> None:
    """Create an account with a confirmed address."""
    email = _checked_address(email)
    if len(password) < SHORTEST_PASSWORD:
        raise Refused(f"The password needs at least {SHORTEST_PASSWORD} characters.")
    with _app().app_context():
        try:
            password_hash = passwords().hash(password)
            accounts.create_person(
                email, password_hash, clock.now(), name=name, is_resident=resident
            )
        except accounts.AddressTaken as error:
            raise Refused(f"{email} has an account already.") from error
        db.session.commit()
    click.echo(f"Created {email}.")


@user.command("grant")
@click.argument("email")
@click.argument("role", type=click.Choice([role.value for role in GRANTABLE_ROLES]))
@click.option("--department", multiple=True, help='Number or name, such as "67"; may be repeated.')
def grant_role(email: str, role: str, department: tuple[str, ...]) -> None:
    """Grant a role; officers need the departments they answer for."""
    if role == Role.OFFICER and not department:
        raise Refused("An officer needs --department.")
    email = _checked_address(email)
    with _app().app_context():
        now = clock.now()
        ids = [_department(wanted) for wanted in department]
        try:
            changed = accounts.grant(email, Role(role), ids, now)
        except NobodyWithAccount as error:
            raise Refused(f"{email} has no confirmed account. Create it first.") from error
        db.session.commit()
    click.echo(f"{email} is now {role}." if changed else f"{email} was {role} already.")


@user.command("revoke")
@click.argument("email")
@click.option(
    "--role",
    required=True,
    type=click.Choice([role.value for role in GRANTABLE_ROLES]),
    help="With the role of an officer, the departments go as well.",
)
def revoke_role(email: str, role: str) -> None:
    """Take a role away. It is gone at the person's next request."""
    email = _checked_address(email)
    with _app().app_context():
        person = person_by_email(email)
        try:
            if person is None:
                raise NothingToRevoke
            roles.revoke(person.id, Role(role), VISITOR, clock.now())
        except NothingToRevoke as error:
            raise Refused(f"{email} is not {role}.") from error
        except LastAdministrator as error:
            message = f"{email} is the last administrator. Grant the role to somebody else first."
            raise Refused(message) from error
        db.session.commit()
    click.echo(f"{email} is no longer {role}.")


def _checked_address(email: str) -> str:
    try:
        return mail_address(email)
    except EmailNotValidError as error:
        raise Refused(f"{email} is no e-mail address.") from error


def _department(wanted: str) -> int:
    found = [
        department
        for department in city.departments_on(clock.city_date(clock.now()))
        if wanted in (department.number, department.name)
    ]
    if len(found) != 1:
        raise Refused(f"There is no department, or more than one, called {wanted!r}.")
    return found[0].id
