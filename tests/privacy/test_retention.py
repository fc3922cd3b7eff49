"""What the platform forgets by itself: each kind of rows with a moved clock, on both databases.

One second before its time is over a row stays; one second after it goes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from participation.accounts import service as accounts
from participation.accounts.models import Person, SignInSession
from participation.comments import service as comments
from participation.comments.models import Comment, CommentReport
from participation.comments.rules import NotNow, Reason, RestoreReason
from participation.config import Settings
from participation.core.db import db
from participation.core.retention import Expiry
from participation.files import service as files
from participation.files.models import StoredFile, StoredFileContent
from participation.files.rules import UPLOAD_WINDOW
from participation.journal.models import JournalEntry
from participation.meetings import service as meetings
from participation.meetings.models import MeetingSignUp
from participation.notifications import service as notifications
from participation.notifications.delivery import reader_of, write_mail
from participation.notifications.models import Mail
from participation.polls import making
from participation.polls.models import PollEntitled
from participation.polls.rules import Eligible
from participation.privacy import service
from participation.privacy.service import Periods
from participation.suggestions import attachments, drafts, notes, rules
from participation.suggestions.forgetting import GONE_TITLE, WARNING
from participation.suggestions.models import Suggestion, SuggestionMove, SuggestionNote
from participation.suggestions.note_rules import NoteHideCode
from participation.suggestions.rules import State
from participation.suggestions.support_models import Support, SupportGuest, SupportRequest
from participation.worker import Worker
from tests.factories import (
    TERMS,
    coordinator,
    make_addition,
    make_attachment,
    make_comment,
    make_meeting,
    make_project,
    make_suggestion,
    make_supporters,
    resident,
)
from tests.files.uploads import picture, prepared
from tests.people import KIM, MARA, NOW, make_person
from tests.polls.steps import make_draft
from tests.privacy.steps import fresh, live
from tests.suggestions.guest_steps import ask, assert_count_is_true, support_as_guest

SECOND = timedelta(seconds=1)
PERIODS = Periods({name: Settings.model_fields[name].default for name in Periods.SETTINGS})


def days(setting: str) -> timedelta:
    return timedelta(days=PERIODS.days[setting])


def count(thing: Any, *where: Any) -> int:
    db.session.flush()
    return db.session.scalar(sa.select(sa.func.count()).select_from(thing).where(*where)) or 0


@dataclass(frozen=True)
class Case:
    """:param due: when the time of what was made is over; :param left: what is left of it then"""

    due: datetime
    left: Callable[[], int]


def _session() -> Case:
    accounts.sign_in(make_person(MARA), NOW, 14)
    return Case(NOW + timedelta(days=14), lambda: count(SignInSession))


def _unconfirmed() -> Case:
    accounts.register("neu@example.org", "x", "de", NOW)
    while notifications.write_next(NOW, "example.org"):
        pass
    return Case(NOW + days("keep_unconfirmed_days"), lambda: count(Person) + count(Mail))


def _unwarned() -> Case:
    key = make_suggestion(State.DRAFT).id
    is_unwarned = Suggestion.id == key, Suggestion.warned_at.is_(None)
    return Case(NOW + days("keep_draft_days") - WARNING, lambda: count(Suggestion, *is_unwarned))


def _draft() -> Case:
    draft = make_suggestion(State.DRAFT)
    make_attachment(draft)
    draft.warned_at = NOW + days("keep_draft_days") - WARNING
    return Case(NOW + days("keep_draft_days"), lambda: count(Suggestion) + count(StoredFileContent))


def _with_text(state: State, setting: str) -> Callable[[], Case]:
    def make() -> Case:
        make_suggestion(state, attached=[picture()] if state is not State.WITHDRAWN else [])
        return Case(
            NOW + days(setting),
            lambda: count(Suggestion, Suggestion.text != "") + count(StoredFileContent),
        )

    return make


def _hidden_note() -> Case:
    note = make_addition(make_suggestion())
    reason = NoteHideCode.INSULT
    notes.hide(note.id, coordinator(), NOW, reason=reason, internal_text="Ein Vermerk.")
    with_text = sa.or_(SuggestionNote.text != "", SuggestionNote.internal_text != "")
    return Case(NOW + days("keep_hidden_days"), lambda: count(SuggestionNote, with_text))


def _asked() -> Case:
    ask(make_suggestion().id)
    return Case(NOW + timedelta(hours=48), lambda: count(SupportRequest))


def _names() -> Case:
    suggestion = make_suggestion()
    support_as_guest(suggestion.id, "eins@example.org")
    support_as_guest(suggestion.id, "zwei@example.org", wants_mail=True)
    known = sa.or_(SupportGuest.last_name != "", SupportGuest.same_address != "")
    closes_at = suggestion.closes_at or NOW
    return Case(closes_at + days("objection_days"), lambda: count(SupportGuest, known))


def _wish() -> Case:
    suggestion = make_suggestion()
    support_as_guest(suggestion.id, wants_mail=True)
    closes_at = suggestion.closes_at or NOW
    wanted = Support.wants_mail.is_(True)
    return Case(
        closes_at + days("keep_mail_wish_days"),
        lambda: count(Support, wanted) + count(SupportGuest),
    )


def _fingerprint() -> Case:
    suggestion = make_suggestion(supports=1)
    support_as_guest(suggestion.id)
    closes_at = suggestion.closes_at or NOW
    marked = sa.or_(Support.mailbox.is_not(None), Support.resident.is_not(None))
    return Case(closes_at + days("objection_days"), lambda: count(Support, marked))


def _hidden_comment() -> Case:
    one = make_comment(make_project())
    comments.hide(one.id, coordinator(), NOW, Reason.INSULT)
    return Case(NOW + days("keep_hidden_days"), lambda: count(Comment, Comment.text != ""))


def _deleted_comment() -> Case:
    one = make_comment(make_project())
    comments.delete(one.id, make_person(MARA).actor, NOW)
    written = Comment.author_id.is_not(None)
    return Case(NOW + days("keep_hidden_days"), lambda: count(Comment, written))


def _report() -> Case:
    one = make_comment(make_project())
    comments.report(one.id, coordinator(), NOW, Reason.INSULT)
    comments.report(one.id, resident(make_supporters(1)[0]), NOW, Reason.INSULT)
    comments.keep(one.id, coordinator(), NOW)
    return Case(NOW + days("keep_report_days"), lambda: count(CommentReport))


def _sign_up() -> Case:
    meeting = make_meeting(capacity=3)
    meetings.sign_up(meeting.id, make_person(MARA).actor, NOW)
    return Case(meeting.starts_at + days("keep_sign_up_days"), lambda: count(MeetingSignUp))


def _mail() -> Case:
    make_suggestion(State.SUBMITTED)
    while notifications.write_next(NOW, "example.org"):
        pass
    for mail in db.session.scalars(sa.select(Mail)):
        mail.tries += 1
        db.session.flush()
        notifications.mark_sent(mail, NOW)
    return Case(NOW + days("keep_mail_days"), lambda: count(Mail))


def _removed_file() -> Case:
    draft = make_suggestion(State.DRAFT)
    attached = make_attachment(draft)
    attachments.detach(draft.id, attached.file_id, resident(draft.author_id or 0), NOW)
    return Case(NOW + UPLOAD_WINDOW, lambda: count(StoredFile))


def _unused_file() -> Case:
    files.keep(prepared(picture(), "bild.jpg"), make_person(MARA).actor, NOW)
    return Case(
        NOW + days("keep_unused_file_days"), lambda: count(StoredFile) + count(StoredFileContent)
    )


def _list_of_a_poll() -> Case:
    poll = make_draft(eligible=Eligible.LISTED)
    addresses = ["aylin@example.org", "olga@example.org"]
    making.set_listed(poll.id, coordinator(), NOW, addresses, seen_version=poll.version)
    return Case(NOW + days("keep_draft_days"), lambda: count(PollEntitled))


CASES: dict[str, Callable[[], Case]] = {
    "sessions that ended": _session,
    "accounts that were never confirmed": _unconfirmed,
    "authors of old drafts to be told": _unwarned,
    "old drafts": _draft,
    "texts of withdrawn suggestions": _with_text(State.WITHDRAWN, "keep_withdrawn_days"),
    "texts of hidden suggestions": _with_text(State.HIDDEN, "keep_hidden_days"),
    "texts of rejected suggestions": _with_text(State.REJECTED, "keep_rejected_days"),
    "texts of hidden notes": _hidden_note,
    "supports nobody confirmed": _asked,
    "names and addresses of supporters without an account": _names,
    "wishes for mails": _wish,
    "fingerprints": _fingerprint,
    "texts of hidden comments": _hidden_comment,
    "authors of deleted comments": _deleted_comment,
    "reports that were decided": _report,
    "sign-ups of past meetings": _sign_up,
    "lists and codes of polls that nobody works at": _list_of_a_poll,
    "mails that were sent or given up": _mail,
    "rows of removed files": _removed_file,
    "files that nothing shows": _unused_file,
}


def expiries() -> dict[str, Expiry]:
    return {one.what: one for one in service._expiries(TERMS)}


def apply(what: str, now: datetime) -> int:
    one = expiries()[what]
    done = one.apply(PERIODS.before(one.setting, now), now)
    db.session.flush()
    db.session.expire_all()
    return done


def test_each_kind_has_a_case() -> None:
    assert set(expiries()) == set(CASES)


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize("what", CASES)
def test_row_stays_until_its_time_is_over_and_goes_then(what: str) -> None:
    case = CASES[what]()
    there = case.left()
    assert there > 0
    assert apply(what, case.due - SECOND) == 0
    assert case.left() == there
    one, later = expiries()[what], case.due + SECOND
    due = one.due(PERIODS.before(one.setting, later), later)
    assert apply(what, later) == due > 0
    assert case.left() == 0
    assert apply(what, later) == 0


@pytest.mark.usefixtures("session")
def test_mail_that_still_waits_is_not_forgotten() -> None:
    make_suggestion(State.SUBMITTED)
    while notifications.write_next(NOW, "example.org"):
        pass
    assert count(Mail)
    assert apply("mails that were sent or given up", NOW + timedelta(days=999)) == 0


@pytest.mark.usefixtures("session")
def test_author_who_writes_again_keeps_the_draft() -> None:
    draft = make_suggestion(State.DRAFT)
    warn, forget = "authors of old drafts to be told", "old drafts"
    when = NOW + days("keep_draft_days") - WARNING
    assert apply(warn, when) == 1
    assert apply(warn, when) == 0, "told once"
    author = resident(fresh(draft.id).author_id or 0)
    drafts.save(author, when, {"title": "Doch noch einmal"}, draft.id)
    assert apply(forget, when + WARNING) == 0
    assert apply(forget, when + days("keep_draft_days")) == 0, "not without being told again"
    assert apply(warn, when + days("keep_draft_days") - WARNING) == 1
    assert apply(forget, when + days("keep_draft_days")) == 1


@pytest.mark.usefixtures("session")
def test_author_has_four_weeks_even_if_the_warning_came_late() -> None:
    make_suggestion(State.DRAFT)
    late = NOW + days("keep_draft_days") + timedelta(days=100)
    assert apply("authors of old drafts to be told", late) == 1
    assert apply("old drafts", late + WARNING - SECOND) == 0
    assert apply("old drafts", late + WARNING) == 1


@pytest.mark.usefixtures("session")
def test_draft_that_came_back_begins_its_time_anew() -> None:
    later = NOW + timedelta(days=300)
    make_suggestion(State.RETURNED, now=later)
    assert apply("authors of old drafts to be told", NOW + days("keep_draft_days")) == 0
    warned = later + days("keep_draft_days") - WARNING
    assert apply("authors of old drafts to be told", warned) == 1
    assert apply("old drafts", warned + WARNING) == 1
    assert count(Suggestion) == count(SuggestionMove) == 0


@pytest.mark.usefixtures("session")
def test_draft_that_was_sent_is_no_longer_one() -> None:
    draft = make_suggestion(State.SUBMITTED)
    draft.warned_at = NOW
    assert apply("old drafts", NOW + timedelta(days=999)) == 0


def test_author_of_an_old_draft_is_told_by_mail_and_not_if_it_was_saved_again(app: Flask) -> None:
    with app.app_context():
        draft = make_suggestion(State.DRAFT, title="Ein Brunnen für alle")
        make_suggestion(State.DRAFT, title="Ein anderer Entwurf")
        apply("authors of old drafts to be told", NOW + timedelta(days=337))
        while notifications.write_next(NOW, "example.org"):
            pass
        mails = db.session.scalars(sa.select(Mail).order_by(Mail.id)).all()
        settings = app.extensions["settings"]
        message = write_mail(app, settings, mails[0], reader_of(mails[0]), NOW)
        db.session.rollback()
    body = message.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert message["Subject"] == "Ihr Entwurf wird bald gelöscht"
    assert "„Ein Brunnen für alle“" in text
    assert "Wir löschen ihn am Mittwoch, 10. März 2027." in text
    assert "\nhttp://localhost/de/anregungen/neu/" in text
    assert len(mails) == 2
    assert draft is not None


@pytest.mark.usefixtures("session")
def test_what_is_emptied_while_hidden_is_not_shown_again() -> None:
    _hidden_comment()
    apply("texts of hidden comments", NOW + timedelta(days=999))
    one = db.session.scalars(sa.select(Comment)).one()
    with pytest.raises(NotNow):
        comments.restore(one.id, make_person(KIM).actor, NOW, RestoreReason.MISTAKE)
    _hidden_note()
    apply("texts of hidden notes", NOW + timedelta(days=999))
    note = db.session.scalars(sa.select(SuggestionNote)).one()
    with pytest.raises(rules.NotNow):
        notes.restore(note.id, coordinator(), NOW, TERMS)


@pytest.mark.usefixtures("session")
def test_rejected_suggestion_keeps_title_and_reason() -> None:
    made = make_suggestion(State.REJECTED)
    title = made.title
    apply("texts of rejected suggestions", NOW + timedelta(days=999))
    assert fresh(made.id).title == title != GONE_TITLE
    assert count(SuggestionMove, SuggestionMove.reason != "") == 1


@pytest.mark.usefixtures("session")
def test_guest_who_wants_mails_keeps_the_mail_address_only() -> None:
    case = _names()
    apply("names and addresses of supporters without an account", case.due)
    apply("fingerprints", case.due)
    guest = db.session.scalars(sa.select(SupportGuest)).one()
    said = {guest.first_name, guest.last_name, guest.street, guest.postcode, guest.same_name}
    assert (guest.email, said) == ("zwei@example.org", {""})
    kept = sa.select(Support.mailbox).where(Support.mailbox.is_not(None))
    assert len(db.session.scalars(kept).all()) == 1, "the link in the mails still works"


@pytest.mark.usefixtures("session")
def test_after_all_time_only_what_is_public_or_of_accounts_is_left() -> None:
    world = live()
    far = NOW + timedelta(days=4000)
    rounds = 0
    while service.apply_retention(far + rounds * timedelta(days=29), PERIODS, TERMS):
        rounds += 1
        assert rounds < 20
    db.session.expire_all()
    own = fresh(world["own"])
    assert own.text.startswith("Marawort")
    assert assert_count_is_true(own.id) == 3
    assert count(SupportGuest) == count(MeetingSignUp) == count(SignInSession) == 0
    assert count(Support, Support.mailbox.is_not(None)) == 0
    assert count(Comment, Comment.text == "") == 1
    assert set(service.due(far, PERIODS, TERMS).values()) == {0}


@pytest.mark.usefixtures("session")
def test_batches_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("participation.core.retention.AT_ONCE", 2)
    mara = make_person(MARA)
    for _ in range(5):
        accounts.sign_in(mara, NOW, 14)
    far = NOW + timedelta(days=14)
    done = [apply("sessions that ended", far) for _ in range(4)]
    assert done == [2, 2, 1, 0]


def test_worker_forgets_about_once_an_hour(app: Flask) -> None:
    from participation.core import clock

    with app.app_context():
        accounts.sign_in(make_person(MARA), NOW, 14)
        db.session.commit()
    with clock.stopped_at(NOW):
        worker = Worker(app)
        worker.run_until_idle()
    for moment, left in (
        (NOW + timedelta(minutes=59), 1),
        (NOW + timedelta(days=14), 0),
    ):
        with clock.stopped_at(moment):
            worker.run_until_idle()
        with app.app_context():
            assert count(SignInSession) == left


def test_several_workers_at_once_tell_an_author_once(app: Flask) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with app.app_context():
        for _ in range(3):
            make_suggestion(State.DRAFT)
        db.session.commit()
    later = NOW + timedelta(days=337)

    def forget() -> None:
        with app.app_context():
            while service.apply_retention(later, PERIODS, TERMS):
                db.session.commit()
            db.session.rollback()

    with ThreadPoolExecutor(4) as pool:
        for future in [pool.submit(forget) for _ in range(4)]:
            future.result()
    with app.app_context():
        assert count(JournalEntry, JournalEntry.event == "suggestion:draft_expires") == 3
