"""A city in which everything is as long as it may be, and there is more of it than fits on a page."""

from datetime import timedelta

import sqlalchemy as sa
from flask import Flask

from participation.city_pages.rules import REQUIRED
from participation.comments import service as comments
from participation.comments.models import Comment
from participation.comments.rules import TEXT_LENGTH as COMMENT_LENGTH
from participation.comments.rules import Reason
from participation.core.db import db
from participation.demo.city import FILES
from participation.imports import import_file
from participation.meetings.models import Meeting
from participation.polls import board_job, rules
from participation.polls.rules import PollKind, QuestionKind
from participation.projects import editing
from participation.projects.models import Project
from participation.projects.rules import MOST_FILES, FileRole
from participation.suggestions.models import Suggestion
from participation.suggestions.note_rules import MOST_ADDITIONS
from participation.suggestions.note_rules import TEXT_LENGTH as NOTE_LENGTH
from participation.suggestions.rules import (
    PUBLIC_TEXT_LENGTH,
    REASON_LENGTH,
    TEXT_LENGTH,
    TITLE_LENGTH,
    State,
)
from tests.factories import (
    make_addition,
    make_answer,
    make_comment,
    make_department,
    make_district,
    make_meeting,
    make_own_page,
    make_project,
    make_project_file,
    make_question,
    make_report,
    make_suggestion,
    save_page,
)
from tests.files.uploads import picture
from tests.people import JONAS, KIM, MARA, NOAH, NOW, make_person
from tests.polls import steps
from tests.polls.pages import address_of
from tests.suggestions.guest_steps import support_as_guest

_FILES = (
    ("districts", "stadtteile"), ("departments", "dezernate"), ("topics", "themen"),
    ("projects", "vorhaben"), ("projects", "digitalprojekte"),
)  # fmt: skip
_SENTENCE = "Die Straßenbeleuchtung am Gonsenheimer Spielplatz sollte länger & heller leuchten. "
_MARKED = "\n\n* **Bänke** im [Schatten](https://www.mainz.de/)\n* „Bäume“ & Sträucher\n\n"
#: More of everything than one page shows.
_MANY = 25


def words(length: int, *, number: int = 0) -> str:
    """German words of exactly this length, beginning with a number; with lists if there is room."""
    unit = _SENTENCE * 10 + (_MARKED if length > 2000 else _SENTENCE)
    text = f"{number} " + unit * (length // len(unit) + 1)
    return text[: length - 1] + "."


def fill(app: Flask) -> list[str]:
    """Fill an empty database and return the addresses of its longest pages."""
    with app.app_context():
        for kind, name in _FILES:
            import_file(kind, FILES / f"{name}.csv")
        project = _projects()
        suggestion = _suggestions(project)
        meeting = _meetings(project)
        _comments(project, 0)
        _comments(suggestion, _MANY)
        _notes(suggestion)
        _guests(suggestion)
        _versions_and_files(project)
        _pages()
        polls = _polls(project)
        db.session.commit()
        slugs = db.session.scalars(sa.select(Project.slug).order_by(Project.slug)).all()
        first = db.session.scalars(sa.select(sa.func.min(Comment.id))).one()
        last = db.session.scalars(
            sa.select(sa.func.max(Comment.id)).where(Comment.parent_id.is_(None))
        ).one()
        return [
            *(f"/de/vorhaben/{slug}/" for slug in slugs),
            f"/de/anregungen/{suggestion.number}/",
            f"/de/verwaltung/anregungen/{suggestion.id}/",
            f"/de/anregungen/{suggestion.number}/?fassung=vergleich",
            f"/de/anregungen/{suggestion.number}/ergaenzen/",
            f"/de/anregungen/{suggestion.number}/nachfragen/",
            f"/de/verwaltung/anregungen/{suggestion.id}/unterstuetzungen/",
            f"/de/verwaltung/anregungen/{suggestion.id}/themen/",
            f"/de/verwaltung/anregungen/{suggestion.id}/zusammenlegen/?ziel=2",
            f"/de/vorhaben/{project.slug}/verlauf/",
            f"/de/verwaltung/vorhaben/{project.slug}/",
            f"/de/verwaltung/vorhaben/{project.slug}/text/de/",
            f"/de/verwaltung/vorhaben/{project.slug}/dateien/",
            f"/de/verwaltung/vorhaben/{project.slug}/dateien/?seite=2",
            f"/de/verwaltung/termine/{meeting.id}/",
            f"/de/termine/{meeting.slug}/",
            "/de/abstimmungen/",
            *(f"{polls['open']}{page}" for page in ("", "tafel/")),
            *(f"{polls['counted']}{page}" for page in ("", "ergebnis/", "tafel/")),
            *(f"/de/seiten/{slug}/" for slug in REQUIRED),
            "/de/seiten/hilfe/verlauf/",
            "/de/seiten/hilfe/verlauf/3/",
            "/de/seiten/",
            "/de/seiten/barrierefreiheit/melden/",
            "/de/verwaltung/seiten/",
            "/de/verwaltung/seiten/hilfe/",
            "/de/verwaltung/seiten/datenschutz/text/en/",
            "/de/verwaltung/barrieren/",
            "/de/verwaltung/barrieren/1/",
            *(f"/de/stellungnahmen/{one}/" for one in (first, last)),
            *(f"/de/verwaltung/moderation/{one}/" for one in (first, last)),
            *(f"/de/vorhaben/{project.slug}/kommentare/{query}" for query in _QUERIES),
            *(f"/de/anregungen/{suggestion.number}/kommentare/{query}" for query in _QUERIES),
        ]


_QUERIES = ("", "?sortierung=aelteste")


def _pages() -> None:
    """Pages as long as they may be, changed from beginning to end; more of the city's own than needed."""
    for number in range(4):
        long = {"title": words(120, number=number), "lead": words(300, number=number)}
        mixed = "".join(f"Satz {n * (number + 1)} & „Wort“. " for n in range(400))[:8000]
        save_page("hilfe", seen_version=number, body=mixed if number % 2 else words(9000), **long)
    for slug in ("datenschutz", "barrierefreiheit"):
        save_page(slug, body="## Teil\n\n" + words(12_000), **long)
    for number in range(10):
        make_own_page(words(120, number=number))
    for number in range(_MANY):
        make_report(text=words(3000, number=number), page="/de/" + "x" * 290)


def _notes(suggestion: Suggestion) -> None:
    """As many additions as there can be, and questions with answers."""
    for number in range(MOST_ADDITIONS):
        at = NOW + timedelta(hours=number)
        make_addition(suggestion, words(NOTE_LENGTH[1], number=number), now=at)
    for number in range(3):
        at = NOW + timedelta(hours=10 + 2 * number)
        make_question(suggestion, words(NOTE_LENGTH[1], number=number), now=at)
        make_answer(suggestion, at, words(PUBLIC_TEXT_LENGTH[1], number=number))


def _guests(suggestion: Suggestion) -> None:
    for number in range(_MANY):
        names = {
            "first_name": f"Marie-Luise Charlotte {number}",
            "last_name": "Müller-Lüdenscheidt",
        }
        support_as_guest(suggestion.id, f"guest-{number}@example.org", **names)


def _versions_and_files(project: Project) -> None:
    kim = make_person(KIM).actor
    for number in range(6):
        changed = {"cost": number, "de.result": words(4000, number=number), "note": words(400)}
        changed |= {"de.summary": words(4000, number=number), "en.title": words(200, number=number)}
        editing.edit(project.id, kim, NOW, changed, seen_version=project.version)
    for number in range(MOST_FILES[FileRole.IMAGE]):
        said = {"texts": {"de": words(200, number=number)}, "credit": words(100)}
        make_project_file(project, data=picture(size=(9, number + 1)), **said)
    for number in range(MOST_FILES[FileRole.DOCUMENT]):
        make_project_file(project, FileRole.DOCUMENT, texts={"de": words(200, number=number)})


def _projects() -> Project:
    made = []
    for number in range(_MANY):
        texts = {"de": {"title": words(200, number=number), "summary": words(4000)}}
        slug = "das-laengste" if number == 0 else f"langes-{number}"
        phases = [(NOW.date(), NOW.date() + timedelta(days=n)) for n in range(5)]
        more = {"districts": [make_district()], "departments": [make_department()]}
        made.append(make_project(slug, texts=texts, phases=phases, **more))
    return made[0]


def _suggestions(project: Project) -> Suggestion:
    mara = make_person(MARA)
    place = {"project_id": project.id, "district_id": make_district().id}
    made = []
    for number in range(_MANY):
        texts = {
            "title": words(TITLE_LENGTH[1], number=number),
            "text": words(TEXT_LENGTH[1]),
            "reason": words(REASON_LENGTH[1], number=number),
        }
        made.append(make_suggestion(author=mara, supports=3, **place, **texts))
        sent = texts | {"title": words(TITLE_LENGTH[1], number=1000 + number)}
        make_suggestion(State.SUBMITTED, author=mara, **place, **sent)
        make_answer(made[-1], NOW, words(8000))
    for _ in range(3):
        make_answer(made[0], NOW, words(8000))
    return made[0]


def _polls(project: Project) -> dict[str, str]:
    """Polls with long words and a full board, and as many as a list shows."""
    options = steps.options(*(words(90, number=number) for number in range(10)))
    asked = [
        steps.question(kind, rule, words(200, number=number), options=options)
        for number, (kind, rule) in enumerate(
            [(QuestionKind.RANK, "irv"), (QuestionKind.ONE, "plurality")]
        )
    ]
    texts = {"de": {"title": words(rules.TITLE_LENGTH), "introduction": words(1500)}}
    counted, _codes = steps.make_counted(*[[1, 2]] * 3, questions=asked[:1], texts=texts)
    for _ in range(_MANY):
        steps.make_open_now(kind=PollKind.OPEN, project_id=project.id, texts=texts)
    running = steps.make_open_now(*asked, project_id=project.id, texts=texts)
    for voter in steps.make_voters(150, start=10**6):
        steps.vote(running, voter, [1, 2, 3], 1, now=NOW)
    board_job.publish_batch(running, NOW)
    return {"open": address_of(running), "counted": address_of(counted)}


def _meetings(project: Project) -> Meeting:
    long = dict.fromkeys(("agenda", "accessibility", "results"), words(4000))
    made = [
        make_meeting(
            words(200, number=number),
            starts_at=NOW + timedelta(hours=8 * number - 24 * 9),
            place=words(200),
            texts={"de": long} if number == 0 else {},
            project_id=project.id,
            capacity=20,
        )
        for number in range(93)
    ]
    return made[0]


def _comments(thing: Project | Suggestion, first: int) -> None:
    longest = COMMENT_LENGTH[1]
    kim, jonas, noah, mara = (make_person(one) for one in (KIM, JONAS, NOAH, MARA))
    for number in range(first, first + _MANY):
        at = NOW + timedelta(hours=number)
        top = make_comment(thing, author=noah, now=at, text=words(longest, number=number))
        for reply in range(_MANY if number in (first, first + _MANY - 1) else 8):
            text = words(longest, number=1000 * number + reply + 1000)
            make_comment(thing, author=kim, parent=top, now=at, text=text)
        comments.report(top.id, mara.actor, at, Reason.INSULT)
        comments.report(top.id, jonas.actor, at, Reason.PERSONAL_DATA)
