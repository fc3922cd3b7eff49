"""Writes a made-up city into the database: many rows at a time, in one transaction.

What is counted beside rows fits them; the journal tells what happened, but the outbox stays empty:
nobody gets a mail about what never was. The same seed, sizes and moment give the same city.
"""

import functools
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

import sqlalchemy as sa

from participation.accounts.models import Person, RoleGrant
from participation.accounts.rules import mailbox_key
from participation.city.models import Department, District, Topic
from participation.comments.models import Comment, CommentThread
from participation.core.clock import city_date
from participation.core.db import db
from participation.core.schema import go_on_counting
from participation.generation import phrases
from participation.generation.stories import Story, tell, time_of_support
from participation.journal.models import JournalEntry, OutboxEntry
from participation.permissions import Actor, Role
from participation.projects import service as projects
from participation.projects.models import Project
from participation.projects.rules import Implementation, Participation
from participation.suggestions.models import (
    Answer,
    Suggestion,
    SuggestionCounter,
    SuggestionMove,
    suggestion_topic,
)
from participation.suggestions.rules import TRANSITIONS, AnswerStatus, Kind, Need, ReasonCode, State
from participation.suggestions.service import Terms
from participation.suggestions.support_models import Support

_BATCH = 1000
#: How far back the city reaches.
_YEARS = timedelta(days=4 * 365)
#: No mail server takes mails for such an address (RFC 2606).
_DOMAIN = "beispiel.invalid"
Step = Callable[[int], None]


@dataclass(frozen=True)
class Sizes:
    """How many of everything."""

    suggestions: int
    comments: int
    people: int
    projects: int

    @property
    def total(self) -> int:
        """How many steps the progress bar has."""
        return 2 * self.suggestions + self.comments + self.people + self.projects


class Generator:
    """Makes up one city. :param terms: what the city has set: quorum, weeks, promises"""

    def __init__(self, sizes: Sizes, seed: int, now: datetime, terms: Terms, step: Step) -> None:
        self._sizes, self._now, self._terms, self._step = sizes, now, terms, step
        self._dice = random.Random(seed)  # noqa: S311  (nothing secret)
        self._districts = list(db.session.scalars(sa.select(District).order_by(District.id)))
        self._topics = list(db.session.scalars(sa.select(Topic).order_by(Topic.id)))
        self._departments = list(db.session.scalars(sa.select(Department).order_by(Department.id)))
        self._entries: list[tuple[datetime, dict[str, Any]]] = []
        self._first_person = _last_key(Person) + 1
        self._coordinator = self._first_person + sizes.people

    def run(self) -> None:
        """Write everything. The caller brings the search index up to date, and commits."""
        self._people()
        self._projects()
        self._suggestions()
        self._comments()
        self._journal()
        for table in (Person, Suggestion, SuggestionMove, Answer, Support, CommentThread, Comment,
                      JournalEntry):  # fmt: skip
            go_on_counting(db.session.connection(), table.__table__)

    def _people(self) -> None:
        since = self._now - _YEARS
        rows = (
            {
                "id": key,
                "email": self._address(key),
                "mailbox": mailbox_key(self._address(key)),
                "created_at": since,
                "confirmed_at": since,
                "residency_declared_at": since,
            }
            for key in range(self._first_person, self._coordinator)
        )
        put(Person, rows, self._step)
        staff = {"id": self._coordinator, "email": f"koordination-{self._coordinator}@{_DOMAIN}",
                 "name": "Koordinierungsstelle", "created_at": since, "confirmed_at": since}  # fmt: skip
        put(Person, [staff])
        grant = {"person_id": self._coordinator, "role": Role.COORDINATOR, "granted_at": since}
        put(RoleGrant, [grant])

    def _address(self, key: int) -> str:
        return f"einwohner-{key:07}@{_DOMAIN}"

    def _projects(self) -> None:
        first_entry = _last_key(JournalEntry)
        start = _last_key(Project)
        for number in range(start + 1, start + 1 + self._sizes.projects):
            district = self._dice.choice(self._districts)
            title, summary = phrases.project(self._dice, district.name)
            since = self._now - self._dice.random() * _YEARS
            sheet = projects.Sheet(
                slug=f"beispiel-{number}",
                values={
                    "participation": self._dice.choice(list(Participation)),
                    "implementation": self._dice.choice(list(Implementation)),
                    "as_of": city_date(since).isoformat(),
                    "cost": self._dice.randrange(20, 5000) * 1000,
                },
                texts={"de": {"title": title[:200], "summary": summary}},
                districts=[district],
                topics=self._dice.sample(self._topics, min(2, len(self._topics))),
                departments=self._dice.sample(self._departments, 1),
            )
            projects.save(sheet, Actor(), since)
            self._step(1)
        # These entries are ours: the transaction holds no others with these subjects.
        ours = sa.select(JournalEntry.id).where(
            JournalEntry.id > first_entry, JournalEntry.subject == "project",
            JournalEntry.subject_id > start,
        )  # fmt: skip
        db.session.execute(sa.delete(OutboxEntry).where(OutboxEntry.entry_id.in_(ours)))

    def _suggestions(self) -> None:
        count = self._sizes.suggestions
        stories = [
            tell(self._dice, self._now - _YEARS * (1 - number / count), self._now,
                 self._terms.quorum, self._terms.weeks, self._sizes.people)
            for number in range(count)
        ]  # fmt: skip
        numbers = self._numbers(stories)
        first = _last_key(Suggestion) + 1
        project_ids = list(db.session.scalars(sa.select(Project.id).order_by(Project.id)))
        self._move = _last_key(SuggestionMove)
        for some in _batches(enumerate(stories, first)):
            rows, topics, moves, answers = [], [], [], []
            for key, story in some:
                row = self._suggestion(key, story, numbers.get(key - first), project_ids)
                rows.append(row)
                if story.public_at:
                    topics += self._topics_of(key)
                moves += self._moves(key, story, row)
                answers += self._answers(key, story, row)
            for table, made in ((Suggestion, rows), (suggestion_topic, topics),
                                (SuggestionMove, moves), (Answer, answers)):  # fmt: skip
                put(table, made)
            self._step(len(rows))
        self._public = [key for key, story in enumerate(stories, first) if story.public_at]
        put(Support, self._supports(enumerate(stories, first)))

    def _numbers(self, stories: list[Story]) -> dict[int, int]:
        """Public numbers, in the order in which suggestions became public."""
        last = db.session.scalar(sa.select(SuggestionCounter.last)) or 0
        moments = sorted(
            (one.public_at, place) for place, one in enumerate(stories) if one.public_at
        )
        numbers = {place: last + number for number, (_, place) in enumerate(moments, 1)}
        db.session.execute(sa.delete(SuggestionCounter))
        put(SuggestionCounter, [{"id": 1, "last": last + len(numbers)}])
        return numbers

    def _suggestion(
        self, key: int, story: Story, number: int | None, project_ids: list[int]
    ) -> dict[str, Any]:
        dice = self._dice
        title, text, reason = phrases.suggestion(dice)
        project = dice.choice(project_ids) if project_ids and dice.random() < 0.15 else None
        district = dice.choice(self._districts) if dice.random() < 0.9 else None
        was_taken = story.when("take") is not None
        return {
            "id": key,
            "number": number,
            "state": story.reached,
            "kind": dice.choice(list(Kind)),
            "title": title,
            "text": text,
            "reason": reason,
            "language": "de",
            "district_id": district.id if district else None,
            "project_id": project,
            "author_id": dice.randrange(self._first_person, self._coordinator),
            "created_at": story.created_at,
            "submitted_at": story.when("submit"),
            "published_at": story.public_at,
            "opens_at": story.when("publish"),
            "closes_at": story.closes_at,
            "quorum": self._terms.quorum if story.when("publish") else 0,
            "supports": story.supports,
            "department_id": dice.choice(self._departments).id if was_taken else None,
            "due_on": self._due(story),
            "answer_revision": int(story.answered_at is not None),
            "answered_at": story.answered_at,
        }

    def _due(self, story: Story) -> date | None:
        """The day of the city's next promise, as ``suggestions.service`` sets it."""
        last = story.steps[-1][1] if story.steps else self._now
        if story.reached in (State.COLLECTING, State.EXPIRED) and story.answered_at:
            return None
        if story.reached is State.COUNCIL:
            return city_date(last) + timedelta(days=30)
        if story.reached in (State.SUBMITTED, State.IN_REVIEW):
            return self._workdays(city_date(last), "review_due")
        if story.reached in (State.COLLECTING, State.EXPIRED, State.QUORUM_REACHED, State.ADOPTED,
                           State.PARTLY_ADOPTED):  # fmt: skip
            return self._workdays(city_date(last), "answer_due")
        return None

    @functools.cache  # noqa: B019  (a generator lives as long as the command)
    def _workdays(self, day: date, promise: str) -> date:
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=self._now.tzinfo)
        return date.fromordinal(getattr(self._terms, promise)(noon).toordinal())

    def _topics_of(self, key: int) -> list[dict[str, int]]:
        chosen = self._dice.sample(self._topics, min(len(self._topics), self._dice.randint(1, 2)))
        return [{"suggestion_id": key, "topic_id": topic.id} for topic in chosen]

    def _moves(self, key: int, story: Story, row: dict[str, Any]) -> Iterator[dict[str, Any]]:
        for name, at in story.steps:
            self._move += 1
            transition = TRANSITIONS[name]
            actor = {"submit": row["author_id"], "withdraw": row["author_id"], "expire": None,
                     "reach_quorum": None}.get(name, self._coordinator)  # fmt: skip
            speaks = Need.PUBLIC_TEXT in transition.needs
            yield {
                "id": self._move,
                "suggestion_id": key,
                "transition": name,
                "at": at,
                "actor_id": actor,
                "public_text": phrases.answer(self._dice) if speaks else "",
                "reason": self._dice.choice(list(ReasonCode)) if name == "reject" else "",
                "reference": f"{key % 2000 + 1:04}/{at.year}" if name == "council" else "",
                "meeting_on": city_date(at) + timedelta(days=30) if name == "council" else None,
                "link": "https://www.mainz.de/" if Need.LINK in transition.needs else "",
            }
            facts = {"move": self._move, "supports": row["supports"], "due_on": None}
            self._happened(at, transition.event, "suggestion", key, actor, facts)

    def _answers(self, key: int, story: Story, row: dict[str, Any]) -> Iterator[dict[str, Any]]:
        if story.answered_at is None or story.public_at is None:
            return
        days = (city_date(story.answered_at) - city_date(story.public_at)).days
        yield {
            "suggestion_id": key,
            "revision": 1,
            "department_id": row["department_id"],
            "status": self._dice.choice(list(AnswerStatus)),
            "text": phrases.answer(self._dice),
            "language": "de",
            "author_id": self._coordinator,
            "published_at": story.answered_at,
            "workdays": days * 5 // 7,
        }
        self._happened(
            story.answered_at, "suggestion:answered", "suggestion", key, self._coordinator,
            {"revision": 1},
        )  # fmt: skip

    def _supports(self, stories: Iterable[tuple[int, Story]]) -> Iterator[dict[str, Any]]:
        people = range(self._first_person, self._coordinator)
        mailboxes = [self._terms.fingerprint_of_mailbox(self._address(key)) for key in people]
        for key, story in stories:
            first, last = time_of_support(story, self._now)
            chosen = self._dice.sample(people, story.supports)
            moments = sorted(self._dice.random() for _ in chosen)
            for person, share in zip(chosen, moments, strict=True):
                yield {
                    "suggestion_id": key,
                    "person_id": person,
                    "mailbox": mailboxes[person - self._first_person],
                    "wants_mail": False,
                    "given_at": first + share * (last - first),
                }
            self._step(1)

    def _comments(self) -> None:
        project_ids = list(db.session.scalars(
            sa.select(Project.id).where(Project.published_at.is_not(None)).order_by(Project.id)
        ))  # fmt: skip
        taken = dict(
            db.session.execute(sa.select(CommentThread.project_id, CommentThread.id)).all()
        )
        subjects = [("project_id", key) for key in project_ids if key not in taken]
        subjects += [("suggestion_id", key) for key in self._public]
        if not subjects:
            return
        counts: dict[tuple[str, int], int] = {}
        for _ in range(self._sizes.comments):
            # Few are talked about a lot, most hardly at all.
            subject = subjects[int(len(subjects) * self._dice.random() ** 3)]
            counts[subject] = counts.get(subject, 0) + 1
        thread, key = _last_key(CommentThread), _last_key(Comment)
        threads, rows = [], []
        for (column, subject_id), count in counts.items():
            thread += 1
            other = "project_id" if column == "suggestion_id" else "suggestion_id"
            threads.append({"id": thread, column: subject_id, other: None, "visible": count})
            rows += self._thread(thread, key + 1, count)
            key += count
        put(CommentThread, threads)
        put(Comment, rows, self._step)

    def _thread(self, thread: int, first: int, count: int) -> Iterator[dict[str, Any]]:
        """Comments of one thread in the order of time; every third answers one before it."""
        moments = sorted(self._now - self._dice.random() * timedelta(days=40) for _ in range(count))
        tops: list[int] = []
        for key, at in enumerate(moments, first):
            parent = self._dice.choice(tops) if tops and self._dice.random() < 0.3 else None
            if parent is None:
                tops.append(key)
            author = self._dice.randrange(self._first_person, self._coordinator)
            yield {
                "id": key, "thread_id": thread, "parent_id": parent, "author_id": author,
                "text": phrases.comment(self._dice), "language": "de", "created_at": at,
            }  # fmt: skip
            facts = {"thread": thread, "official": False}
            self._happened(at, "comment:written", "comment", key, author, facts)

    def _happened(
        self, at: datetime, event: str, subject: str, key: int, actor: int | None, facts: Any
    ) -> None:
        row = {"at": at, "event": event, "subject": subject, "subject_id": key, "actor_id": actor,
               "facts": facts}  # fmt: skip
        self._entries.append((at, row))

    def _journal(self) -> None:
        self._entries.sort(key=lambda entry: entry[0])
        put(JournalEntry, (row for _, row in self._entries))


def _last_key(table: Any) -> int:
    return db.session.scalar(sa.select(sa.func.max(table.id))) or 0


def _batches(things: Iterable[Any]) -> Iterator[list[Any]]:
    rest = iter(things)
    while some := list(islice(rest, _BATCH)):
        yield some


def put(table: Any, rows: Iterable[dict[str, Any]], step: Step = lambda _count: None) -> None:
    """Insert rows, a bounded number at a time."""
    plain = table if isinstance(table, sa.Table) else table.__table__
    for some in _batches(rows):
        db.session.execute(sa.insert(plain), some)
        step(len(some))
