"""Fills an empty database with the demo city: real projects, made-up people and suggestions.

The projects, districts, departments and meetings come from the same import that a city uses. The
people, suggestions, answers, comments and figures are examples, dated backwards from now; so are a
few meetings, polls, pictures and changes of sheets, which say so.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import sqlalchemy as sa

from participation.accounts import service as accounts
from participation.accounts.models import Person
from participation.accounts.rules import mailbox_key
from participation.accounts.views import passwords
from participation.city.models import Department, District, Topic
from participation.comments import queries as comment_queries
from participation.comments import service as comments
from participation.comments.rules import Subject
from participation.core import clock
from participation.core.db import db
from participation.demo.comments import ON_PROJECTS, ON_SUGGESTIONS, Remark
from participation.demo.meetings import MEETINGS, ExampleMeeting
from participation.demo.polls import Cast
from participation.demo.polls import load as load_polls
from participation.demo.projects import load as load_changes_of_projects
from participation.demo.suggestions import EXAMPLES, Example
from participation.imports import import_file
from participation.journal.models import OutboxEntry
from participation.meetings import service as meetings
from participation.meetings.service import FURTHER_TEXTS, Sheet
from participation.permissions import Actor, Role
from participation.projects.models import Project
from participation.suggestions import (
    answers,
    drafts,
    guest_support,
    merging,
    notes,
    service,
    striking,
    support,
    topics,
)
from participation.suggestions.guest_support import Guest
from participation.suggestions.links import Link
from participation.suggestions.models import Suggestion
from participation.suggestions.rules import AnswerStatus, Kind, ReasonCode
from participation.suggestions.service import Given
from participation.suggestions.support_models import Support, SupportRequest
from participation.suggestions.terms import terms

PASSWORD = "demo-mainz-2026"  # noqa: S105  (of the demo's accounts, shown to everybody)
FILES = Path(__file__).parent / "mainz"
_SUPPORTERS = 240
_FRIDAY = 4
_IMPORTED = timedelta(days=60)
_DECISIONS = ("adopt", "partly_adopt", "decline")


@dataclass(frozen=True)
class Someone:
    """A person of the demo who can sign in."""

    email: str
    what: str
    role: Role | None = None
    department: str = ""
    is_resident: bool = False
    name: str = ""


PEOPLE = (
    Someone("mara@example.org", "resident", is_resident=True),
    Someone("aylin@example.org", "board member", Role.BOARD_MEMBER, name="Aylin"),
    Someone(
        "jonas@example.org", "officer, Grün- und Umweltamt (67)", Role.OFFICER,
        "Grün- und Umweltamt", name="Jonas",
    ),
    Someone("koordination@example.org", "coordinator", Role.COORDINATOR, name="Koordinierungsstelle"),
    Someone("admin@example.org", "administrator", Role.ADMINISTRATOR, name="Administration"),
)  # fmt: skip


def is_loaded() -> bool:
    """Tell whether the demo's people are there already."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(Person)) != 0


def load(*, show_progress: bool = True) -> None:
    """Load everything in one transaction."""
    now = clock.now()
    with clock.stopped_at(now - _IMPORTED):  # what people changed since comes after it
        for kind, name in (
            ("districts", "stadtteile"), ("departments", "dezernate"), ("topics", "themen"),
            ("projects", "vorhaben"), ("projects", "digitalprojekte"), ("meetings", "termine"),
        ):  # fmt: skip
            import_file(kind, FILES / f"{name}.csv", show_progress=show_progress)
    _load_people(now)
    load_changes_of_projects(_actor("koordination@example.org"), now)
    for example in EXAMPLES:
        _History(example, now).play()
    for meeting in MEETINGS:
        _meet(meeting, now)
    for subject, remarks in _commented():
        for remark in remarks:
            _comment(subject, remark, now)
    _vote(now)
    # What happened before the demo began is not mailed to anybody.
    db.session.execute(sa.delete(OutboxEntry))
    db.session.commit()


def _load_people(now: datetime) -> None:
    since = now - timedelta(days=400)
    password_hash = passwords().hash(PASSWORD)
    for someone in PEOPLE:
        accounts.create_person(
            someone.email, password_hash, since, name=someone.name, is_resident=someone.is_resident
        )
        if someone.role:
            named = sa.select(Department.id).where(Department.name == someone.department)
            ids = list(db.session.scalars(named)) if someone.department else []
            accounts.grant(someone.email, someone.role, ids, since, tell=False)
    db.session.execute(
        sa.insert(Person),
        [
            {
                "email": f"einwohner-{number:03}@example.org",
                "created_at": since,
                "confirmed_at": since,
                "residency_declared_at": since,
            }
            for number in range(1, _SUPPORTERS + 1)
        ],
    )


def _actor(email: str) -> Actor:
    return db.session.scalars(sa.select(Person).where(Person.email == email)).one().actor


class _History:
    """Lets one example suggestion happen, step by step, through the services people use."""

    def __init__(self, example: Example, now: datetime) -> None:
        self._example = example
        self._now = now
        self._terms = terms()
        self._coordinator = _actor("koordination@example.org")
        self._author = _actor(example.author)
        self._office = db.session.scalars(
            sa.select(Department).where(Department.name == example.department)
        ).one()
        self._id = 0

    def _at(self, days_ago: int, hour: int = 10) -> datetime:
        day = clock.city_date(self._now - timedelta(days=days_ago))
        day -= timedelta(days=max(0, day.weekday() - _FRIDAY))  # offices are closed at weekends
        moment = datetime.combine(day, time(hour, 0), clock.CITY_TIME)
        return min(moment, self._now)

    def play(self) -> None:
        """Make the example's steps in the order of its days."""
        example = self._example
        district = db.session.scalar(sa.select(District).where(District.name == example.district))
        project = db.session.scalar(sa.select(Project).where(Project.slug == example.project))
        draft = drafts.save(
            self._author,
            self._at(example.written, 9),
            {
                "kind": Kind(example.kind),
                "title": example.title,
                "text": example.text,
                "reason": example.reason,
                "language": "de",
                "district_id": district.id if district else None,
                "project_id": project.id if project else None,
                "place": example.place,
            },
        )
        self._id = draft.id
        for days_ago, name, text in example.steps:
            self._step(days_ago, name, text)
            if name == "take" and example.topics:
                named = sa.select(Topic.id).where(Topic.slug.in_(example.topics))
                ids = db.session.scalars(named).all()
                topics.choose(self._id, self._coordinator, self._at(days_ago), ids, seen=[])

    def _step(self, days_ago: int, name: str, text: str) -> None:
        at = self._at(days_ago)
        if name == "support":
            self._support(int(text), at)
        elif name == "answer":
            status, _, words = text.partition("|")
            answers.publish(
                self._id, self._coordinator, at, self._terms,
                status=AnswerStatus(status), text=words,
                seen_revision=service.locked(self._id).answer_revision,
            )  # fmt: skip
        elif name in ("add", "ask", "report"):
            self._note(name, text, at)
        elif name == "guests":
            self._guests(text.split(", "), at)
        elif name == "strike":
            given = Given(public_text=text, internal_text="Die Briefe kamen zurück.")
            counting = sa.select(Support.id).filter_by(suggestion_id=self._id, person_id=None)
            chosen = db.session.scalars(counting).all()
            striking.strike(self._id, chosen, self._coordinator, at, self._terms, given)
        elif name == "merge":
            title, _, words = text.partition("|")
            into = db.session.scalar(sa.select(Suggestion.number).where(Suggestion.title == title))
            merging.merge(
                self._id, self._coordinator, at, self._terms,
                target_number=into or 0, public_text=words,
            )  # fmt: skip
        elif name == "expire":
            service.settle(service.locked(self._id), at, self._terms)
        else:
            actor = self._author if name == "submit" else self._coordinator
            service.act(self._id, name, actor, at, self._terms, self._given(name, text, at))

    def _note(self, name: str, text: str, at: datetime) -> None:
        if name == "add":
            notes.add(self._id, self._author, at, self._terms, text=text, language="de")
        elif name == "ask":
            notes.ask(
                self._id, self._author, at, self._terms, text=text, language="de", seen_revision=1
            )
        else:
            notes.post_update(self._id, self._coordinator, at, text=text)

    def _guests(self, names: list[str], at: datetime) -> None:
        """Let people who share an address support without an account."""
        for minute, name in enumerate(names):
            first_name, last_name = name.split()
            email = f"{first_name}.{last_name}@example.org".lower()
            guest = Guest(
                first_name, last_name, f"Musterstraße {len(names)}", "55118", email, "de",
                wants_mail=False, shown_at=at - timedelta(minutes=5),
            )  # fmt: skip
            guest_support.ask(self._id, guest, at, self._terms)
            mailbox = self._terms.fingerprint_of_mailbox(mailbox_key(email))
            asked = sa.select(SupportRequest.id).filter_by(mailbox=mailbox)
            link = Link(self._id, mailbox, db.session.scalars(asked).one())
            guest_support.confirm(link, at + timedelta(minutes=minute), self._terms)

    def _given(self, name: str, text: str, at: datetime) -> Given:
        if name == "take":
            return Given(department=self._office.id, due_on=self._terms.review_due(at))
        if name == "reject":
            reason, _, words = text.partition("|")
            return Given(reason=ReasonCode(reason), public_text=words)
        if name == "council":
            decided = [days for days, what, _ in self._example.steps if what in _DECISIONS]
            meeting = self._at(decided[0]) if decided else self._now + timedelta(days=20)
            return Given(reference=text, meeting_on=clock.city_date(meeting))
        if name in _DECISIONS:
            return Given(public_text=text, link="https://bi.mainz.de/")
        return Given(public_text=text)

    def _support(self, count: int, last: datetime) -> None:
        """Let so many people support, spread between publication and the given moment."""
        first = service.locked(self._id).opens_at or last
        people = sa.select(Person).where(Person.email.like("einwohner-%")).order_by(Person.id)
        chance = random.Random(self._id)  # noqa: S311  (made-up history, not a secret)
        chosen = chance.sample(list(db.session.scalars(people)), count)
        for number, person in enumerate(chosen):
            at = first + (last - first) * number / max(count, 1)
            support.give(self._id, person.actor, at, self._terms, wants_mail=False)


def _meet(example: ExampleMeeting, now: datetime) -> None:
    """Let the city invite, residents sign up, and the city say what came of it."""
    coordinator, invited = _actor("koordination@example.org"), now - timedelta(days=30)
    project = db.session.scalars(sa.select(Project).where(Project.slug == example.project)).one()
    day = clock.city_date(now + timedelta(days=example.days))
    begin, end = (datetime.combine(day, time(hour), clock.CITY_TIME) for hour in example.hours)
    values = {
        "kind": example.kind,
        "starts_at": begin.astimezone(UTC),
        "ends_at": end.astimezone(UTC),
        "whole_days": False,
        "place": example.place,
        "project_id": project.id,
        "capacity": example.capacity,
        "sign_up_closes_at": None,
    }
    empty = dict.fromkeys(FURTHER_TEXTS, "")
    texts = {code: empty | words for code, words in example.texts.items()}
    meeting = meetings.create(coordinator, invited, Sheet(values, texts))
    for number in range(1, example.signed_up + 1):
        person = _actor(f"einwohner-{number:03}@example.org")
        meetings.sign_up(meeting.id, person, invited + timedelta(hours=number))
    if example.cancelled:
        at = now - timedelta(days=1)
        meetings.cancel(meeting.id, coordinator, at, seen_sequence=0, reason=example.cancelled)
    if example.results:
        for code, words in example.results.items():
            texts[code] = texts[code] | {"results": words}
        at = end.astimezone(UTC) + timedelta(days=3)
        meetings.change(meeting.id, coordinator, at, Sheet(values, texts), seen_sequence=0)


def _vote(now: datetime) -> None:
    """Let the demo's residents vote."""
    people = sa.select(Person).where(Person.email.like("einwohner-%")).order_by(Person.id)
    residents = [person.actor for person in db.session.scalars(people)]
    board_member = _actor("aylin@example.org")
    load_polls(Cast(_actor("koordination@example.org"), board_member, residents), now)


def _commented() -> Iterator[tuple[Subject, tuple[Remark, ...]]]:
    """What is commented on, with the comments."""
    found: list[tuple[Subject | None, tuple[Remark, ...]]] = [
        (comment_queries.project(slug, ["de"]), remarks) for slug, remarks in ON_PROJECTS.items()
    ]
    for title, remarks in ON_SUGGESTIONS.items():
        number = db.session.scalar(sa.select(Suggestion.number).where(Suggestion.title == title))
        found.append((comment_queries.suggestion(number or 0), remarks))
    for subject, remarks in found:
        if subject is None:
            raise LookupError("the demo comments on something that is not there")
        yield subject, remarks


def _comment(subject: Subject, remark: Remark, now: datetime, parent_id: int | None = None) -> None:
    at = now - timedelta(days=remark.days)
    sent = comments.Sent(text=remark.text, language="de", shown_at=at - timedelta(minutes=2))
    key = comments.write(subject, _actor(remark.author), at, sent, parent_id).id
    for reply in remark.replies:
        _comment(subject, reply, now, key)
    later = min(at + timedelta(hours=20), now)
    if remark.hidden:
        comments.hide(key, _actor("koordination@example.org"), later, remark.hidden)
    if remark.reported:
        comments.report(key, _actor("einwohner-001@example.org"), later, remark.reported)
