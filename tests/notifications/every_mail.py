"""A small world in which every kind of mail is written once to each kind of reader, in every language."""

from collections.abc import Callable
from datetime import date, timedelta

import sqlalchemy as sa
from flask import Flask

from participation.accounts import credentials, roles
from participation.accounts import service as accounts
from participation.accounts.queries import Credentials, credentials_by_email
from participation.barriers import service as barriers
from participation.comments import service as comments
from participation.comments.rules import Reason, RestoreReason
from participation.core.db import db
from participation.following.rules import Followed
from participation.meetings import service as meetings
from participation.meetings.service import Sheet
from participation.permissions import VISITOR, Role
from participation.polls import board_job, keeping_time, making
from participation.polls import service as polls
from participation.polls.rules import Eligible
from participation.suggestions import (
    attachment_queries,
    attachments,
    merging,
    notes,
    service,
    striking,
    support,
)
from participation.suggestions.models import Suggestion
from participation.suggestions.note_rules import NoteHideCode
from participation.suggestions.rules import State
from participation.suggestions.support_models import Support
from tests.factories import (
    LONG_ENOUGH,
    TERMS,
    _given,
    coordinator,
    make_addition,
    make_answer,
    make_comment,
    make_department,
    make_meeting,
    make_project,
    make_report,
    make_suggestion,
    make_supporters,
    make_update,
    resident,
)
from tests.files.uploads import picture
from tests.notifications.news_steps import follow, tell_news
from tests.notifications.scribe import Scribe, Written
from tests.people import KIM, MARA, NOAH, NOW, OTHER_OFFICER, make_person
from tests.polls.steps import CLOSES, end, make_draft, vote
from tests.suggestions.guest_steps import ask, support_as_guest

_ANSWER = """Danke für die Anregung. Wir finden sie gut.

Zwei Dinge prüfen wir noch:
- wem der Platz gehört
- was ein Sonnensegel kostet"""
_NEWCOMER = "neu@example.org"


def write_every_mail(app: Flask) -> list[Written]:
    """Let everything happen that is told by mail. Commits."""
    scribe = Scribe(app)
    with app.app_context():
        for part in (_accounts, _review, _collecting, _council, _notes, _merging, _meetings):
            part(scribe)
        for part in (_comments, _barriers, _polls, tell_news):
            part(scribe)
    return scribe.mails


def _seen(email: str = MARA.email) -> Credentials:
    found = credentials_by_email(email)
    assert found is not None
    return found


def _accounts(scribe: Scribe) -> None:
    make_person(MARA, password_hash="hers")
    scribe.tell("account:registered", lambda: accounts.register(_NEWCOMER, "hash", "de", NOW))
    scribe.tell(
        "account:registered_again", lambda: accounts.register(MARA.email, "hash", "de", NOW)
    )
    make_person(NOAH)
    new = "mara.neu@example.org"
    wish = lambda email: credentials.ask_for_address(_seen(), email, NOW)  # noqa: E731
    scribe.tell("address_change:asked", lambda: wish(new))
    scribe.tell("address_change:link", lambda: wish(new))
    scribe.tell("account:address_wanted", lambda: wish(NOAH.email))
    scribe.tell("account:reset_asked", lambda: credentials.ask_for_reset(MARA.email, NOW))
    scribe.tell(
        "account:password_reset",
        lambda: credentials.reset_password(_seen(), "another", NOW, declares_residency=False),
    )
    scribe.tell(
        "account:password_changed", lambda: credentials.change_password(_seen(), "third", NOW)
    )
    _roles(scribe)


def _roles(scribe: Scribe) -> None:
    olga, more = make_person(OTHER_OFFICER), make_department("67").id
    grant = lambda role, own: accounts.grant(olga.email, role, own, NOW)  # noqa: E731
    scribe.tell("account:role_granted", lambda: grant(Role.OFFICER, [more]))
    scribe.tell("account:role_granted", lambda: grant(Role.BOARD_MEMBER, []))
    scribe.tell(
        "account:department_revoked",
        lambda: roles.revoke_department(olga.id, more, VISITOR, NOW),
    )
    scribe.tell("account:role_revoked", lambda: roles.revoke(olga.id, Role.OFFICER, VISITOR, NOW))


def _review(scribe: Scribe) -> None:
    for event, state, title in (
        ("submitted", State.SUBMITTED, "Mehr Schatten auf dem Spielplatz"),
        ("returned", State.RETURNED, "Bänke & Brunnen <am Dom>"),
        ("rejected", State.REJECTED, "Eine Seilbahn über den Rhein"),
    ):
        scribe.tell(f"suggestion:{event}", lambda s=state, t=title: make_suggestion(s, title=t))  # type: ignore[misc]
    scribe.tell("suggestion:published", lambda: make_suggestion(title="Ein Zebrastreifen"))
    suggestion = make_suggestion(title="Ein Text über andere Menschen", attached=[picture()])
    file = attachment_queries.of_suggestion(suggestion.id)[0].file_id
    scribe.tell(
        "suggestion:file_taken_away",
        lambda: attachments.take_away(
            suggestion.id, file, coordinator(), NOW, reason=NoteHideCode.PERSONAL_DATA
        ),
    )
    scribe.tell("suggestion:hidden", lambda: _act(suggestion, "hide"))


def _act(suggestion: Suggestion, name: str) -> None:
    service.act(suggestion.id, name, coordinator(), NOW, TERMS, _given(name, NOW))


def _supported(title: str, quorum: int = 4) -> Suggestion:
    """A suggestion of Noah's that Mara supports with an account, Greta without one, and one more."""
    suggestion = make_suggestion(title=title, quorum=quorum)
    support.give(suggestion.id, make_person(MARA).actor, NOW, TERMS, wants_mail=True)
    support_as_guest(suggestion.id, wants_mail=True)
    _support(suggestion, 0)
    return suggestion


def _support(suggestion: Suggestion, number: int) -> None:
    someone = resident(make_supporters(number + 1)[number])
    support.give(suggestion.id, someone, NOW, TERMS, wants_mail=False)


def _strike(suggestion: Suggestion) -> None:
    told = Support.person_id == make_person(MARA).id
    found = sa.select(Support.id).filter_by(suggestion_id=suggestion.id, guest=None)
    keys = db.session.scalars(found.where(sa.not_(told))).all()
    striking.strike(suggestion.id, keys[:1], coordinator(), NOW, TERMS, _given("strike", NOW))


def _collecting(scribe: Scribe) -> None:
    one = _supported("Bänke am Rheinufer")
    scribe.tell("suggestion:supports_struck", lambda: _strike(one))
    scribe.tell("suggestion:answered", lambda: make_answer(one, NOW, _ANSWER))
    scribe.tell("suggestion:answered", lambda: make_answer(one, NOW, "Jetzt wissen wir mehr."))
    other = _supported("Ein Trinkbrunnen in der Neustadt")
    follow(Followed.SUGGESTION, other.id)
    scribe.tell("suggestion:quorum_reached", lambda: _support(other, 1))
    scribe.tell("suggestion:fell_back", lambda: _strike(other))
    third = _supported("Ein Bücherschrank")
    scribe.tell(
        "suggestion:expired", lambda: service.settle(third, NOW + timedelta(weeks=9), TERMS)
    )
    asked = make_suggestion(title="Ein Weg für Räder").id
    scribe.tell("support:requested", lambda: ask(asked))
    support_as_guest(asked)
    scribe.tell("support:requested", lambda: ask(asked))


def _council(scribe: Scribe) -> None:
    for act, event in (
        ("adopt", "adopted"),
        ("partly_adopt", "partly_adopted"),
        ("decline", "declined"),
    ):
        one = _supported(f"Ein Dach für die Haltestelle ({act})", quorum=3)
        tell = scribe.tell if act == "adopt" else _silently
        tell("suggestion:in_council", lambda s=one: _act(s, "council"))  # type: ignore[misc]
        scribe.tell(f"suggestion:{event}", lambda s=one, a=act: _act(s, a))  # type: ignore[misc]
        if act == "adopt":
            scribe.tell("suggestion:implementing", lambda s=one: _act(s, "implement"))  # type: ignore[misc]
            more = {"until": date(2026, 5, 1), "link": "https://www.mainz.de/baenke"}
            scribe.tell(
                "suggestion:update_written",
                lambda s=one, m=more: make_update(s, "Das Dach ist bestellt.", **m),  # type: ignore[misc]
            )
            scribe.tell("suggestion:done", lambda s=one: _act(s, "finish"))  # type: ignore[misc]


def _silently(_event: str, happens: Callable[[], object]) -> None:
    happens()


def _notes(scribe: Scribe) -> None:
    one = _supported("Mehr Licht im Park")
    follow(Followed.SUGGESTION, one.id)
    scribe.tell("suggestion:addition_written", lambda: make_addition(one, "Auch am Teich."))
    note = make_addition(one, "Und am Tor ist es auch dunkel.")
    scribe.tell(
        "suggestion_note:hidden",
        lambda: notes.hide(
            note.id, coordinator(), NOW, reason=NoteHideCode.MISTAKE, internal_text="Vermerk."
        ),
    )
    scribe.tell(
        "suggestion_note:restored", lambda: notes.restore(note.id, coordinator(), NOW, TERMS)
    )


def _merging(scribe: Scribe) -> None:
    target, source = make_suggestion(title="Ein Schulgarten"), _supported("Beete an der Schule")
    follow(Followed.SUGGESTION, source.id)
    scribe.tell(
        "suggestion:merged",
        lambda: merging.merge(
            source.id, coordinator(), NOW, TERMS,
            target_number=target.number or 0, public_text=LONG_ENOUGH,
        ),
    )  # fmt: skip


def _meetings(scribe: Scribe) -> None:
    words = {"accessibility": "Der Weg ist eben."}
    key = make_meeting("Rundgang am Ufer", capacity=1, texts={"de": words}).id
    mara, noah = make_person(MARA).actor, make_person(NOAH).actor
    scribe.tell("meeting:signed_up", lambda: meetings.sign_up(key, mara, NOW))
    scribe.tell("meeting:signed_up", lambda: meetings.sign_up(key, noah, NOW))
    sheet = Sheet(
        {"starts_at": NOW + timedelta(days=2), "place": "Schloss", "capacity": 1},
        {"de": {"title": "Rundgang am Ufer", "agenda": "", "results": ""} | words},
    )
    change = lambda: meetings.change(key, coordinator(), NOW, sheet, seen_sequence=0)  # noqa: E731
    scribe.tell("meeting:changed", change)
    scribe.tell("meeting:moved_up", lambda: meetings.sign_off(key, mara, NOW))
    scribe.tell(
        "meeting:cancelled",
        lambda: meetings.cancel(
            key, coordinator(), NOW, seen_sequence=1, reason="Der Weg steht unter Wasser."
        ),
    )


def _comments(scribe: Scribe) -> None:
    comment = make_comment(make_project(), text="Bitte denken Sie auch an Kinderwagen.")
    scribe.tell(
        "comment:hidden",
        lambda: comments.hide(comment.id, coordinator(), NOW, Reason.PERSONAL_DATA),
    )
    scribe.tell(
        "comment:restored",
        lambda: comments.restore(comment.id, coordinator(), NOW, RestoreReason.OBJECTION),
    )


def _polls(scribe: Scribe) -> None:
    project, kim = make_project("brunnen", title="Ein Brunnen für Mainz"), coordinator()
    follow(Followed.PROJECT, project.id)
    values = {"opens_at": NOW, "eligible": Eligible.LISTED, "project_id": project.id}
    poll = make_draft(**values)
    mara, noah = make_person(MARA), make_person(NOAH)
    making.set_listed(poll.id, kim, NOW, [mara.email, noah.email], seen_version=poll.version)
    polls.announce(poll.id, kim, NOW, seen_version=poll.version)
    scribe.tell("poll:opened", lambda: keeping_time.keep_time(NOW))
    vote(poll, mara.actor, 1)
    arrived = NOW + timedelta(minutes=10)
    scribe.tell("poll:votes_arrived", lambda: board_job.look_after(arrived))
    soon = CLOSES - timedelta(days=1)
    scribe.tell("poll:ends_soon", lambda: keeping_time.keep_time(soon))
    scribe.tell("poll:published", lambda: end(poll))
    stopped = make_draft(**values, texts={"de": {"title": "Wie hoch wird der Brunnen?"}})
    making.set_listed(stopped.id, kim, NOW, [mara.email], seen_version=stopped.version)
    polls.announce(stopped.id, kim, NOW, seen_version=stopped.version)
    keeping_time.keep_time(NOW)
    cancel = {"seen_version": stopped.version, "reason": "Der Brunnen steht schon."}
    scribe.tell("poll:cancelled", lambda: polls.cancel(stopped.id, kim, NOW, **cancel))


def _barriers(scribe: Scribe) -> None:
    make_person(KIM)
    scribe.tell("barrier:reported", make_report)
    report = make_report()
    scribe.tell("barrier:answered", lambda: barriers.answer(report.id, coordinator(), NOW, _ANSWER))
