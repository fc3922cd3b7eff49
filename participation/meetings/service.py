"""Everything that happens to a meeting. The only writer of these tables."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from participation.city.service import slug_of
from participation.core.clock import city_date
from participation.core.db import UtcDateTime, db, insert
from participation.core.importing import Change, apply
from participation.core.messages import ChangedMeanwhile, NotFound, NotPermitted
from participation.core.retention import Expiry
from participation.journal import service as journal
from participation.meetings import findable, queries, rules
from participation.meetings.models import Meeting, MeetingSignUp, MeetingText
from participation.permissions import Actor

#: What a language's text has besides its title.
FURTHER_TEXTS = ("agenda", "accessibility", "results")
_TEXTS = ("title", *FURTHER_TEXTS)
_LONGEST_SLUG_OF_TITLE = 60


@dataclass(frozen=True)
class Sheet:
    """A meeting as an editor writes it.

    :param values: starts_at, ends_at, whole_days, kind, place, project_id, capacity,
        sign_up_closes_at
    :param texts: by language: title, agenda, accessibility, results
    """

    values: dict[str, Any]
    texts: dict[str, dict[str, str]]


def save(slug: str, values: dict[str, Any], titles: dict[str, str], now: datetime) -> Change:
    """Create the meeting with this slug from a city's list, or change what differs.

    The list knows nothing of agenda and results: what was written on the web stays.
    """
    meeting = _locked(Meeting.slug == slug)
    if meeting is None:
        texts = [MeetingText(language=code, title=title) for code, title in titles.items()]
        _add(Meeting(slug=slug, texts=texts, changed_at=now, **values), Actor(), now)
        return Change.CREATED
    kept = {text.language: _words(text) for text in meeting.texts}
    texts_now = {
        code: words for code, words in kept.items() if any(words[name] for name in FURTHER_TEXTS)
    }
    for code, title in titles.items():
        texts_now[code] = kept.get(code, dict.fromkeys(_TEXTS, "")) | {"title": title}
    changed = _write(meeting, Sheet(values, texts_now), Actor(), now)
    return Change.CHANGED if changed else Change.UNCHANGED


def create(actor: Actor, now: datetime, sheet: Sheet) -> Meeting:
    """Publish a new meeting. Its address is made of title and day and stays.

    :raises NotPermitted: :raises rules.TitleMissing: :raises rules.MeetingExists: if pressed twice
    """
    _check_editor(actor, sheet)
    day = city_date(sheet.values["starts_at"])
    title = slug_of(sheet.texts["de"]["title"])[:_LONGEST_SLUG_OF_TITLE].strip("-")
    slug = f"{title or 'termin'}-{day.isoformat()}"
    given = sheet.values | {"slug": slug, "sequence": 0, "changed_at": now}
    statement = insert(Meeting).values(**given).on_conflict_do_nothing(index_elements=["slug"])
    key = db.session.scalars(statement.returning(Meeting.id)).first()
    if key is None:
        raise rules.MeetingExists
    meeting = db.session.get_one(Meeting, key)
    meeting.texts = [MeetingText(language=code, **words) for code, words in sheet.texts.items()]
    return _add(meeting, actor, now)


def change(
    meeting_id: int, actor: Actor, now: datetime, sheet: Sheet, *, seen_sequence: int
) -> Meeting:
    """Change a meeting; who signed up hears of another time or place, who moves up of that.

    :param seen_sequence: number of the changes that the editor saw
    :raises NotPermitted: :raises NotFound: :raises ChangedMeanwhile: :raises rules.TitleMissing:
    :raises rules.TooFewPlaces:
    """
    _check_editor(actor, sheet)
    meeting = locked(meeting_id)
    if meeting.sequence != seen_sequence:
        raise ChangedMeanwhile
    before = meeting.capacity
    people = queries.people_of(meeting.id)
    rules.check_places(len(people), before, sheet.values.get("capacity", before))
    _write(meeting, sheet, actor, now)
    if rules.can_sign_off(meeting.facts, now):
        _tell_moved_up(
            meeting, rules.moved_up(people, before, people, meeting.capacity), actor, now
        )
    return meeting


def cancel(
    meeting_id: int, actor: Actor, now: datetime, *, seen_sequence: int, reason: str
) -> Meeting:
    """Cancel a meeting. Its page stays and says so; calendars and who signed up hear of it.

    :param reason: why, in German, for everybody
    :raises NotPermitted: :raises NotFound: :raises rules.CannotCancel: :raises ChangedMeanwhile:
    :raises rules.ReasonMissing:
    """
    if not rules.may_edit(actor):
        raise NotPermitted
    if not reason.strip():
        raise rules.ReasonMissing
    meeting = locked(meeting_id)
    if not rules.can_cancel(meeting.facts, now):
        raise rules.CannotCancel
    if meeting.sequence != seen_sequence:
        raise ChangedMeanwhile
    meeting.cancelled_at = now
    meeting.cancel_reason = reason
    _count_change(meeting, now)
    _record("meeting:cancelled", meeting, actor, now, tell=True)
    return meeting


def sign_up(meeting_id: int, actor: Actor, now: datetime) -> bool:
    """Put a person on the list once, behind everybody who is there; tell whether it is new.

    The number is given under the lock of the meeting's row, so any number of parallel clicks
    gives one row, and no two people get the same place.

    :raises NotPermitted: :raises NotFound: :raises rules.SignUpClosed:
    :raises rules.SignedUpTooOften:
    """
    if not rules.may_sign_up(actor):
        raise NotPermitted
    meeting = locked(meeting_id)
    if not rules.can_sign_up(meeting.facts, now):
        raise rules.SignUpClosed
    last = db.session.scalar(
        sa.select(sa.func.max(MeetingSignUp.number)).where(MeetingSignUp.meeting_id == meeting.id)
    )
    created = db.session.scalars(
        insert(MeetingSignUp)
        .values(
            meeting_id=meeting.id,
            person_id=actor.person_id,
            given_at=now,
            number=(last or 0) + 1,
        )
        .on_conflict_do_nothing(index_elements=["meeting_id", "person_id"])
        .returning(MeetingSignUp.person_id)
    ).first()
    if created is None:
        return False
    if queries.signed_up_since(meeting.id, actor.person_id, now) >= rules.MOST_SIGN_UPS_AN_HOUR:
        raise rules.SignedUpTooOften
    _record("meeting:signed_up", meeting, actor, now)
    return True


def sign_off(meeting_id: int, actor: Actor, now: datetime) -> bool:
    """Take a person off the list; the first who waits moves up. Tell whether there was one.

    :raises NotPermitted: :raises NotFound: :raises rules.SignOffClosed:
    """
    if not rules.may_sign_up(actor):
        raise NotPermitted
    meeting = locked(meeting_id)
    if not rules.can_sign_off(meeting.facts, now):
        raise rules.SignOffClosed
    return _take_off(meeting, actor, now)


def _take_off(meeting: Meeting, actor: Actor, now: datetime) -> bool:
    """Take a person off a locked meeting's list, and tell who moves up."""
    before = queries.people_of(meeting.id)
    if actor.person_id not in before:
        return False
    db.session.execute(
        sa.delete(MeetingSignUp).where(
            MeetingSignUp.meeting_id == meeting.id, MeetingSignUp.person_id == actor.person_id
        )
    )
    after = [person_id for person_id in before if person_id != actor.person_id]
    _record("meeting:signed_off", meeting, actor, now)
    up = rules.moved_up(before, meeting.capacity, after, meeting.capacity)
    _tell_moved_up(meeting, up, actor, now)
    return True


def forget(person_id: int, now: datetime) -> None:
    """Take a person who deletes the account off all lists; where it still helps, the next one moves up."""
    theirs = sa.select(MeetingSignUp.meeting_id).where(MeetingSignUp.person_id == person_id)
    for meeting_id in db.session.scalars(theirs.order_by(MeetingSignUp.meeting_id)).all():
        meeting = locked(meeting_id)
        if rules.can_sign_off(meeting.facts, now):
            _take_off(meeting, Actor(person_id=person_id), now)
    gone = MeetingSignUp.person_id == person_id
    db.session.execute(sa.delete(MeetingSignUp).where(gone))


def _long_over(before: datetime, _now: datetime) -> sa.Select[Any]:
    ends = sa.func.coalesce(Meeting.ends_at, Meeting.starts_at, type_=UtcDateTime())
    over = sa.select(Meeting.id).where(ends <= before)
    keys = sa.select(MeetingSignUp.meeting_id, MeetingSignUp.person_id)
    return keys.where(MeetingSignUp.meeting_id.in_(over))


def _forget_sign_ups(keys: Sequence[Any], _now: datetime) -> None:
    both = sa.tuple_(MeetingSignUp.meeting_id, MeetingSignUp.person_id)
    db.session.execute(sa.delete(MeetingSignUp).where(both.in_(keys)))


EXPIRIES = (
    Expiry(
        "meeting_sign_up", "sign-ups of past meetings", "keep_sign_up_days",
        MeetingSignUp, _long_over, _forget_sign_ups,
    ),
)  # fmt: skip


def locked(meeting_id: int) -> Meeting:
    """Read a meeting that is about to change: nobody else can change it until the commit.

    :raises NotFound: if there is none
    """
    meeting = _locked(Meeting.id == meeting_id)
    if meeting is None:
        raise NotFound
    return meeting


def _locked(condition: Any) -> Meeting | None:
    return db.session.scalar(
        sa.select(Meeting)
        .where(condition)
        .options(selectinload(Meeting.texts))
        .with_for_update(of=Meeting)
        .execution_options(populate_existing=True)
    )


def _check_editor(actor: Actor, sheet: Sheet) -> None:
    if not rules.may_edit(actor):
        raise NotPermitted
    titles = {code: words.get("title", "") for code, words in sheet.texts.items()}
    if not titles.get("de") or not all(titles.values()):
        raise rules.TitleMissing


def _add(meeting: Meeting, actor: Actor, now: datetime) -> Meeting:
    db.session.add(meeting)
    db.session.flush()
    _record("meeting:created", meeting, actor, now)
    findable.keep([meeting.id])
    return meeting


def _words(text: MeetingText) -> dict[str, str]:
    return {name: getattr(text, name) for name in _TEXTS}


def _write(meeting: Meeting, sheet: Sheet, actor: Actor, now: datetime) -> bool:
    """Write what differs, count the change and record which fields it was; tell whether any."""
    fields = [name for name, value in sheet.values.items() if getattr(meeting, name) != value]
    apply(meeting, sheet.values)
    kept = {text.language: text for text in meeting.texts}
    if {code: _words(text) for code, text in kept.items()} != sheet.texts:
        meeting.texts = [kept.get(code) or MeetingText(language=code) for code in sheet.texts]
        for text in meeting.texts:
            apply(text, sheet.texts[text.language])
        fields.append("texts")
    if not fields:
        return False
    _count_change(meeting, now)
    tell = rules.is_worth_a_mail(fields, meeting.facts, now)
    _record("meeting:changed", meeting, actor, now, fields=sorted(fields), tell=tell)
    findable.keep([meeting.id])
    return True


def _count_change(meeting: Meeting, now: datetime) -> None:
    meeting.sequence += 1
    meeting.changed_at = now
    db.session.flush()


def _tell_moved_up(meeting: Meeting, people: Iterable[int], actor: Actor, now: datetime) -> None:
    for person_id in people:
        journal.record(
            "meeting:moved_up", "person", person_id, actor=actor, now=now, meeting=meeting.id
        )


def _record(event: str, meeting: Meeting, actor: Actor, now: datetime, **facts: Any) -> None:
    journal.record(event, "meeting", meeting.id, actor=actor, now=now, **facts)
