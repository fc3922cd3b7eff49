"""What happens to meetings, on both databases."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from participation.core.db import db
from participation.core.importing import Change
from participation.core.messages import ChangedMeanwhile, NotFound, NotPermitted
from participation.journal.models import JournalEntry
from participation.meetings import queries, rules, service
from participation.meetings.models import Meeting
from participation.meetings.rules import MeetingKind
from participation.meetings.service import Sheet
from participation.permissions import VISITOR
from tests.factories import coordinator, make_meeting, make_supporters, resident
from tests.people import AYLIN, JONAS, MARA, NOW, make_person

pytestmark = pytest.mark.usefixtures("session")
_LATER = NOW + timedelta(hours=1)


def events() -> list[tuple[str, dict[str, Any]]]:
    """What the journal says of meetings, in order."""
    entries = db.session.scalars(sa.select(JournalEntry).order_by(JournalEntry.id))
    return [(one.event, one.facts) for one in entries if one.event.startswith("meeting:")]


def sheet_of(meeting: Meeting, title: str = "Rundgang am Ufer", **values: Any) -> Sheet:
    words = dict.fromkeys(("agenda", "accessibility", "results"), "")
    return Sheet(values, {"de": words | {"title": title}})


def change(meeting: Meeting, seen: int | None = None, **more: Any) -> Meeting:
    seen = meeting.sequence if seen is None else seen
    sheet = sheet_of(meeting, **more)
    return service.change(meeting.id, coordinator(), _LATER, sheet, seen_sequence=seen)


def with_people(count: int, **values: Any) -> tuple[Meeting, list[int]]:
    """A meeting for which so many people signed up."""
    meeting, people = make_meeting(**values), list(make_supporters(count))
    for person_id in people:
        assert service.sign_up(meeting.id, resident(person_id), NOW)
    return meeting, people


def test_coordinator_writes_a_meeting_and_its_address_is_made_of_title_and_day() -> None:
    meeting = make_meeting("Schöner Rundgang, am Fluß!", texts={"en": {"title": "Walk"}})
    assert meeting.slug == "schoener-rundgang-am-fluss-2026-03-11"
    assert (meeting.sequence, meeting.changed_at) == (0, NOW)
    assert {text.language: text.title for text in meeting.texts} == {
        "de": "Schöner Rundgang, am Fluß!",
        "en": "Walk",
    }
    assert events() == [("meeting:created", {})]


@pytest.mark.parametrize(("title", "slug"), [("…", "termin-2026-03-11"), ("Ä" * 200, "ae" * 30)])
def test_any_title_gives_an_address(title: str, slug: str) -> None:
    meeting = make_meeting(title)
    assert meeting.slug.startswith(slug)
    assert len(meeting.slug) <= 80


def test_same_meeting_twice_is_a_conflict() -> None:
    make_meeting("Rundgang")
    with pytest.raises(rules.MeetingExists):
        make_meeting("Rundgang!")
    assert make_meeting("Rundgang", starts_at=NOW + timedelta(days=2)).id


def test_each_change_is_counted_dated_and_recorded() -> None:
    meeting = make_meeting()
    change(meeting, place="Schloss")
    assert (meeting.place, meeting.sequence, meeting.changed_at) == ("Schloss", 1, _LATER)
    change(meeting, title="Gang am Ufer")
    change(meeting, title="Gang am Ufer")  # nothing differs
    assert meeting.sequence == 2
    assert meeting.slug == "rundgang-am-ufer-2026-03-11"
    assert events() == [
        ("meeting:created", {}),
        ("meeting:changed", {"fields": ["place"], "tell": True}),
        ("meeting:changed", {"fields": ["texts"], "tell": False}),
    ]


def test_second_editor_is_told_and_changes_nothing() -> None:
    meeting = make_meeting()
    change(meeting, place="Schloss")
    with pytest.raises(ChangedMeanwhile):
        change(meeting, seen=0, place="Rathaus")
    with pytest.raises(ChangedMeanwhile):
        service.cancel(
            meeting.id, coordinator(), NOW, seen_sequence=0, reason="Der Saal ist gesperrt."
        )
    assert (meeting.place, meeting.sequence, meeting.cancelled_at) == ("Schloss", 1, None)


@pytest.mark.parametrize("texts", [{}, {"en": {"title": "Walk"}}, {"de": {"title": ""}}])
def test_meeting_needs_a_german_title(texts: dict[str, dict[str, str]]) -> None:
    meeting = make_meeting()
    with pytest.raises(rules.TitleMissing):
        service.change(meeting.id, coordinator(), NOW, Sheet({}, texts), seen_sequence=0)


def test_cancelled_meeting_stays_and_is_cancelled_once() -> None:
    meeting = make_meeting(capacity=3)
    service.cancel(
        meeting.id, coordinator(), _LATER, seen_sequence=0, reason="Der Saal ist gesperrt."
    )
    assert (meeting.cancelled_at, meeting.sequence, meeting.changed_at) == (_LATER, 1, _LATER)
    with pytest.raises(rules.CannotCancel):
        service.cancel(
            meeting.id, coordinator(), _LATER, seen_sequence=1, reason="Der Saal ist gesperrt."
        )
    with pytest.raises(rules.SignUpClosed):
        service.sign_up(meeting.id, make_person(MARA).actor, _LATER)
    assert events()[1:] == [("meeting:cancelled", {"tell": True})]


def test_what_is_over_is_not_cancelled() -> None:
    meeting = make_meeting(ends_at=NOW + timedelta(days=2))
    with pytest.raises(rules.CannotCancel):
        service.cancel(
            meeting.id,
            coordinator(),
            NOW + timedelta(days=2),
            seen_sequence=0,
            reason="Der Saal ist gesperrt.",
        )


def test_first_come_get_the_places_and_the_others_wait() -> None:
    meeting, people = with_people(3, capacity=2)
    assert queries.people_of(meeting.id) == people
    assert [queries.sign_ups(meeting.id, one) for one in people] == [(3, 1), (3, 2), (3, 3)]
    assert queries.sign_ups(meeting.id, None) == (3, 0)
    assert queries.sign_ups(meeting.id, make_person(MARA).id) == (3, 0)


def test_pressing_twice_keeps_the_place_in_the_queue() -> None:
    meeting, people = with_people(2, capacity=1)
    assert not service.sign_up(meeting.id, resident(people[0]), _LATER)
    assert queries.people_of(meeting.id) == people
    assert [event for event, _ in events()].count("meeting:signed_up") == 2


def test_who_leaves_makes_room_and_comes_back_at_the_end() -> None:
    meeting, people = with_people(3, capacity=1)
    assert service.sign_off(meeting.id, resident(people[0]), NOW)
    assert not service.sign_off(meeting.id, resident(people[0]), NOW)
    moved = db.session.scalars(
        sa.select(JournalEntry.subject_id).where(JournalEntry.event == "meeting:moved_up")
    ).all()
    assert moved == [people[1]]
    assert service.sign_up(meeting.id, resident(people[0]), NOW)
    assert queries.people_of(meeting.id) == [people[1], people[2], people[0]]


def test_nobody_moves_up_when_somebody_leaves_who_waits() -> None:
    meeting, people = with_people(3, capacity=1)
    assert service.sign_off(meeting.id, resident(people[1]), NOW)
    assert "meeting:moved_up" not in [event for event, _ in events()]


def test_more_places_let_people_move_up_and_fewer_take_none_away() -> None:
    meeting, people = with_people(4, capacity=2)
    with pytest.raises(rules.TooFewPlaces):
        change(meeting, capacity=1)
    change(meeting, capacity=3)
    moved = db.session.scalars(
        sa.select(JournalEntry.subject_id).where(JournalEntry.event == "meeting:moved_up")
    ).all()
    assert moved == [people[2]]


def test_sign_up_ends_at_its_moment_and_signing_off_at_the_beginning() -> None:
    closing = NOW + timedelta(hours=2)
    meeting = make_meeting(capacity=2, sign_up_closes_at=closing)
    mara, other = make_person(MARA).actor, resident(make_supporters(1)[0])
    assert service.sign_up(meeting.id, mara, closing - timedelta(seconds=1))
    with pytest.raises(rules.SignUpClosed):
        service.sign_up(meeting.id, other, closing)
    with pytest.raises(rules.SignOffClosed):
        service.sign_off(meeting.id, mara, meeting.starts_at)
    assert service.sign_off(meeting.id, mara, meeting.starts_at - timedelta(seconds=1))


@pytest.mark.parametrize("persona", [None, MARA, JONAS, AYLIN])
def test_only_coordinators_write_meetings(persona: Any) -> None:
    actor = make_person(persona).actor if persona else VISITOR
    meeting = make_meeting()
    sheet = sheet_of(meeting, place="Schloss")
    for act in (
        lambda: service.create(actor, NOW, sheet),
        lambda: service.change(meeting.id, actor, NOW, sheet, seen_sequence=0),
        lambda: service.cancel(
            meeting.id, actor, NOW, seen_sequence=0, reason="Der Saal ist gesperrt."
        ),
    ):
        with pytest.raises(NotPermitted):
            act()


@pytest.mark.parametrize("persona", [None, JONAS, AYLIN])
def test_only_residents_sign_up(persona: Any) -> None:
    actor = make_person(persona).actor if persona else VISITOR
    meeting = make_meeting(capacity=2)
    for act in (service.sign_up, service.sign_off):
        with pytest.raises(NotPermitted):
            act(meeting.id, actor, NOW)


def test_meeting_that_is_not_there_is_not_found() -> None:
    mara = make_person(MARA).actor
    with pytest.raises(NotFound):
        service.sign_up(4711, mara, NOW)
    with pytest.raises(NotFound):
        service.cancel(4711, coordinator(), NOW, seen_sequence=0, reason="Der Saal ist gesperrt.")


def test_citys_list_keeps_what_was_written_on_the_web(app: Flask) -> None:
    values = {"kind": MeetingKind.FORUM, "starts_at": NOW + timedelta(days=1), "place": "Ort"}
    assert service.save("x", values, {"de": "Titel", "en": "Title"}, NOW) is Change.CREATED
    meeting = db.session.scalars(sa.select(Meeting).where(Meeting.slug == "x")).one()
    texts = {
        "de": {"title": "Titel", "agenda": "Punkt 1", "accessibility": "", "results": ""},
        "en": {"title": "Title", "agenda": "Item 1", "accessibility": "", "results": ""},
    }
    service.change(meeting.id, coordinator(), NOW, Sheet({"capacity": 5}, texts), seen_sequence=0)
    assert service.save("x", values, {"de": "Titel"}, _LATER) is Change.UNCHANGED
    assert service.save("x", values, {"de": "Neu"}, _LATER) is Change.CHANGED
    assert {text.language: text.agenda for text in meeting.texts} == {
        "de": "Punkt 1",
        "en": "Item 1",
    }
    assert (meeting.capacity, meeting.sequence, meeting.changed_at) == (5, 2, _LATER)


def test_journal_names_nobody_who_signs_up_in_its_facts() -> None:
    meeting, people = with_people(2, capacity=1)
    service.sign_off(meeting.id, resident(people[0]), NOW)
    facts = [fact for _, fact in events()]
    assert all(set(one) <= {"meeting"} for one in facts)


def test_meeting_is_cancelled_with_a_reason_only() -> None:
    meeting = make_meeting()
    with pytest.raises(rules.ReasonMissing):
        service.cancel(meeting.id, coordinator(), NOW, seen_sequence=0, reason="  ")
    service.cancel(meeting.id, coordinator(), NOW, seen_sequence=0, reason="Sturmwarnung.")
    assert meeting.cancel_reason == "Sturmwarnung."
