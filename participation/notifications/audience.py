"""Who hears of an entry: those who get the mail in any case, and those for whom it is news."""

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from participation.accounts.models import Person, RoleGrant
from participation.accounts.rules import mailbox_key
from participation.comments.models import Comment
from participation.core.db import db
from participation.following import queries as following
from participation.following.models import MailSetting
from participation.following.rules import Followed, Frequency
from participation.journal.models import JournalEntry
from participation.meetings.queries import people_to_tell
from participation.notifications.models import Mail, News
from participation.notifications.rules import About, Notice, Standing, is_announced, says_result
from participation.permissions import Role
from participation.polls import queries as polls
from participation.projects import version_queries as versions
from participation.suggestions.models import Suggestion, SuggestionNote
from participation.suggestions.support_models import Support
from participation.suggestions.support_queries import guests_to_tell, supporters_to_tell

ROWS_A_STATEMENT = 500
#: Tables of what has an author, by what the journal calls it.
_WRITTEN: dict[str, Any] = {"comment": Comment, "suggestion_note": SuggestionNote}
#: Each of them is about the same thing: that a suggestion is there.
_ANNOUNCING = ("suggestion:published", "suggestion:topics_chosen")


def in_parts(keys: Sequence[int]) -> Iterable[Sequence[int]]:
    """Split keys into as many as fit into a statement."""
    for start in range(0, len(keys), ROWS_A_STATEMENT):
        yield keys[start : start + ROWS_A_STATEMENT]


def _reachable(conditions: list[Any]) -> list[int]:
    if not conditions:
        return []
    statement = sa.select(Person.id).where(Person.confirmed_at.is_not(None), Person.email != "")
    return list(db.session.scalars(statement.where(sa.or_(*conditions)).order_by(Person.id)))


def in_any_case(entry: JournalEntry, notice: Notice) -> list[int]:
    """Keys of the people who get the mail at once, whatever they have set."""
    if notice.person:
        if not entry.facts.get("tell", True):
            return []
        # Who deleted the account meanwhile gets no mail, and holds up nobody else's.
        alive = sa.select(Person.id).where(Person.id == entry.subject_id)
        return list(db.session.scalars(alive))
    chosen: list[Any] = []
    if notice.office:
        held = sa.select(RoleGrant.person_id).where(RoleGrant.role == Role.COORDINATOR)
        chosen.append(Person.id.in_(held))
    if notice.actor:
        chosen.append(Person.id == entry.actor_id)
    if notice.signed_up and entry.facts.get("tell"):
        chosen.append(Person.id.in_(people_to_tell(entry.subject_id)))
    if notice.listed:
        chosen.append(_listed(entry, notice))
    if notice.voted:
        chosen.append(Person.id.in_(polls.people_who_voted(entry.subject_id)))
    if notice.author and notice.must:
        table = _WRITTEN.get(entry.subject, Suggestion)
        author = sa.select(table.author_id).where(table.id == entry.subject_id)
        chosen.append(Person.id.in_(author))
    return _reachable(chosen)


def for_news(entry: JournalEntry, notice: Notice, about: About) -> list[int]:
    """Keys of the people for whom the entry is news: what ``rules.reasons`` says, for all at once.

    Of what is not public now, supporters may be among them; it is asked again when the mail goes.
    """
    if not is_announced(entry.event, imported=entry.actor_id is None):
        return []
    chosen: list[Any] = []
    not_actor = Person.id != entry.actor_id if entry.actor_id is not None else sa.true()
    key = about.suggestion_id
    if key is not None:
        if notice.author and not notice.must:
            is_author = Person.id == about.author_id
            chosen.append(sa.and_(is_author, Person.id.not_in(following.silenced(key))))
        if notice.supporters or notice.asked:
            told = Person.id.in_(supporters_to_tell(key, not_on(entry, notice)))
            # Authors may support their own suggestion; what they did themselves is no news to them.
            chosen.append(told if notice.author else sa.and_(told, not_actor))
        if notice.followers and about.is_public:
            chosen.append(_follow(Followed.SUGGESTION, [key], not_actor))
    elif notice.followers and about.project_id is not None:
        not_yet = sa.and_(not_actor, _not_voted(entry)) if notice.unvoted else not_actor
        chosen.append(_follow(Followed.PROJECT, [about.project_id], not_yet))
    if notice.nearby and about.is_public:
        not_theirs = sa.and_(not_actor, Person.id != (about.author_id or 0))
        if entry.subject == "suggestion":
            not_theirs = sa.and_(not_theirs, ~_told_of_it(entry))
        chosen += [
            _follow(kind, keys, not_theirs)
            for kind, keys in (
                (Followed.TOPIC, about.topics),
                (Followed.DISTRICT, about.districts),
            )
            if keys
        ]
    return _reachable(chosen)


def _listed(entry: JournalEntry, notice: Notice) -> sa.ColumnElement[bool]:
    """People on the list of a poll; of a reminder, those who have not voted."""
    on_list = Person.mailbox.in_(polls.people_listed(entry.subject_id))
    return sa.and_(on_list, _not_voted(entry)) if notice.unvoted else on_list


def _not_voted(entry: JournalEntry) -> sa.ColumnElement[bool]:
    return Person.id.not_in(polls.people_who_voted(entry.subject_id))


def _follow(kind: Followed, keys: Iterable[int], condition: Any) -> sa.ColumnElement[bool]:
    return sa.and_(Person.id.in_(following.followers(kind, keys)), condition)


def _told_of_it(entry: JournalEntry) -> sa.ColumnElement[bool]:
    """Whether somebody heard already that the suggestion is there, through another topic."""
    same = sa.and_(
        JournalEntry.subject == entry.subject,
        JournalEntry.subject_id == entry.subject_id,
        JournalEntry.event.in_(_ANNOUNCING),
    )
    return sa.or_(
        *[
            sa.exists()
            .where(table.person_id == Person.id)
            .where(table.entry_id == JournalEntry.id)
            .where(same)
            for table in (Mail, News)
        ]
    )


def guests(entry: JournalEntry, notice: Notice, about: About, people: Sequence[int]) -> list[int]:
    """Keys of readers without an account; not of those who get the mail with their account already."""
    if notice.guest:
        return [entry.subject_id] if entry.facts.get("to_guest", True) else []
    if about.suggestion_id is None or not (notice.supporters or notice.asked):
        return []
    found = guests_to_tell(about.suggestion_id, not_on(entry, notice))
    if not found:
        return []
    told: set[str] = set()
    for some in in_parts(people):
        emails = db.session.scalars(sa.select(Person.email).where(Person.id.in_(some)))
        told |= {mailbox_key(email) for email in emails}
    return [key for key, email in found if mailbox_key(email) not in told]


def not_on(entry: JournalEntry, notice: Notice) -> int | None:
    """The suggestion that was merged into: who supports it needs not be asked to."""
    return int(entry.facts["target"]) if notice.asked else None


def is_first_result(entry: JournalEntry) -> bool:
    """Tell whether a change of a sheet published what came of participation; two statements if it
    may have."""
    if entry.event != "project:changed" or not says_result(entry.facts):
        return False
    number = entry.facts["version"]
    before = versions.snapshot_at(entry.subject_id, number - 1) if number > 1 else {}
    after = versions.snapshot_at(entry.subject_id, number) or {}
    return _has_result(after) and not _has_result(before or {})


def _has_result(snapshot: dict[str, Any]) -> bool:
    return any(value for name, value in snapshot.items() if name.endswith(".result"))


def frequencies(people: Sequence[int]) -> dict[int, Frequency]:
    """How often each of up to 500 people wants to hear of news; their settings are locked. Who never
    chose is missing."""
    rows = db.session.execute(
        sa.select(MailSetting.person_id, MailSetting.frequency)
        .where(MailSetting.person_id.in_(people))
        .order_by(MailSetting.person_id)
        .with_for_update()
    )
    return {row.person_id: row.frequency for row in rows}


def standing_of(person_id: int, entries: Iterable[JournalEntry]) -> Standing:
    """What a person is to the things of the entries now; three statements."""
    chosen = following.chosen_by(person_id)
    things = {following.thing_of(row): row.is_wanted for row in chosen}
    targets = {e.subject_id: e.facts["target"] for e in entries if e.event == "suggestion:merged"}
    wants = sa.select(Support.suggestion_id).where(
        Support.person_id == person_id, Support.wants_mail, Support.struck_by.is_(None)
    )
    supports = set(db.session.scalars(wants))
    if targets:
        own = sa.select(Support.mailbox).where(Support.person_id == person_id)
        there = sa.select(Support.suggestion_id).where(
            Support.suggestion_id.in_(sorted(set(targets.values()))),
            sa.or_(Support.person_id == person_id, Support.mailbox.in_(own)),
        )
        done = set(db.session.scalars(there))
        supports -= {key for key, target in targets.items() if target in done}
    return Standing(
        person_id,
        follows=frozenset(thing for thing, is_wanted in things.items() if is_wanted),
        silenced=frozenset(key for (_, key), is_wanted in things.items() if not is_wanted),
        supports=frozenset(supports),
    )
