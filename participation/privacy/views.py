"""Own data: what is stored, to take along, and to have deleted."""

from collections.abc import Iterator, Mapping
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from flask import Blueprint, Response, redirect, render_template, url_for
from flask_login import current_user
from sqlalchemy.exc import IntegrityError, OperationalError

from participation.accounts.queries import password_hash_of
from participation.accounts.rules import mailbox_key
from participation.accounts.sessions import end_session
from participation.accounts.views import passwords
from participation.core import clock
from participation.core.access import public, requires
from participation.core.db import db
from participation.core.headers import keep_private
from participation.core.languages import gettext
from participation.core.limits import is_within_limit, limited
from participation.core.messages import DomainError
from participation.permissions import Permission
from participation.privacy import queries, service, takeout
from participation.privacy.forms import DeleteForm
from participation.privacy.queries import Owner
from participation.privacy.rules import (
    FURTHER_PERIODS,
    TABLES,
    AlreadyDeleted,
    TooManyExports,
    Wish,
)
from participation.privacy.service import Wishes
from participation.privacy.terms import periods
from participation.suggestions.terms import terms

privacy = Blueprint("privacy", __name__, url_prefix="/<language:lang>/konto")
#: Up to so many bytes the file is in memory, and so many are sent at a time.
_IN_MEMORY, _PIECE = 1_000_000, 64 * 1024
#: A request in the person's name that was faster makes deleting begin again.
_TRIES = 5


@privacy.app_template_global()
def retention_list() -> list[dict[str, str]]:
    """What ``privacy/_periods.html`` shows: name, purpose, period, and what deleting the account does."""
    days = periods().days
    return [
        {
            "name": gettext(table.name),
            "purpose": gettext(table.purpose),
            "period": gettext(table.period, days=days[table.setting])
            if table.setting
            else gettext(table.period),
            "deletion": gettext(table.deletion),
        }
        for table in TABLES.values()
        if table.name
    ]


@privacy.app_template_global()
def further_periods() -> list[str]:
    """Periods within a table, as sentences."""
    days = periods().days
    return [gettext(text, days=days[setting]) for setting, text in FURTHER_PERIODS.items()]


@privacy.get("/daten/")
@requires(Permission.ACCOUNT_OWN)
def data() -> Any:
    """What is stored about the reader, and how to take it along."""
    keep_private()
    return render_template("privacy/data.html", holdings=queries.holdings_of(_owner()))


@privacy.get("/daten.json")
@requires(Permission.ACCOUNT_OWN)
def download() -> Response:
    """Everything that is stored about the reader, as a file."""
    keep_private()
    if not is_within_limit("export_limit", f"export of {current_user.id}"):
        raise TooManyExports
    file = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115  (closed with the response)
    note = gettext("Alles, was diese Plattform über Sie gespeichert hat.")
    takeout.write(file, _owner(), clock.now(), note, _ADDRESSES)
    size = file.tell()
    file.seek(0)
    if size <= _IN_MEMORY:
        with file:
            response = Response(file.read(), mimetype="application/json")
    else:
        response = Response(_pieces(file), mimetype="application/json")
        response.content_length = size
        response.call_on_close(file.close)
    response.headers["Content-Disposition"] = "attachment; filename=meine-daten.json"
    return response


def _owner() -> Owner:
    mailbox = terms().fingerprint_of_mailbox(mailbox_key(current_user.email))
    return Owner(current_user.id, mailbox)


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    while piece := file.read(_PIECE):
        yield piece


def _file(row: Mapping[str, Any]) -> str:
    given = {"suggestion_id": row["suggestion_id"], "file_id": row["file_id"]}
    return url_for("attachments.own_download", **given, _external=True)


def _suggestion(row: Mapping[str, Any]) -> str:
    return url_for("suggestions.own_suggestion", suggestion_id=row["id"], _external=True)


def _comment(row: Mapping[str, Any]) -> str:
    return url_for("comments.comment", comment_id=row["parent_id"] or row["id"], _external=True)


_ADDRESSES = {"suggestion": _suggestion, "suggestion_file": _file, "comment": _comment}


@privacy.route("/loeschen/", methods=["GET", "POST"])
@requires(Permission.ACCOUNT_OWN)
@limited("sign_in_limit")
def delete() -> Any:
    """Delete the own account. The session shows who it is, the password that it is really them."""
    keep_private()
    person_id, form = current_user.id, DeleteForm()
    if not form.validate_on_submit():
        return _delete_page(form, 422 if form.errors else 200)
    stored = password_hash_of(person_id)
    db.session.rollback()  # checking a password takes its time; no transaction waits for it
    if stored is not None and not passwords().fits(stored, form.password.data):
        form.password.errors = [
            gettext("Das Passwort stimmt nicht. Bitte versuchen Sie es noch einmal.")
        ]
        return _delete_page(form, 422)
    try:
        _delete(
            person_id, stored or "", Wishes(Wish(form.suggestions.data), Wish(form.comments.data))
        )
    except AlreadyDeleted:
        db.session.rollback()
    except DomainError as error:
        db.session.rollback()
        return _delete_page(form, int(error.status), error.message)
    end_session()
    return redirect(url_for(".deleted"), 303)


def _delete(person_id: int, password_hash: str, wishes: Wishes) -> None:
    for left in reversed(range(_TRIES)):
        try:
            service.delete_account(person_id, password_hash, wishes, clock.now(), terms())
            db.session.commit()
            return
        except (IntegrityError, OperationalError):
            db.session.rollback()
            if not left:
                raise


def _delete_page(form: DeleteForm, status: int, problem: str = "") -> Any:
    holdings = queries.holdings_of(_owner())
    page = render_template("privacy/delete.html", form=form, holdings=holdings, problem=problem)
    return page, status


@privacy.get("/geloescht/")
@public
def deleted() -> Any:
    """Say that the account is gone."""
    return render_template("privacy/deleted.html")
