"""The office makes polls through HTTP."""

import io
from typing import Any

import pytest
import sqlalchemy as sa

from participation.core.db import db
from participation.core.languages import gettext, speaking
from participation.journal.models import JournalEntry
from participation.polls import queries, service
from participation.polls.models import Poll
from participation.polls.rules import Eligible, PollKind, PollState, QuestionKind
from tests.checking_client import CheckingClient
from tests.factories import coordinator, make_district, make_project
from tests.files.uploads import picture
from tests.people import ADA, AYLIN, JONAS, KIM, MARA, NOW, Persona
from tests.polls.steps import (
    CLOSES,
    make_draft,
    make_open,
    make_voters,
    options,
    question,
    vote,
)

_ALL = "/de/verwaltung/abstimmungen/"
TYPED = {
    "kind": "open",
    "title_de": "Wie heißt der neue Platz?",
    "introduction_de": "Der Platz am Rhein bekommt einen Namen.",
    "opens_at": "2026-03-11T08:00",
    "closes_at": "2026-03-25T18:00",
    "objection_until": "",
    "eligible": "residents",
    "min_age": "16",
}


def stored(client: CheckingClient, poll_id: int | None = None) -> dict[str, Any]:
    """The poll with what it asks, as plain values."""
    with client.app.app_context():
        key = poll_id or db.session.scalars(sa.select(Poll.id)).one()
        poll = queries.by_id(key, coordinator())
        assert poll
        row = {
            c.name: getattr(poll, c.name)
            for c in Poll.__table__.columns
            if c.name != "signing_seed"
        }
        asked = [
            (
                one.kind.value,
                one.rule,
                {text.language: text.text for text in one.texts},
                [{text.language: text.name for text in option.texts} for option in one.options],
            )
            for one in poll.questions
        ]
        return row | {
            "texts": {text.language: (text.title, text.introduction) for text in poll.texts},
            "questions": asked,
            "options": [option for one in poll.questions for option in one.options],
        }


def made(client: CheckingClient, *questions: Any, **values: Any) -> str:
    """The address of a new draft."""
    with client.app.app_context():
        key = make_draft(*questions, **{"kind": PollKind.OPEN} | values).id
        db.session.commit()
    return f"{_ALL}{key}/"


def running(client: CheckingClient, *, votes: int = 0) -> str:
    """The address of a poll that takes votes."""
    with client.app.app_context():
        poll = make_open(kind=PollKind.OPEN)
        for actor in make_voters(votes):
            vote(poll, actor, 1)
        db.session.commit()
        return f"{_ALL}{poll.id}/"


def events(client: CheckingClient) -> list[str]:
    with client.app.app_context():
        found = sa.select(JournalEntry.event).where(JournalEntry.event.like("poll:%"))
        return list(db.session.scalars(found.order_by(JournalEntry.id)))


def test_coordinator_makes_a_poll_from_nothing_to_its_announcement(client: CheckingClient) -> None:
    with client.app.app_context():
        project = str(make_project().id)
        db.session.commit()
    client.sign_in(KIM)
    assert "noch keine Abstimmung" in client.get(_ALL).main
    client.get(f"{_ALL}neu/")
    page = client.get(
        client.post(f"{_ALL}neu/", TYPED | {"project": project, "title_en": "Name"}).location
    )
    assert "Es gibt noch keine Frage" in page.main
    row = stored(client)
    at = f"{_ALL}{row['id']}/"
    assert row["state"] is PollState.DRAFT
    assert row["opens_at"].isoformat() == "2026-03-11T07:00:00+00:00"
    assert row["closes_at"].isoformat() == "2026-03-25T17:00:00+00:00"
    assert row["objection_until"].isoformat() == "2026-04-08T17:00:00+00:00"
    assert (row["min_age"], row["project_id"]) == (16, int(project))
    assert row["texts"]["en"] == ("Name", "")
    client.get(f"{at}fragen/neu/")
    asked = {"kind": "several", "most": "2", "seats": "1", "text_de": "Welche Namen?"}
    asked |= {"text_de_simple": "Welche Namen gefallen Ihnen?", "seen_version": str(row["version"])}
    page = client.get(client.post(f"{at}fragen/neu/", asked).location)
    assert "Jetzt fehlen die Antworten" in page.main
    names = {
        "new-names": "Rheinplatz\n\n Brunnenplatz ",
        "new-seen_version": page.value("seen_version"),
    }
    client.post(f"{at}fragen/1/antworten/", names)
    assert stored(client)["questions"] == [
        (
            "several",
            "approval",
            {"de": "Welche Namen?", "de_simple": "Welche Namen gefallen Ihnen?"},
            [{"de": "Rheinplatz"}, {"de": "Brunnenplatz"}],
        )
    ]
    page = client.get(at)
    assert "Nichts mehr." in page.main
    assert "Rheinplatz" in client.get(f"{at}vorschau/").main
    client.post(f"{at}ankuendigen/", {"seen_version": page.value("seen_version")})
    assert stored(client)["state"] is PollState.ANNOUNCED
    assert "Angekündigt" in client.get(_ALL).main
    assert "Wie heißt der neue Platz?" in client.get(f"/de/abstimmungen/{row['slug']}/").main


def test_new_poll_that_is_sent_twice_is_one(client: CheckingClient) -> None:
    client.sign_in(KIM)
    typed = TYPED | {"key": "0" * 32}
    assert client.post(f"{_ALL}neu/", typed).location == client.post(f"{_ALL}neu/", typed).location
    stored(client)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"title_de": " "}, "Bitte geben Sie einen Titel an."),
        ({"introduction_en": "Words"}, "Bitte geben Sie einen Titel an."),
        ({"kind": ""}, "Bitte wählen Sie die Art."),
        ({"kind": "secret"}, "Bitte wählen Sie eine der Möglichkeiten."),
        ({"eligible": "everybody"}, "Bitte wählen Sie eine der Möglichkeiten."),
        ({"closes_at": "2026-03-11T08:00"}, "Das Ende liegt vor dem Beginn."),
        ({"closes_at": "2026-03-29T02:30"}, "Diese Uhrzeit gibt es an diesem Tag nicht"),
        ({"opens_at": "1026-03-29T02:30"}, "Bitte prüfen Sie das Jahr."),
        ({"opens_at": "soon"}, "Bitte geben Sie Tag und Uhrzeit an."),
        ({"min_age": "13"}, "Geben Sie bitte eine Zahl zwischen 14 und 99 an."),
        ({"min_age": "sechzehn"}, "Bitte geben Sie eine Zahl an."),
        ({"project": "999"}, "Bitte wählen Sie eine der Möglichkeiten."),
        ({"districts": "999"}, "Bitte"),
        ({"title_de": "x" * 201}, "höchstens 200 Zeichen"),
    ],
)  # fmt: skip
def test_wrong_facts_are_told_and_stay_in_the_form(
    client: CheckingClient, typed: dict[str, str], words: str
) -> None:
    page = client.sign_in(KIM).post(f"{_ALL}neu/", TYPED | typed, 422)
    assert words in page.main
    assert page.value("introduction_de") == TYPED["introduction_de"]
    assert events(client) == []


def test_second_editor_of_facts_sees_both_and_overwrites_nothing(client: CheckingClient) -> None:
    at = made(client)
    seen = client.sign_in(KIM).get(f"{at}angaben/").value("seen_version")
    client.post(f"{at}angaben/", TYPED | {"seen_version": seen, "title_de": "Der erste Titel"})
    page = client.post(f"{at}angaben/", TYPED | {"seen_version": seen}, 409)
    assert "Der erste Titel" in page.main
    assert page.value("title_de") == TYPED["title_de"]
    assert stored(client)["texts"]["de"][0] == "Der erste Titel"
    client.post(f"{at}angaben/", TYPED | {"seen_version": page.value("seen_version")})
    row = stored(client)
    assert row["texts"]["de"][0] == TYPED["title_de"]
    assert len(row["questions"]) == 1


def test_second_editor_of_a_question_or_an_answer_sees_both(client: CheckingClient) -> None:
    at = made(client)
    seen = client.sign_in(KIM).get(f"{at}fragen/1/").value("seen_version")
    asked = {"kind": "one", "seen_version": seen}
    client.post(f"{at}fragen/1/", asked | {"text_de": "Die erste Fassung"})
    page = client.post(f"{at}fragen/1/", asked | {"text_de": "Die zweite Fassung"}, 409)
    assert "Die erste Fassung" in page.main
    assert page.value("text_de") == "Die zweite Fassung"
    named = {"name_de": "Mein Name", "seen_version": seen}
    page = client.post(f"{at}fragen/1/antworten/2/", named, 409)
    assert "Volkspark" in page.main
    assert page.value("name_de") == "Mein Name"
    client.post(f"{at}fragen/1/antworten/2/", named | {"seen_version": page.value("seen_version")})
    names = [option["de"] for option in stored(client)["questions"][0][3]]
    assert names == ["Marktplatz", "Mein Name", "Rheinufer"]


def test_words_for_a_question_that_a_colleague_removed_are_not_lost(client: CheckingClient) -> None:
    at = made(client, question(), question(text="Noch eine?"))
    seen = client.sign_in(KIM).get(f"{at}fragen/2/").value("seen_version")
    client.post(f"{at}fragen/1/entfernen/", {"seen_version": seen})
    new = {"new-names": "Eine Antwort", "new-seen_version": seen}
    page = client.post(f"{at}fragen/1/antworten/", new, 409)
    assert page.value("new-names") == "Eine Antwort"


def test_questions_and_answers_are_moved_and_removed(client: CheckingClient) -> None:
    at = made(client, question(text="Eins?"), question(text="Zwei?"))
    client.sign_in(KIM)

    def press(path: str) -> None:
        version = stored(client)["version"]
        client.get(client.post(f"{at}fragen/{path}/", {"seen_version": str(version)}).location)

    press("2/nach-oben")
    assert [one[2]["de"] for one in stored(client)["questions"]] == ["Zwei?", "Eins?"]
    press("1/antworten/1/nach-unten")
    press("1/antworten/3/nach-unten")
    names = [one["de"] for one in stored(client)["questions"][0][3]]
    assert names == ["Volkspark", "Marktplatz", "Rheinufer"]
    press("1/antworten/2/entfernen")
    press("2/entfernen")
    (only,) = stored(client)["questions"]
    assert [one["de"] for one in only[3]] == ["Volkspark", "Rheinufer"]
    for path in ("3/entfernen", "1/antworten/3/entfernen", "0/nach-oben"):
        client.post(f"{at}fragen/{path}/", {"seen_version": str(stored(client)["version"])}, 404)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"kind": "rank", "rule": "plurality"}, "Bei dieser Art geht nur: Vergleich je zwei"),
        ({"kind": "rank", "rule": "irv", "seats": "2"}, "kann nur einen Platz füllen"),
        ({"kind": "several"}, "Bitte geben Sie die Höchstzahl an."),
        ({"kind": "budget"}, "Bitte geben Sie den Betrag an."),
        ({"kind": "guess"}, "Bitte wählen Sie eine der Möglichkeiten."),
        ({"rule": "cumulative"}, "Bitte wählen Sie eine der Möglichkeiten."),
        ({"text_de": ""}, "Bitte schreiben Sie die Frage."),
        ({"budget": "9" * 30, "kind": "budget"}, "Geben Sie bitte eine Zahl"),
    ],
)
def test_rule_that_does_not_fit_is_told(
    client: CheckingClient, typed: dict[str, str], words: str
) -> None:
    at = made(client)
    asked = {"kind": "one", "rule": "", "seats": "1", "text_de": "Wohin?", "seen_version": "1"}
    page = client.sign_in(KIM).post(f"{at}fragen/1/", asked | typed, 422)
    assert words in page.main


def test_answer_has_a_picture_words_in_all_languages_and_a_cost(client: CheckingClient) -> None:
    ask = question(QuestionKind.BUDGET, "greedy", budget=100, options=options("Bank", "Baum"))
    at = made(client, ask)
    client.sign_in(KIM).get(f"{at}fragen/1/antworten/1/bild/")
    picture_at = f"{at}fragen/1/antworten/1/bild/"
    assert (
        "beschreiben"
        in client.post(picture_at, {"file": (io.BytesIO(picture()), "bank.jpg")}, 422).main
    )
    typed = {"alt": "Eine Bank am Rhein", "seen_version": str(stored(client)["version"])}
    client.post(picture_at, typed | {"file": (io.BytesIO(picture()), "bank.jpg")})
    client.post(picture_at, typed | {"file": (io.BytesIO(picture()), "bank.jpg")}, 409)
    page = client.get(f"{at}fragen/1/antworten/1/")
    assert page.value("alt_de") == "Eine Bank am Rhein"
    shown = client.browser.get(f"{picture_at}ansehen/")
    assert shown.mimetype == "image/jpeg"
    assert "no-store" in shown.headers["Cache-Control"]
    client.get(f"{at}fragen/1/antworten/2/bild/ansehen/", 404)
    words = {"name_de": "Bank", "alt_de": "Eine Bank", "name_en": "Bench", "cost": "60"}
    seen = {"seen_version": page.value("seen_version")}
    client.post(f"{at}fragen/1/antworten/1/", words | seen)
    option = stored(client)["options"][0]
    assert option.cost == 60
    assert option.file_id
    assert "Eine Antwort" not in client.get(f"{at}vorschau/").main


def test_officer_board_and_others_cannot_make_polls(client: CheckingClient) -> None:
    at = made(client)
    for persona in (JONAS, AYLIN, ADA, MARA):
        client.sign_in(persona)
        client.get(_ALL, 403)
        client.get(at, 403)
        client.post(f"{at}ankuendigen/", {"seen_version": "1"}, 403)
        client.post(f"{_ALL}neu/", TYPED, 403)
    client.sign_in(None).get(at, 303)
    assert stored(client)["state"] is PollState.DRAFT


def test_draft_that_lacks_something_is_not_announced(client: CheckingClient) -> None:
    at = made(client, eligible=Eligible.LISTED)
    page = client.sign_in(KIM).get(at)
    assert "Die Liste der Menschen, die abstimmen dürfen, ist leer." in page.main
    seen = {"seen_version": page.value("seen_version")}
    assert "noch nicht fertig" in client.post(f"{at}ankuendigen/", seen, 422).main


_REFUSED: dict[str, dict[str, str]] = {
    "angaben/": TYPED,
    "fragen/neu/": {"kind": "one", "text_de": "Und das?"},
    "fragen/1/": {"kind": "one", "text_de": "Anders?"},
    "fragen/1/entfernen/": {},
    "fragen/1/antworten/": {"new-names": "Noch eine"},
    "fragen/1/antworten/1/": {"name_de": "Anders"},
    "fragen/1/antworten/1/entfernen/": {},
    "fragen/1/antworten/1/nach-unten/": {},
    "ankuendigen/": {},
    "zurueckholen/": {},
}


@pytest.mark.parametrize("path", _REFUSED)
def test_nothing_is_changed_after_the_first_vote_and_the_attempt_is_recorded(
    client: CheckingClient, path: str
) -> None:
    at = running(client, votes=1)
    before = stored(client)
    version = str(before["version"])
    typed = {"seen_version": version, "new-seen_version": version} | _REFUSED[path]
    page = client.sign_in(KIM).post(f"{at}{path}", typed, 409)
    assert "Der Versuch steht im Protokoll" in page.main
    assert events(client)[-1] == "poll:change_refused"
    after = stored(client)
    assert [before[name] for name in ("version", "texts", "questions", "state")] == [
        after[name] for name in ("version", "texts", "questions", "state")
    ]
    for word in (one for name, one in _REFUSED[path].items() if name.endswith("_de")):
        assert word in page.html


def test_announced_poll_is_taken_back_as_long_as_nobody_has_voted(client: CheckingClient) -> None:
    at = running(client)
    page = client.sign_in(KIM).get(at)
    client.post(f"{at}zurueckholen/", {"seen_version": page.value("seen_version")})
    assert stored(client)["state"] is PollState.DRAFT


def test_poll_is_cancelled_with_a_reason_that_everybody_reads(client: CheckingClient) -> None:
    at = running(client, votes=2)
    page = client.sign_in(KIM).get(at)
    seen = {"cancel-seen_version": page.value("cancel-seen_version")}
    page = client.post(f"{at}abbrechen/", seen | {"cancel-reason": "x"}, 422)
    assert page.value("cancel-reason") == "x"
    old = {"cancel-seen_version": "1", "cancel-reason": "Der Platz wird verkauft."}
    page = client.post(f"{at}abbrechen/", old, 409)
    assert page.value("cancel-reason") == "Der Platz wird verkauft."
    client.post(f"{at}abbrechen/", old | seen)
    row = stored(client)
    assert row["state"] is PollState.CANCELLED
    client.sign_in(None)
    assert "Der Platz wird verkauft." in client.get(f"/de/abstimmungen/{row['slug']}/").main


def test_districts_and_their_names_stand_on_the_page(client: CheckingClient) -> None:
    with client.app.app_context():
        district = make_district().id
        db.session.commit()
    typed = TYPED | {"eligible": "districts", "districts": str(district)}
    page = client.sign_in(KIM).get(client.post(f"{_ALL}neu/", typed).location)
    assert "Gonsenheim" in page.main


@pytest.mark.parametrize("persona", [KIM], ids=["kim"])
def test_every_page_is_there_in_easy_german_and_english(
    client: CheckingClient, persona: Persona
) -> None:
    at = made(client).removeprefix("/de/")
    client.sign_in(persona)
    for tag in ("de-simple", "en"):
        for path in (
            "",
            "angaben/",
            "fragen/neu/",
            "fragen/1/",
            "fragen/1/antworten/1/",
            "vorschau/",
        ):
            client.get(f"/{tag}/{at}{path}")


def test_easy_german_says_whether_test_readers_have_read_it(client: CheckingClient) -> None:
    easy = TYPED | {"title_de_simple": "Wie soll der Platz heißen?"}
    client.sign_in(KIM).post(f"{_ALL}neu/", easy)
    at = f"{_ALL}{stored(client)['id']}/angaben/"
    public = f"/de-simple/abstimmungen/{stored(client)['slug']}/"
    with speaking("de_simple"):
        unread = gettext(
            "Dieser Text in Leichter Sprache ist noch nicht von Prüfer:innen gelesen worden."
        )
    assert unread in client.get(public).html
    seen = {"seen_version": client.get(at).value("seen_version")}
    client.post(at, easy | seen | {"reviewed_on": "2026-03-01"})
    assert client.get(at).value("reviewed_on") == "2026-03-01"
    assert unread not in client.get(public).html


def test_closed_open_poll_counts_by_itself_and_says_so(client: CheckingClient) -> None:
    from participation.polls import keeping_time

    at = running(client, votes=2)
    with client.app.app_context():
        keeping_time.keep_time(CLOSES)
        db.session.commit()
    page = client.sign_in(KIM).get(at)
    assert "Das geschieht von selbst" in page.main
    with client.app.app_context():
        assert service.has_votes(db.session.scalars(sa.select(Poll)).one())
    assert NOW < CLOSES
