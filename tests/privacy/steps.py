"""Somebody who did everything one can do here, among others who did too."""

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask import Flask

from participation.accounts import service as accounts
from participation.accounts.models import AddressChange, Person
from participation.accounts.passwords import Passwords
from participation.comments import service as comments
from participation.comments.rules import Reason
from participation.core.db import Base, db
from participation.following import service as following
from participation.following.rules import Followed, Frequency
from participation.meetings import service as meetings
from participation.notifications import service as notifications
from participation.polls import keeping_time, making
from participation.polls import service as polls
from participation.polls.rules import Eligible
from participation.projects.models import Project
from participation.suggestions import notes, support
from participation.suggestions.models import Suggestion
from participation.suggestions.note_rules import NoteHideCode
from participation.suggestions.rules import State
from tests.accounts.steps import PASSWORD
from tests.checking_client import CheckingClient, Page
from tests.factories import (
    TERMS,
    coordinator,
    make_addition,
    make_answer,
    make_comment,
    make_meeting,
    make_project,
    make_question,
    make_report,
    make_suggestion,
    make_supporters,
    resident,
)
from tests.files.uploads import picture
from tests.people import MARA, NOAH, NOW, Persona, make_person
from tests.polls.steps import OPENS, make_draft, vote
from tests.suggestions.guest_steps import support_as_guest

DELETE = "/de/konto/loeschen/"
DATA = "/de/konto/daten.json"


def with_password(persona: Persona) -> Person:
    """The person, with a password."""
    return make_person(persona, password_hash=Passwords(1, 8).hash(PASSWORD))


def live() -> dict[str, Any]:
    """Let Mara do everything, and others answer her; return keys and numbers."""
    mara, noah = with_password(MARA), make_person(NOAH)
    people = make_supporters(5)
    project = make_project()
    found: dict[str, Any] = {"mara": mara.id, "project": project.slug}
    _set_up(mara, project)
    for state in (
        State.DRAFT,
        State.SUBMITTED,
        State.IN_REVIEW,
        State.RETURNED,
        State.WITHDRAWN,
        State.REJECTED,
        State.HIDDEN,
        State.EXPIRED,
        State.COUNCIL,
    ):
        attached = [picture(size=(9, len(found)))] if state is State.DRAFT else []
        made = make_suggestion(
            state, author=mara, quorum=3, attached=attached,
            title=f"Maras Vorschlag, Stand {state.value}", text=f"Marawort {state.value} " * 5,
        )  # fmt: skip
        found[state.value] = made.id
    own = make_suggestion(
        author=mara, supports=3, attached=[picture(size=(8, 77))],
        title="Maras Bänke am Rhein", text="Marawort Bänke überall und überhaupt.",
        place="Maraplatz", now=NOW - timedelta(days=1),
    )  # fmt: skip
    other = make_suggestion(author=noah, title="Noahs Bäume am Bach", supports=2)
    found |= {"own": own.id, "own_number": own.number}
    found |= {"other": other.id, "other_number": other.number}
    make_addition(own, "Maraergänzung: noch mehr Bänke.")
    hidden = make_addition(own, "Maraergänzung, die niemand lesen soll.")
    notes.hide(
        hidden.id, coordinator(), NOW, reason=NoteHideCode.INSULT, internal_text="Ein Vermerk."
    )
    make_answer(own, NOW)
    make_question(own, "Marafrage: Wann kommen die Bänke?")
    for thing in (own, other, project):
        top = make_comment(
            thing, author=mara, text=f"Marasatz zu {type(thing).__name__} {thing.id}"
        )
        make_comment(thing, author=noah, parent=top, text=f"Noah antwortet bei {thing.id}.")
        first = make_comment(thing, author=noah, text=f"Noahs Satz bei {thing.id}.")
        make_comment(thing, author=mara, parent=first, text=f"Maraantwort bei {thing.id}.")
    hated = make_comment(project, author=mara, text="Marasatz, den die Stadt ausblendet.")
    comments.hide(hated.id, coordinator(), NOW, Reason.INSULT)
    comments.report(first.id, mara.actor, NOW, Reason.INSULT)
    found["reported"] = first.id
    support.give(other.id, mara.actor, NOW, TERMS, wants_mail=True)
    third = make_suggestion(author=noah, title="Noahs Brunnen am Markt")
    support_as_guest(third.id, "mara+alias@example.org", wants_mail=True)
    found["third"] = third.id
    meeting = make_meeting(capacity=1)
    for person in (mara.id, people[0], people[1]):
        meetings.sign_up(meeting.id, resident(person), NOW)
    found |= {"meeting": meeting.id, "next": people[0]}
    _poll(mara)
    accounts.sign_in(mara, NOW, 14)
    while notifications.write_next(NOW, "example.org"):
        pass
    return found


def _set_up(mara: Person, project: Project) -> None:
    """What Mara follows and has set; she wants another address, and has reported a barrier."""
    following.set_frequency(mara.id, Frequency.WEEKLY, NOW)
    following.follow(Followed.PROJECT, project.id, mara.actor, NOW)
    db.session.add(
        AddressChange(
            person_id=mara.id, old_email=mara.email, email="mara@example.com", asked_at=NOW
        )
    )
    make_report(mara.email)


def _poll(mara: Person) -> None:
    """Mara may vote in a poll, and does."""
    poll = make_draft(eligible=Eligible.LISTED)
    kim = coordinator()
    making.set_listed(poll.id, kim, NOW, [mara.email], seen_version=poll.version)
    polls.announce(poll.id, kim, NOW, seen_version=poll.version)
    keeping_time.keep_time(OPENS)
    vote(poll, mara.actor, 1)


def lived(app: Flask) -> dict[str, Any]:
    """The same, committed."""
    with app.app_context():
        found = live()
        db.session.commit()
        return found


def ask_to_delete(
    client: CheckingClient, wish: str = "stay", status: int = 303, **more: str
) -> Page:
    """Send the form that deletes the account."""
    given = {"suggestions": wish, "comments": wish, "password": PASSWORD}
    return client.post(DELETE, given | more, status)


def rows_that_name(person_id: int) -> list[str]:
    """Every column with a foreign key to people in which this person still stands."""
    found = []
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if any(key.column.table.name == "person" for key in column.foreign_keys):
                count = sa.select(sa.func.count()).select_from(table).where(column == person_id)
                if db.session.scalar(count):
                    found.append(f"{table.name}.{column.name}")
    return found


def fresh(suggestion_id: int) -> Suggestion:
    """A suggestion as it is now."""
    db.session.expire_all()
    return db.session.get_one(Suggestion, suggestion_id)
