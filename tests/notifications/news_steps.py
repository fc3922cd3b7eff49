"""What is new in the city, for Fanny, who follows a topic, a district, and whatever she finds."""

from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from participation.city import service as city
from participation.city.models import Topic
from participation.config import Settings
from participation.core.clock import CITY_TIME
from participation.core.db import db
from participation.following import service as following
from participation.following.rules import Followed, Frequency
from participation.meetings import service as meetings
from participation.privacy import service as privacy
from participation.privacy.service import Periods
from participation.projects import editing, phases
from participation.projects.models import Project
from participation.suggestions import support, topics
from participation.suggestions.forgetting import WARNING
from participation.suggestions.rules import State
from tests.factories import (
    LONG_ENOUGH,
    TERMS,
    coordinator,
    make_answer,
    make_comment,
    make_department,
    make_district,
    make_meeting,
    make_suggestion,
    make_update,
)
from tests.notifications.scribe import FANNY, Scribe
from tests.people import JONAS, MARA, NOW, make_person
from tests.suggestions.guest_steps import support_as_guest

_PERIODS = Periods({name: Settings.model_fields[name].default for name in Periods.SETTINGS})
_NEXT_MORNING = datetime(2026, 3, 11, 7, tzinfo=CITY_TIME).astimezone(UTC)
_DAY = timedelta(days=1)


def follow(kind: Followed, key: int) -> None:
    """Let Fanny follow a thing."""
    following.follow(kind, key, make_person(FANNY).actor, NOW)


def tell_news(scribe: Scribe) -> None:
    """Let happen what is told to who follows something."""
    _expiring_draft(scribe)
    city.save_topic("gruen", 1, {"de": "Grün", "en": "Green spaces"})
    topic = db.session.scalars(sa.select(Topic.id)).one()
    district = make_district()
    follow(Followed.TOPIC, topic)
    follow(Followed.DISTRICT, district.id)
    there = {"title": "Eine Schaukel für Große", "district_id": district.id}
    scribe.tell("suggestion:published", lambda: make_suggestion(**there))  # type: ignore[arg-type]
    untold = make_suggestion(title="Mehr Blumen auf den Wiesen").id
    scribe.tell(
        "suggestion:topics_chosen",
        lambda: topics.choose(untold, coordinator(), NOW, [topic], seen=[]),
    )
    project = _project(scribe, topic)
    _comments(scribe, project)
    _digest(scribe, project, topic)


def _expiring_draft(scribe: Scribe) -> None:
    long_ago = NOW - timedelta(days=_PERIODS.days["keep_draft_days"]) + WARNING
    make_suggestion(State.DRAFT, title="Ein Karussell", now=long_ago)

    def forget() -> None:
        while privacy.apply_retention(NOW, _PERIODS, TERMS):
            pass

    scribe.tell("suggestion:draft_expires", forget)


def _project(scribe: Scribe, topic: int) -> Project:
    kim = coordinator()
    words = {"title": "Der neue Stadtpark", "summary": "Aus dem Parkplatz wird ein Park."}
    project = editing.create(kim, NOW, "stadtpark", words)

    def save(**wanted: Any) -> None:
        fields = {name.replace("__", "."): value for name, value in wanted.items()}
        editing.edit(project.id, kim, NOW, fields, seen_version=project.version)

    save(topics=[topic], departments=[make_department().id])
    scribe.tell(
        "project:published",
        lambda: editing.publish(project.id, kim, NOW, seen_version=project.version),
    )
    follow(Followed.PROJECT, project.id)
    ends = (NOW + 20 * _DAY).date().isoformat()
    save(phases=[{"first": NOW.date().isoformat(), "last": ends, "titles": {}}])
    scribe.tell("project:phase_began", lambda: phases.begin_phases(NOW))
    made = []
    scribe.tell("meeting:created", lambda: made.append(_meeting(project)))
    scribe.tell("meeting:cancelled", lambda: _cancel(made[0].id))
    scribe.tell("project:changed", lambda: save(de__result="Der Park bekommt einen Teich."))
    return project


def _meeting(project: Project, title: str = "Gang durch den Park") -> Any:
    return make_meeting(title, project_id=project.id, starts_at=NOW + 3 * _DAY)


def _cancel(key: int) -> None:
    reason = "Es soll stürmen."
    meetings.cancel(key, coordinator(), NOW, seen_sequence=0, reason=reason)


def _comments(scribe: Scribe, project: Project) -> None:
    suggestion = make_suggestion(title="Ein Karussell am Fluss", project_id=project.id)
    support.give(suggestion.id, make_person(MARA).actor, NOW, TERMS, wants_mail=True)
    support_as_guest(suggestion.id, wants_mail=True)
    jonas = make_person(JONAS)
    for thing in (project, suggestion):
        text = f"Dazu sagt das Amt etwas.\n\n{LONG_ENOUGH}"
        scribe.tell(
            "comment:written",
            lambda t=thing, w=text: make_comment(t, author=jonas, text=w),  # type: ignore[misc]
        )


def _digest(scribe: Scribe, project: Project, topic: int) -> None:
    """Much on one morning: a suggestion with a long story, a project, a meeting, something new."""
    following.set_frequency(make_person(FANNY).id, Frequency.DAILY, NOW)
    suggestion = make_suggestion(State.IMPLEMENTING, quorum=2, title="Ein Haus für Igel")
    follow(Followed.SUGGESTION, suggestion.id)

    def much() -> None:
        make_answer(suggestion, NOW)
        make_update(suggestion, "Das Haus ist bestellt.")
        _meeting(project, "Fest im Park")
        new = make_suggestion(title="Ein Nest für Störche")
        topics.choose(new.id, coordinator(), NOW, [topic], seen=[])
        seen = project.version
        editing.edit(project.id, coordinator(), NOW, {"cost": 5000}, seen_version=seen)

    scribe.tell("nothing of it at once", much)
    scribe.collect(_NEXT_MORNING)
