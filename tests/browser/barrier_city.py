"""A city in which every page has something on it: real projects, suggestions in every state."""

from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from participation import reindex
from participation.accounts import tokens
from participation.barriers import service as barriers
from participation.comments import service as comments
from participation.comments.rules import Reason
from participation.core.db import db
from participation.demo.city import FILES
from participation.following import links as stop_links
from participation.following import service as following
from participation.following.rules import Followed, Frequency
from participation.imports import import_file
from participation.meetings import service as meetings
from participation.projects.models import Project, ProjectText
from participation.projects.queries import is_public
from participation.projects.rules import FileRole
from participation.reports import service as figures
from participation.suggestions import forgetting, links, service, striking
from participation.suggestions.models import Suggestion
from participation.suggestions.rules import PUBLIC_STATES, HideCode, State
from participation.suggestions.service import Given
from participation.suggestions.support_models import Support
from tests.browser import poll_visits, project_visits
from tests.browser.site import Site
from tests.factories import (
    TERMS,
    coordinator,
    make_addition,
    make_answer,
    make_comment,
    make_department,
    make_meeting,
    make_own_page,
    make_project,
    make_project_file,
    make_question,
    make_report,
    make_suggestion,
    make_supporters,
    make_update,
    resident,
    save_page,
)
from tests.files.uploads import PDF, picture
from tests.people import ADA, AYLIN, JONAS, KIM, MARA, NOAH, NOW, make_person
from tests.suggestions.guest_steps import ask, link_of, support_as_guest

_FILES = (
    ("districts", "stadtteile"), ("departments", "dezernate"), ("topics", "themen"),
    ("projects", "vorhaben"), ("projects", "digitalprojekte"), ("meetings", "termine"),
)  # fmt: skip
_LONG_WORD = "Straßenbahnhaltestellenbarrierefreiheitsverbesserungsprogramm"
_HIDE = Given(internal_text="Ein Vermerk.", hide_reason=HideCode.PERSONAL_DATA)
_NO_WORD = "https://www.mainz.de/" + "x" * 90


@dataclass(frozen=True)
class BarrierCity:
    """A filled site, and where things are in it."""

    site: Site
    #: Keys and numbers of Mara's suggestions, one in each state.
    ids: dict[State, int]
    numbers: dict[State, int]
    #: Keys and numbers of suggestions with long words, in another language, with two answers.
    odd: dict[int, int]
    projects: list[str]
    #: Projects with the longest titles, with a map, and without a translation.
    odd_projects: list[str]
    #: Addresses and keys of meetings: with free places, full, cancelled, and over with results.
    meetings: dict[str, int]
    #: A link to confirm an address, as it stands in a mail.
    confirm_path: str
    #: Key of a picture on the sheet of the project ``mit-dateien``, which has documents too.
    picture: int
    #: Keys of comments: Mara's, Noah's, with many replies, hidden, reported.
    comments: dict[str, int]
    #: Paths in mails to people without an account: to confirm, and about what counts already.
    guest_paths: dict[str, str]
    #: Address of a page of the city's own, with versions.
    page: str
    #: Addresses of polls, and a check code: see poll_visits.
    polls: dict[str, str]


def fill(site: Site) -> BarrierCity:
    """Fill an empty site."""
    site.welcome(MARA, NOAH, JONAS, KIM, AYLIN, ADA)
    with site.filling():
        for kind, name in _FILES:
            import_file(kind, FILES / f"{name}.csv")
        mara = make_person(MARA)
        polls = poll_visits.fill(site.app.extensions["settings"].key_of_fingerprints)
        made = {
            state: make_suggestion(state, author=mara, quorum=2, attached=[picture(), PDF])
            for state in State
        }
        make_answer(made[State.ADOPTED], NOW)
        make_answer(made[State.EXPIRED], NOW)
        make_addition(made[State.COLLECTING], f"{_LONG_WORD} {_NO_WORD}")
        make_question(made[State.EXPIRED], f"{_LONG_WORD}?")
        make_update(made[State.IMPLEMENTING], f"{_LONG_WORD} {_NO_WORD}", link=_NO_WORD)
        odd_projects = _odd_projects()
        project_visits.fill(coordinator())
        reindex.rebuild()
        secret = site.app.extensions["settings"].secret_key
        token = tokens.write(secret, mara.id, mara.password_hash, NOW)
        guests, own_page = _guests(secret, made[State.COLLECTING]), _pages()
        db.session.flush()
        figures.take(NOW, NOW.date())
        return BarrierCity(
            site,
            {state: suggestion.id for state, suggestion in made.items()},
            {state: made[state].number or 0 for state in PUBLIC_STATES},
            {suggestion.id: suggestion.number or 0 for suggestion in _odd_suggestions()},
            list(
                db.session.scalars(
                    sa.select(Project.slug).where(is_public()).order_by(Project.slug)
                )
            ),
            odd_projects,
            _odd_meetings(),
            f"/de/konto/bestaetigen/{token}/",
            _files(),
            _comments(made[State.COLLECTING]),
            guests,
            own_page,
            polls,
        )


def _files() -> int:
    """A project with pictures and documents of all kinds."""
    project = make_project("mit-dateien", title="Vorhaben mit Dateien")
    words = {"de": f"{_LONG_WORD} im Bau", "en": "A building site"}
    first = make_project_file(project, texts=words, credit=_LONG_WORD)
    make_project_file(project, data=picture(size=(300, 2000)))
    make_project_file(project, FileRole.DOCUMENT, texts={"de": _LONG_WORD}, language="en")
    make_project_file(project, FileRole.DOCUMENT, is_accessible=True)
    return first.file_id


def _pages() -> str:
    """A page of the city's own, a required one that was saved, reports of barriers."""
    own = make_own_page(f"{_LONG_WORD}"[:60])
    body = f"## {_LONG_WORD}\n\n{_NO_WORD}\n\n### Kleiner\n\n* [{_NO_WORD}]({_NO_WORD})\n* **fett**"
    save_page(own.slug, seen_version=1, body=body, note=_LONG_WORD)
    save_page("kontakt", "de_simple", reviewed_by="office", reviewed_on="2026-03-01")
    make_report(text=f"{_LONG_WORD} {_NO_WORD}", page=_NO_WORD)
    answered = make_report("", page="/de/vorhaben/")
    barriers.answer(answered.id, coordinator(), NOW, f"{_LONG_WORD} {_NO_WORD}")
    make_report("", text="The button has no name.", language="en")
    return own.slug


def _guests(secret: str, suggestion: Suggestion) -> dict[str, str]:
    """Supports without an account: enough to look alike, some struck off, one that waits."""
    key = suggestion.id
    noah = make_suggestion(supports=4, quorum=200)
    for number in range(3):
        support_as_guest(noah.id, f"g{number}@example.org", last_name=f"{_LONG_WORD[:70]}{number}")
    chosen = db.session.scalars(sa.select(Support.id).filter_by(suggestion_id=noah.id).limit(2))
    why = Given(public_text=f"{_LONG_WORD} {_NO_WORD}", internal_text="Ein Vermerk.")
    striking.strike(noah.id, chosen.all(), coordinator(), NOW, TERMS, why)
    support_as_guest(noah.id, "own@example.org", wants_mail=True)
    own = links.write(secret, link_of(noah.id, "own@example.org"))
    hidden = make_suggestion(title="Was die Stadt verbirgt")
    support_as_guest(hidden.id, "hidden@example.org")
    service.act(hidden.id, "hide", coordinator(), NOW, TERMS, _HIDE)
    gone = make_suggestion(supports=2, title="Was mit dem Konto geht")
    make_addition(gone)
    forgetting.empty(gone, NOW)
    forgetting._empty_notes(gone, NOW)
    waiting = links.write(secret, ask(key))
    base = "/de/anregungen/unterstuetzung"
    mara, things = make_person(MARA), [(Followed.SUGGESTION, key)]
    for project in db.session.scalars(sa.select(Project.id).where(is_public()).limit(22)):
        following.follow(Followed.PROJECT, project, mara.actor, NOW)
        things.append((Followed.PROJECT, project))
    stop = stop_links.write(secret, stop_links.StopThings(mara.id, tuple(things[:3])))
    stop_all = stop_links.write(secret, stop_links.StopAll(mara.id, Frequency.DAILY))
    return {
        "stop": f"/de/abbestellen/{stop}/",
        "stop_all": f"/de/abbestellen/{stop_all}/",
        "confirm": f"{base}/{waiting}/bestaetigen/",
        "own": f"{base}/{own}/",
        "none": f"{base}/{links.write(secret, link_of(key))}/",
        "public": f"/de/anregungen/{noah.number}/",
        "hidden": f"{base}/{links.write(secret, link_of(hidden.id, 'hidden@example.org'))}/",
        "gone": f"/de/anregungen/{gone.number}/",
        "supports": f"/de/verwaltung/anregungen/{noah.id}/unterstuetzungen/",
    }


def _comments(suggestion: Suggestion) -> dict[str, int]:
    """Comments of all kinds on one suggestion and on one project."""
    noah, kim = make_person(NOAH), coordinator()
    project = make_project("mit-stellungnahmen", departments=[make_department()])
    for number in range(25):
        make_comment(project, author=noah, now=NOW - timedelta(hours=25 - number))
    make_comment(project, text=f"{_LONG_WORD}\n\n* {_NO_WORD}\n* **fett**\n\n> Zitat")
    make_comment(project, author=noah, text="More shade, please.", language="en")
    answered = make_comment(suggestion, author=noah)
    for _ in range(25):
        make_comment(suggestion, author=make_person(KIM), parent=answered)
    made = {
        "own": make_comment(suggestion, text=f"Gehört mir. {_LONG_WORD}"),
        "other": make_comment(suggestion, author=noah),
        "answered": answered,
        "hidden": make_comment(suggestion, author=noah),
        "deleted": make_comment(suggestion, author=noah),
        "reported": make_comment(project, author=noah, text=f"{_LONG_WORD} {_NO_WORD}"),
    }
    make_comment(suggestion, author=make_person(JONAS), parent=made["own"])
    comments.hide(made["hidden"].id, kim, NOW, Reason.INSULT)
    comments.delete(made["deleted"].id, noah.actor, NOW)
    for reporter in (MARA, AYLIN):
        actor = make_person(reporter).actor
        comments.report(made["reported"].id, actor, NOW, Reason.PERSONAL_DATA)
    return {name: one.id for name, one in made.items()}


def _odd_suggestions() -> list[Suggestion]:
    title = f"{_LONG_WORD}, {_LONG_WORD}"[:120]
    long_words = make_suggestion(
        supports=3, title=title, text=f"{_LONG_WORD} {_NO_WORD}", reason=_NO_WORD
    )
    past = {"now": NOW - timedelta(weeks=10), "language": "en"}
    english = make_suggestion(State.EXPIRED, title="More shade for all the playgrounds", **past)
    ends_today = NOW - timedelta(weeks=8) + timedelta(hours=3)
    answered = make_suggestion(supports=150, now=ends_today)
    for text in (f"Erste Fassung: {_NO_WORD}", f"Zweite Fassung: {_LONG_WORD}"):
        make_answer(answered, NOW, text)
    make_suggestion(State.IN_REVIEW, title=f"{_LONG_WORD} prüfen", now=NOW - timedelta(weeks=9))
    return [long_words, english, answered]


def _odd_meetings() -> dict[str, int]:
    words = {
        "agenda": f"1. Begrüßung\n2. {_LONG_WORD}\n3. {_NO_WORD}",
        "accessibility": "Aufzug, *Höranlage*.",
    }
    free = make_meeting(f"{_LONG_WORD} im Gespräch", capacity=20, texts={"de": words})
    full = make_meeting("Voller Rundgang", capacity=2, whole_days=True)
    for person_id in make_supporters(3):
        meetings.sign_up(full.id, resident(person_id), NOW)
    cancelled = make_meeting("Abgesagter Rundgang", texts={"en": {"title": "Cancelled walk"}})
    kim = make_person(KIM).actor
    meetings.cancel(cancelled.id, kim, NOW, seen_sequence=0, reason="Der Saal ist gesperrt.")
    results = {"results": f"Das ist herausgekommen:\n\n* {_LONG_WORD}\n* Bänke", "agenda": "Bänke"}
    past = NOW - timedelta(days=3)
    over = make_meeting(
        "Rundgang mit Ergebnis", starts_at=past, ends_at=past, place="", texts={"de": results}
    )
    for hour in range(5):
        make_meeting(f"Stand {hour}", starts_at=NOW + timedelta(days=2, hours=hour))
    return {one.slug: one.id for one in (free, full, cancelled, over)}


def _odd_projects() -> list[str]:
    make_project("nur-deutsch", title="Hochwasserrückhaltebeckenerweiterung")
    longest = (
        sa.select(Project.slug)
        .join(ProjectText, ProjectText.project_id == Project.id)
        .where(ProjectText.language == "de")
        .order_by(sa.func.length(ProjectText.title).desc())
        .limit(2)
    )
    return [*db.session.scalars(longest), "gutenberg-museum", "nur-deutsch"]
