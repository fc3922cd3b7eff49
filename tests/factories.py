"""Things for tests, made through the services: what a test gets could have happened."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

import sqlalchemy as sa

from participation.accounts.models import Person
from participation.barriers import queries as barrier_queries
from participation.barriers import service as barriers
from participation.barriers.models import BarrierReport
from participation.city import service as city
from participation.city.models import Department, DepartmentKind, District
from participation.city_pages import service as pages
from participation.city_pages.models import CityPage
from participation.comments import queries as comment_queries
from participation.comments import service as comments
from participation.comments.models import Comment
from participation.comments.rules import Subject
from participation.core.db import db
from participation.meetings import service as meetings
from participation.meetings.models import Meeting
from participation.meetings.rules import MeetingKind
from participation.meetings.service import Sheet
from participation.permissions import Actor, Role
from participation.projects import files as project_files
from participation.projects import service as projects
from participation.projects.models import Project, ProjectFile
from participation.projects.rules import FileRole
from participation.suggestions import answers, attachments, drafts, merging, notes, service, support
from participation.suggestions.models import Suggestion, SuggestionFile, SuggestionNote
from participation.suggestions.rules import AnswerStatus, HideCode, Kind, ReasonCode, State
from participation.suggestions.service import Given, Terms
from tests.files.uploads import PDF, picture, prepared

#: The same as in the test app's settings: what factories count, pages know.
FINGERPRINT_KEY = "a key that is only good for fingerprints in tests"
TERMS = Terms(fingerprint_key=FINGERPRINT_KEY)
#: No two texts are the same: the same draft twice would be one.
_NUMBERS = count(1)
_NAMES = {"67": "Grün- und Umweltamt", "61": "Stadtplanungsamt"}
LONG_ENOUGH = "Ein Text, der lang genug ist und in dem steht, worum es wirklich geht."


def make_district(name: str = "Gonsenheim", number: int = 6) -> District:
    """A district, once."""
    city.save_district(number, name, latitude=50.0, longitude=8.2)
    return db.session.scalars(sa.select(District).where(District.number == number)).one()


def make_department(number: str = "67") -> Department:
    """An office, once."""
    key = {
        "kind": DepartmentKind.OFFICE,
        "number": number,
        "name": _NAMES[number],
        "valid_from": None,
    }
    city.save_department(key)
    return db.session.scalars(sa.select(Department).where(Department.number == number)).one()


def make_project(slug: str = "sp-gleisberg", now: datetime | None = None, **values: Any) -> Project:
    """A project with a German sheet; ``title``, ``texts``, ``districts`` … can be given."""
    from tests.people import NOW

    title = values.pop("title", "Spielplatz Gleisberganlage")
    texts = values.pop("texts", {"de": {"title": title, "summary": "Kinder planen mit."}})
    relations = {
        name: values.pop(name, [])
        for name in ("districts", "topics", "departments", "phases")
    }  # fmt: skip
    day = values.pop("as_of_day", None)
    values.setdefault("as_of", day.isoformat() if day else "2026-01")
    sheet = projects.Sheet(slug=slug, values=values, texts=texts, **relations)
    projects.save(sheet, Actor(), now or NOW)
    return db.session.scalars(sa.select(Project).where(Project.slug == slug)).one()


def make_meeting(title: str = "Rundgang am Ufer", **values: Any) -> Meeting:
    """A meeting tomorrow, made by the coordinator; ``texts`` and all columns can be given."""
    from tests.people import NOW

    now = values.pop("now", NOW)
    texts = {"de": dict.fromkeys(("agenda", "accessibility", "results"), "") | {"title": title}}
    for code, words in values.pop("texts", {}).items():
        texts[code] = texts.get(code, dict.fromkeys(texts["de"], "")) | words
    given = {
        "starts_at": NOW + timedelta(days=1),
        "ends_at": None,
        "whole_days": False,
        "kind": MeetingKind.ON_SITE,
        "place": "Anleger",
        "project_id": None,
        "capacity": None,
        "sign_up_closes_at": None,
    }
    return meetings.create(coordinator(), now, Sheet(given | values, texts))


def coordinator() -> Actor:
    """Somebody who may review, with an account."""
    from tests.people import KIM, make_person

    return make_person(KIM).actor


def make_suggestion(
    state: State = State.COLLECTING,
    *,
    author: Person | None = None,
    now: datetime | None = None,
    supports: int = 0,
    quorum: int = 200,
    attached: Sequence[bytes] = (),
    **values: Any,
) -> Suggestion:
    """A suggestion that went its way to the state, ``now`` being when it was published."""
    from tests.people import NOAH, NOW, make_person

    now = now or NOW
    terms = Terms(quorum=quorum, fingerprint_key=FINGERPRINT_KEY)
    author = author or make_person(NOAH)
    kim = coordinator()
    given = {
        "kind": Kind.NEW_PROJECT,
        "title": "Mehr Schatten auf dem Spielplatz",
        "text": LONG_ENOUGH,
        "reason": f"Im Juli sind die Rutschen zu heiß. Grund Nummer {next(_NUMBERS)}.",
        "language": "de",
        "district_id": None,
        "project_id": None,
    } | values
    writer = Actor(person_id=author.id, roles=frozenset({Role.RESIDENT}))
    suggestion = drafts.save(writer, now, given)
    for data in attached:
        make_attachment(suggestion, data)
    for name in _way_to(state):
        if name == "support_all":
            _add_supports(suggestion, quorum, now, terms)
        elif name == "expire":
            service.settle(suggestion, now + timedelta(weeks=9), terms)
        elif name == "merge":
            target = make_suggestion(title="Die andere, die bleibt", now=now)
            merging.merge(
                suggestion.id, kim, now, terms,
                target_number=target.number or 0, public_text=LONG_ENOUGH,
            )  # fmt: skip
        else:
            actor = writer if name in ("submit", "withdraw", "resubmit") else kim
            service.act(suggestion.id, name, actor, now, terms, _given(name, now))
    _add_supports(suggestion, supports, now, terms)
    return suggestion


_TO_REVIEW = ["submit", "take"]
_TO_COUNCIL = [*_TO_REVIEW, "publish", "support_all", "council"]
_WAYS: dict[State, list[str]] = {
    State.DRAFT: [],
    State.SUBMITTED: ["submit"],
    State.IN_REVIEW: _TO_REVIEW,
    State.RETURNED: [*_TO_REVIEW, "return"],
    State.REJECTED: [*_TO_REVIEW, "reject"],
    State.HIDDEN: [*_TO_REVIEW, "publish", "hide"],
    State.COLLECTING: [*_TO_REVIEW, "publish"],
    State.QUORUM_REACHED: [*_TO_REVIEW, "publish", "support_all"],
    State.EXPIRED: [*_TO_REVIEW, "publish", "expire"],
    State.COUNCIL: _TO_COUNCIL,
    State.ADOPTED: [*_TO_COUNCIL, "adopt"],
    State.PARTLY_ADOPTED: [*_TO_COUNCIL, "partly_adopt"],
    State.DECLINED: [*_TO_COUNCIL, "decline"],
    State.IMPLEMENTING: [*_TO_COUNCIL, "adopt", "implement"],
    State.DONE: [*_TO_COUNCIL, "adopt", "implement", "finish"],
    State.WITHDRAWN: ["submit", "withdraw"],
    State.MERGED: [*_TO_REVIEW, "merge"],
}


def _way_to(state: State) -> list[str]:
    return _WAYS[state]


def _given(name: str, now: datetime) -> Given:
    """Everything any transition can need; the table takes what it asks for."""
    return Given(
        public_text=LONG_ENOUGH,
        internal_text="Ein Vermerk für die Akten.",
        reason=ReasonCode.TOO_FAR_ADVANCED if name == "reject" else None,
        hide_reason=HideCode.PERSONAL_DATA if name == "hide" else None,
        department=make_department().id,
        due_on=TERMS.review_due(now),
        reference="0123/2026",
        meeting_on=max(date(2026, 6, 24), (now + timedelta(days=30)).date()),
        link="https://bi.mainz.de/0123",
    )


def make_supporters(count: int) -> Sequence[int]:
    """Confirmed residents; returns their keys."""
    from tests.people import NOW

    have = db.session.scalar(sa.select(sa.func.count()).where(Person.email.like("supporter-%")))
    rows = [
        {
            "email": f"supporter-{number:04}@example.org",
            "created_at": NOW,
            "confirmed_at": NOW,
            "residency_declared_at": NOW,
        }
        for number in range(int(have or 0), count)
    ]
    if rows:
        db.session.execute(sa.insert(Person), rows)
    named = sa.select(Person.id).where(Person.email.like("supporter-%")).order_by(Person.id)
    return db.session.scalars(named.limit(count)).all()


def resident(person_id: int) -> Actor:
    """The person as somebody who may write and support."""
    return Actor(person_id=person_id, roles=frozenset({Role.RESIDENT}))


def _add_supports(suggestion: Suggestion, count: int, now: datetime, terms: Terms) -> None:
    for person_id in make_supporters(count):
        support.give(suggestion.id, resident(person_id), now, terms, wants_mail=False)


def make_answer(suggestion: Suggestion, now: datetime, text: str = LONG_ENOUGH) -> None:
    """An answer of the city, or the next revision of it."""
    answers.publish(
        suggestion.id, coordinator(), now, TERMS,
        status=AnswerStatus.PARTLY, text=text, seen_revision=suggestion.answer_revision,
    )  # fmt: skip


def _author(suggestion: Suggestion) -> Actor:
    return db.session.get_one(Person, suggestion.author_id).actor


def make_addition(
    suggestion: Suggestion, text: str | None = None, now: datetime | None = None
) -> SuggestionNote:
    """What the author adds to a suggestion; no two texts are the same."""
    from tests.people import NOW

    return notes.add(
        suggestion.id, _author(suggestion), now or NOW, TERMS,
        text=text or f"Das ist inzwischen anders. Nummer {next(_NUMBERS)}.", language="de",
    )  # fmt: skip


def make_question(
    suggestion: Suggestion, text: str = "Was heißt das für den Sommer?", now: datetime | None = None
) -> SuggestionNote:
    """What the author asks about the newest answer."""
    from tests.people import NOW

    return notes.ask(
        suggestion.id, _author(suggestion), now or NOW, TERMS,
        text=text, language="de", seen_revision=suggestion.answer_revision,
    )  # fmt: skip


def make_update(suggestion: Suggestion, text: str | None = None, **values: Any) -> SuggestionNote:
    """What the city reports on the implementation; no two texts are the same."""
    from tests.people import NOW

    text = text or f"Die Bänke sind bestellt und kommen bald. Nummer {next(_NUMBERS)}."
    return notes.post_update(
        suggestion.id, coordinator(), values.pop("now", NOW), text=text, **values
    )


def subject_of(thing: Project | Suggestion) -> Subject:
    """A project or a suggestion as something to comment on."""
    if isinstance(thing, Project):
        found = comment_queries.project(thing.slug, ["de"])
    else:
        found = comment_queries.suggestion(thing.number or 0)
    assert found is not None
    return found


def make_comment(
    thing: Project | Suggestion,
    *,
    author: Person | None = None,
    text: str | None = None,
    now: datetime | None = None,
    parent: Comment | None = None,
    language: str = "de",
) -> Comment:
    """A comment on a project or a suggestion, or a reply to one; no two texts are the same."""
    from tests.people import MARA, NOW, make_person

    now = now or NOW
    sent = comments.Sent(
        text=text or f"Bitte denken Sie auch an Kinder. Nummer {next(_NUMBERS)}.",
        language=language,
        shown_at=now - timedelta(minutes=1),
    )
    actor = (author or make_person(MARA)).actor
    return comments.write(subject_of(thing), actor, now, sent, parent.id if parent else None)


def make_project_file(
    project: Project, role: FileRole = FileRole.IMAGE, data: bytes = b"", **said: Any
) -> ProjectFile:
    """A picture or a document on a sheet; no two are the same."""
    from tests.people import NOW

    number = next(_NUMBERS)
    if role is FileRole.IMAGE:
        data = data or picture(size=(1200, 700 + number % 500))
        given = {"texts": {"de": f"Ein Platz mit Bäumen, Nummer {number}"}, "credit": "Foto: Kim"}
    else:
        data = data or PDF.replace(b"1.7", f"1.7 {number}".encode())
        given = {"texts": {"de": f"Gutachten Nummer {number}"}, "language": "de"}
    described = project_files.Description(**(given | said))
    name = f"Datei {number}"
    return project_files.add(project.id, role, coordinator(), NOW, prepared(data, name), described)


def make_attachment(
    suggestion: Suggestion, data: bytes = b"", text: str = "", name: str = "Foto.jpg"
) -> SuggestionFile:
    """A picture that the author attached to a draft; no two are the same."""
    from tests.people import NOW

    number = next(_NUMBERS)
    data = data or picture(size=(1200, 700 + number % 500))
    return attachments.attach(
        suggestion.id, resident(suggestion.author_id), NOW, prepared(data, name),
        text or f"Der Platz im Sommer, Nummer {number}", most_a_day=1000,
    )  # fmt: skip


#: What placeholders of the city's pages stand for in tests of the service.
FACTS = {"quorum": "200", "collection_weeks": "8"}


def save_page(
    slug: str, language: str = "de", seen_version: int = 0, note: str = "", **fields: str
) -> CityPage:
    """A page of the city, saved by the coordinator."""
    from tests.people import NOW

    words = {"title": "Kontakt", "lead": "", "body": "Schreiben Sie uns."} | fields
    wanted = {f"{language}.{name}": text for name, text in words.items()}
    return pages.save(
        slug, coordinator(), NOW, wanted, seen_version=seen_version, note=note, facts=FACTS
    )


def make_own_page(title: str = "Taschengeldbörse", address: str = "") -> CityPage:
    """A page of the city's own."""
    from tests.people import NOW

    return pages.create(coordinator(), NOW, f"{next(_NUMBERS):032x}", title, address, facts=FACTS)


def make_report(email: str = "rosa@example.org", **values: str) -> BarrierReport:
    """A report of a barrier that waits."""
    from tests.people import NOW

    given = {
        "text": "Der Knopf hat keinen Namen.", "page": "/de/vorhaben/", "email": email,
        "language": "de", "stamp": str(next(_NUMBERS)),
    }  # fmt: skip
    sent = barriers.Sent(**(given | values), shown_at=NOW - timedelta(minutes=1))
    barriers.report(Actor(), NOW, sent, FINGERPRINT_KEY)
    newest = sa.select(sa.func.max(BarrierReport.id))
    found = barrier_queries.by_id(db.session.scalars(newest).one())
    assert found is not None
    return found
