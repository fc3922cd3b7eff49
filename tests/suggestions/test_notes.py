"""Additions, questions and reports: who, when, how many, what is shown. On both databases."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from participation.core.db import db
from participation.core.messages import ChangedMeanwhile, DomainError, NotFound
from participation.journal.models import JournalEntry
from participation.permissions import Actor, Role
from participation.suggestions import merging, note_queries, note_rules, notes, rules, service
from participation.suggestions.models import Suggestion, SuggestionNote
from participation.suggestions.note_rules import (
    ADDITION_STATES,
    MOST_ADDITIONS,
    QUESTION_STATES,
    UPDATE_STATES,
    NoteHideCode,
    NoteKind,
)
from participation.suggestions.rules import HideCode, State
from participation.suggestions.service import Given
from tests.checking_client import CheckingClient
from tests.factories import (
    LONG_ENOUGH,
    TERMS,
    coordinator,
    make_addition,
    make_answer,
    make_question,
    make_suggestion,
    make_supporters,
    make_update,
    resident,
)
from tests.people import (
    ADA,
    AYLIN,
    JONAS,
    KIM,
    MARA,
    NOAH,
    NOW,
    OTHER_OFFICER,
    Persona,
    make_person,
)
from tests.suggestions.test_parallel import all_at_once, browsers_of
from tests.suggestions.test_parallel import post as send

SECRET = "Kanarienvogel"
EVIL = "<script>alert(1)</script> [x](javascript:alert(1)) \u202eabc\u2066 {{ 7*7 }}\r\nBcc: x"


def hide(note: SuggestionNote) -> SuggestionNote:
    return notes.hide(
        note.id, coordinator(), NOW, reason=NoteHideCode.INSULT, internal_text="Ein Vermerk."
    )


# Rules


@pytest.mark.parametrize("state", State)
def test_author_adds_asks_and_the_city_reports_in_fitting_states(
    session: None, state: State
) -> None:
    suggestion = make_suggestion(state, quorum=2)
    facts, noah, kim = suggestion.facts, make_person(NOAH).actor, coordinator()
    assert note_rules.may_add(facts, noah, NOW) is (state in ADDITION_STATES)
    assert note_rules.may_ask(facts, noah, NOW) is (state in QUESTION_STATES)
    assert note_rules.may_update(facts, kim) is (state in UPDATE_STATES)


def test_nobody_else_adds_or_asks(session: None) -> None:
    suggestion = make_suggestion()
    make_answer(suggestion, NOW)
    for persona in (MARA, JONAS, KIM, AYLIN, ADA):
        actor = make_person(persona).actor
        for act in (
            lambda actor=actor: notes.add(
                suggestion.id, actor, NOW, TERMS, text=LONG_ENOUGH, language="de"
            ),
            lambda actor=actor: notes.ask(
                suggestion.id, actor, NOW, TERMS, text=LONG_ENOUGH, language="de", seen_revision=1
            ),
        ):
            with pytest.raises(NotFound):
                act()


@pytest.mark.parametrize("persona", [MARA, NOAH, OTHER_OFFICER, AYLIN, ADA])
def test_only_who_is_responsible_reports(session: None, persona: Persona) -> None:
    suggestion = make_suggestion(State.ADOPTED, quorum=2)
    with pytest.raises(NotFound):
        notes.post_update(suggestion.id, make_person(persona).actor, NOW, text=LONG_ENOUGH)
    jonas = make_person(JONAS).actor
    note = notes.post_update(suggestion.id, jonas, NOW, text=LONG_ENOUGH)
    assert note.department_id == suggestion.department_id


def test_officer_with_an_own_suggestion_does_not_report_on_it(session: None) -> None:
    noah = make_person(NOAH)
    suggestion = make_suggestion(State.ADOPTED, author=noah, quorum=2)
    actor = Actor(noah.id, frozenset({Role.RESIDENT, Role.COORDINATOR}))
    with pytest.raises(NotFound):
        notes.post_update(suggestion.id, actor, NOW, text=LONG_ENOUGH)


# Additions


def test_suggestion_has_at_most_five_additions_hidden_ones_too(session: None) -> None:
    suggestion = make_suggestion()
    for number in range(MOST_ADDITIONS):
        hide(make_addition(suggestion, now=NOW + timedelta(hours=number)))
    with pytest.raises(note_rules.TooManyAdditions):
        make_addition(suggestion, now=NOW + timedelta(days=1))


def test_author_writes_no_more_than_five_an_hour(session: None) -> None:
    for _ in range(note_rules.MOST_AN_HOUR):
        make_addition(make_suggestion())
    last = make_suggestion()
    make_answer(last, NOW)
    with pytest.raises(note_rules.TooOften):
        make_addition(last)
    with pytest.raises(note_rules.TooOften):
        make_question(last)
    make_addition(last, now=NOW + timedelta(hours=1))


def test_the_same_addition_again_is_one_even_if_it_was_hidden(session: None) -> None:
    suggestion = make_suggestion()
    first = hide(make_addition(suggestion, "Dieser Satz kommt zweimal."))
    assert make_addition(suggestion, "Dieser Satz kommt zweimal.").id == first.id
    assert first.facts.is_hidden


def test_addition_is_refused_when_the_clock_has_decided_already(session: None) -> None:
    suggestion = make_suggestion(State.COUNCIL, quorum=2)
    make_addition(suggestion)
    service.move(suggestion, "adopt", coordinator(), NOW, TERMS, service.Given(
        public_text=LONG_ENOUGH, link="https://bi.mainz.de/1"))  # fmt: skip
    with pytest.raises(rules.NotNow):
        make_addition(suggestion)


# Questions


def test_question_sets_a_day_and_the_next_answer_takes_it_away(session: None) -> None:
    suggestion = make_suggestion(State.COUNCIL, quorum=2)
    sitting = suggestion.due_on
    with pytest.raises(note_rules.NothingToAskAbout):
        make_question(suggestion)
    make_answer(suggestion, NOW)
    make_question(suggestion)
    assert suggestion.question_due_on == TERMS.answer_due(NOW)
    assert suggestion.due_on == sitting, "the day of the sitting stays"
    with pytest.raises(note_rules.AskedAlready):
        make_question(suggestion, "Noch eine Frage dazu?")
    make_answer(suggestion, NOW)
    assert suggestion.question_due_on is None
    make_question(suggestion, "Und jetzt eine neue?")
    with pytest.raises(ChangedMeanwhile):
        notes.ask(suggestion.id, make_person(NOAH).actor, NOW, TERMS, text=LONG_ENOUGH,
                  language="de", seen_revision=1)  # fmt: skip


def test_hidden_question_needs_no_answer_and_shown_again_it_does(session: None) -> None:
    suggestion = make_suggestion()
    make_answer(suggestion, NOW)
    note = make_question(suggestion)
    hide(note)
    assert suggestion.question_due_on is None
    later = NOW + timedelta(days=7)
    notes.restore(note.id, coordinator(), later, TERMS)
    assert suggestion.question_due_on == TERMS.answer_due(later)
    hide(note)
    make_answer(suggestion, NOW)
    notes.restore(note.id, coordinator(), later, TERMS)
    assert suggestion.question_due_on is None, "the second answer came after it"


@pytest.mark.parametrize("act", ["hide", "merge", "withdraw"])
def test_question_is_not_due_on_what_is_closed(session: None, act: str) -> None:
    suggestion = make_suggestion(State.COLLECTING)
    target = make_suggestion()
    make_answer(suggestion, NOW)
    make_question(suggestion)
    actor = make_person(NOAH).actor if act == "withdraw" else coordinator()
    given = service.Given(
        hide_reason=rules.HideCode.UNLAWFUL, internal_text="Ein Vermerk.",
        target=target.id, public_text=LONG_ENOUGH,
    )  # fmt: skip
    service.move(suggestion, act, actor, NOW, TERMS, given)
    assert suggestion.question_due_on is None


# Reports


def test_report_is_dated_ahead_and_no_further_than_anybody_can_promise(session: None) -> None:
    suggestion = make_suggestion(State.ADOPTED, quorum=2)
    for day in (date(2026, 3, 9), date(2030, 1, 1)):
        with pytest.raises(rules.DateNotPlausible):
            make_update(suggestion, until=day)
    assert make_update(suggestion, until=date(2026, 3, 10)).until == date(2026, 3, 10)
    assert suggestion.state is State.ADOPTED


# Staff


def test_notes_of_what_only_its_author_reads_are_out_of_reach(session: None) -> None:
    suggestion = make_suggestion()
    note = make_addition(suggestion)
    kim = coordinator()
    assert note_queries.how_many_unread(kim.person_id or 0) == 1
    service.act(suggestion.id, "withdraw", make_person(NOAH).actor, NOW, TERMS)
    assert note_queries.how_many_unread(kim.person_id or 0) == 0
    with pytest.raises(NotFound):
        hide(note)


def test_coordinator_decides_nothing_about_the_own_suggestion(session: None) -> None:
    mara = make_person(MARA)
    note = make_addition(make_suggestion(author=mara))
    both = Actor(mara.id, frozenset({Role.RESIDENT, Role.COORDINATOR}))
    assert note_queries.how_many_unread(mara.id) == 0
    with pytest.raises(NotFound):
        notes.hide(note.id, both, NOW, reason=NoteHideCode.INSULT, internal_text="Ein Vermerk.")
    for persona in (JONAS, NOAH, AYLIN, ADA):
        with pytest.raises(NotFound):
            notes.mark_read(note.id, make_person(persona).actor, NOW)


def test_every_act_is_in_the_journal_without_words(session: None) -> None:
    suggestion = make_suggestion()
    note = make_addition(suggestion, f"{SECRET} im Text.")
    hide(note)
    notes.restore(note.id, coordinator(), NOW, TERMS)
    entries = db.session.scalars(sa.select(JournalEntry).order_by(JournalEntry.id)).all()
    assert [entry.event for entry in entries][-3:] == [
        "suggestion:addition_written", "suggestion_note:hidden", "suggestion_note:restored",
    ]  # fmt: skip
    assert SECRET not in str([entry.facts for entry in entries])


# At once


def posts(app: Flask, persona: Persona, path: str, data: dict[str, str], times: int) -> list[int]:
    """Send the same form many times at once; return the statuses."""
    with app.app_context():
        key = make_person(persona).id
        db.session.commit()
    browser, csrf = browsers_of(app, [key])[0]
    return all_at_once([lambda: send(app, browser, path, data | {"csrf_token": csrf})] * times)


def kept(app: Flask) -> list[NoteKind]:
    with app.app_context():
        return list(db.session.scalars(sa.select(SuggestionNote.kind)))


def test_author_who_adds_the_same_many_times_at_once_adds_once(app: Flask) -> None:
    with app.app_context():
        number = make_suggestion().number
        db.session.commit()
    path = f"/de/anregungen/{number}/ergaenzen/"
    assert set(posts(app, NOAH, path, {"text": LONG_ENOUGH}, 8)) == {303}
    assert kept(app) == [NoteKind.ADDITION]


def test_limit_of_additions_holds_when_all_are_sent_at_once(app: Flask) -> None:
    with app.app_context():
        number, noah = make_suggestion().number, make_person(NOAH).id
        db.session.commit()
    browser, csrf = browsers_of(app, [noah])[0]
    jobs = [
        lambda n=n: send(app, browser, f"/de/anregungen/{number}/ergaenzen/",
                         {"csrf_token": csrf, "text": f"{LONG_ENOUGH} {n}"})
        for n in range(MOST_ADDITIONS + 4)
    ]  # fmt: skip
    assert sorted(all_at_once(jobs)) == [303] * MOST_ADDITIONS + [409] * 4
    assert kept(app) == [NoteKind.ADDITION] * MOST_ADDITIONS


def test_author_who_asks_twice_at_once_asks_once(app: Flask) -> None:
    with app.app_context():
        suggestion = make_suggestion()
        make_answer(suggestion, NOW)
        number, noah = suggestion.number, make_person(NOAH).id
        db.session.commit()
    browser, csrf = browsers_of(app, [noah])[0]
    jobs = [
        lambda n=n: send(app, browser, f"/de/anregungen/{number}/nachfragen/",
                         {"csrf_token": csrf, "seen_revision": "1", "text": f"Frage Nummer {n}?"})
        for n in range(8)
    ]  # fmt: skip
    assert sorted(all_at_once(jobs)) == [303] + [409] * 7
    assert kept(app) == [NoteKind.QUESTION]


def test_question_and_answer_at_once_leave_no_question_without_a_day(app: Flask) -> None:
    with app.app_context():
        suggestion = make_suggestion()
        make_answer(suggestion, NOW)
        key, number = suggestion.id, suggestion.number
        people = [make_person(NOAH).id, make_person(KIM).id]
        db.session.commit()
    (noah, csrf), (kim, kims) = browsers_of(app, people)
    answer = {"status": "accepted", "text": LONG_ENOUGH, "seen_revision": "1", "csrf_token": kims}
    question = {"csrf_token": csrf, "seen_revision": "1", "text": LONG_ENOUGH}
    statuses = all_at_once([
        lambda: send(app, noah, f"/de/anregungen/{number}/nachfragen/", question),
        lambda: send(app, kim, f"/de/verwaltung/anregungen/{key}/antwort/", answer),
    ])  # fmt: skip
    assert statuses[1] == 303
    assert statuses[0] in (303, 409)
    with app.app_context():
        assert db.session.get_one(Suggestion, key).question_due_on is None
        asked = db.session.scalar(sa.select(sa.func.count()).select_from(SuggestionNote))
        assert asked == (1 if statuses[0] == 303 else 0)


def test_officer_who_reports_twice_at_once_reports_once(app: Flask) -> None:
    with app.app_context():
        key = make_suggestion(State.IMPLEMENTING, quorum=2).id
        db.session.commit()
    path = f"/de/verwaltung/anregungen/{key}/bericht/"
    data = {"text": LONG_ENOUGH, "until": "2026-05-01", "link": ""}
    assert set(posts(app, JONAS, path, data, 8)) == {303}
    assert kept(app) == [NoteKind.UPDATE]


@pytest.mark.parametrize("word", ["gelesen", "verbergen", "wieder-zeigen"])
def test_two_coordinators_who_decide_at_once_decide_once(app: Flask, word: str) -> None:
    with app.app_context():
        note = make_addition(make_suggestion())
        if word == "wieder-zeigen":
            hide(note)
        key = note.id
        db.session.commit()
    data = {"reason": "insult", "internal_text": "Ein Vermerk."}
    statuses = posts(app, KIM, f"/de/verwaltung/nachtraege/{key}/{word}/", data, 6)
    assert sorted(statuses) == [303] + [409] * 5
    with app.app_context():
        events = sa.select(sa.func.count()).where(JournalEntry.event.like("suggestion_note:%"))
        assert db.session.scalar(events) == (2 if word == "wieder-zeigen" else 1)


# Pages


def test_author_adds_something_and_everybody_reads_it_with_its_day(client: CheckingClient) -> None:
    with client.app.app_context():
        number = make_suggestion().number
        db.session.commit()
    client.sign_in(NOAH)
    path = f"/de/anregungen/{number}/ergaenzen/"
    assert f'href="{path}"' in client.get(f"/de/anregungen/{number}/").html
    page = client.post(path, {"text": "kurz"}, status=422)
    assert page.value("text") == "kurz"
    assert client.post(path, {"text": "x" * 1001}, status=422).value("text") == "x" * 1001
    done = client.post(path, {"text": f"Das ist neu: {EVIL}"})
    assert "Ihre Ergänzung ist veröffentlicht." in client.get(done.location.split("#")[0]).main
    page = client.sign_in(None).get(f"/de/anregungen/{number}/")
    assert "Ergänzt am 10. März 2026" in page.main
    assert "Text ergänzt" in page.main
    assert "<script>" not in page.html
    assert 'href="javascript:' not in page.html
    assert "\u202e" not in page.html
    assert "49" not in page.html.split("Das ist neu")[1][:200]
    assert path not in page.html


def test_author_keeps_the_text_when_it_is_too_late(client: CheckingClient) -> None:
    with client.app.app_context():
        number = make_suggestion(State.ADOPTED, quorum=2).number
        db.session.commit()
    client.sign_in(NOAH)
    for word in ("ergaenzen", "nachfragen"):
        path = f"/de/anregungen/{number}/{word}/"
        client.get(path, status=409)
        data = {"text": LONG_ENOUGH, "seen_revision": "0"}
        assert client.post(path, data, status=409).value("text") == LONG_ENOUGH


def test_author_asks_and_the_city_answers_with_the_question_above(client: CheckingClient) -> None:
    with client.app.app_context():
        suggestion = make_suggestion()
        make_answer(suggestion, NOW, "Wir prüfen das im Sommer.")
        number, key = suggestion.number, suggestion.id
        db.session.commit()
    client.sign_in(NOAH)
    public = f"/de/anregungen/{number}/"
    path = f"{public}nachfragen/"
    assert f'href="{path}"' in client.get(public).html
    assert "Wir prüfen das im Sommer." in client.get(path).main
    client.post(path, {"text": "In welchem Sommer denn?", "seen_revision": "1"})
    page = client.post(path, {"text": "Noch eine Frage?", "seen_revision": "1"}, status=409)
    assert page.value("text") == "Noch eine Frage?"
    page = client.sign_in(None).get(public)
    assert "Nachfrage vom 10. März 2026" in page.main
    assert "In welchem Sommer denn?" in page.main
    assert "Die Stadt antwortet bis Dienstag, 31. März 2026" in page.main
    assert "Jetzt: Antwort auf die Nachfrage" in page.main
    assert "Nachfrage beantworten" in client.sign_in(JONAS).get("/de/verwaltung/").main
    answer = {"status": "accepted", "text": "Wir prüfen das im Sommer 2026.", "seen_revision": "1"}
    client.post(f"/de/verwaltung/anregungen/{key}/antwort/", answer)
    assert "Nachfrage beantworten" not in client.get("/de/verwaltung/").main
    page = client.sign_in(None).get(public)
    asked, answered = (page.main.index(w) for w in ("In welchem Sommer", "im Sommer 2026."))
    assert asked < answered
    assert "Jetzt: Antwort auf die Nachfrage" not in page.main
    assert "<del>" in page.html
    assert "<ins>" in page.html
    assert "1 frühere Fassung" in page.main


def test_officer_reports_and_the_newest_report_stands_first(client: CheckingClient) -> None:
    with client.app.app_context():
        suggestion = make_suggestion(State.IMPLEMENTING, quorum=2)
        number, key = suggestion.number, suggestion.id
        db.session.commit()
    path = f"/de/verwaltung/anregungen/{key}/bericht/"
    client.sign_in(JONAS)
    assert f'href="{path}"' in client.get(f"/de/verwaltung/anregungen/{key}/").html
    for link in ("javascript:alert(1)", "ftp://mainz.de/x", "data:text/html,x", "mainz.de"):
        page = client.post(path, {"text": LONG_ENOUGH, "link": link}, status=422)
        assert page.value("link") == link
    page = client.post(path, {"text": LONG_ENOUGH, "until": "2020-01-01"}, status=422)
    assert page.value("text") == LONG_ENOUGH
    client.post(path, {"text": "Der erste Bericht dazu.", "until": "2026-05-01", "link": ""})
    typed = {"text": f"Der zweite Bericht dazu. {EVIL}", "link": "https://www.mainz.de/x"}
    client.post(path, typed)
    page = client.sign_in(None).get(f"/de/anregungen/{number}/")
    assert page.main.index("zweite Bericht") < page.main.index("erste Bericht")
    assert "Geplant bis 1. Mai 2026" in page.main
    assert 'href="https://www.mainz.de/x"' in page.html
    assert "<script>" not in page.html
    assert 'href="javascript:' not in page.html
    client.sign_in(OTHER_OFFICER).get(path, status=404)


def test_hidden_note_is_read_by_nobody_but_coordinators(client: CheckingClient) -> None:
    with client.app.app_context():
        suggestion = make_suggestion(State.COLLECTING)
        make_answer(suggestion, NOW)
        addition = make_addition(suggestion, f"{SECRET} in der Ergänzung.")
        question = make_question(suggestion, f"{SECRET} in der Frage?")
        done = make_suggestion(State.ADOPTED, quorum=2)
        update = make_update(done, f"{SECRET} im Bericht zur Umsetzung.")
        for note in (addition, question, update):
            notes.hide(note.id, coordinator(), NOW, reason=NoteHideCode.PERSONAL_DATA,
                       internal_text=f"{SECRET} im Vermerk.")  # fmt: skip
        keys, pairs = [addition.id, question.id, update.id], [
            (suggestion.number, suggestion.id), (done.number, done.id)]  # fmt: skip
        db.session.commit()
    for persona in (None, MARA, NOAH, JONAS, OTHER_OFFICER, AYLIN, ADA, KIM):
        client.sign_in(persona)
        for number, key in pairs:
            page = client.get(f"/de/anregungen/{number}/")
            assert SECRET not in page.html, persona
            assert "Ausgeblendet am" in page.main
            assert "Persönliche Daten anderer Menschen" in page.main
            response = client.browser.get(f"/de/verwaltung/anregungen/{key}/")
            assert SECRET not in response.text, persona
        for key in keys:
            response = client.browser.get(f"/de/verwaltung/nachtraege/{key}/")
            assert (SECRET in response.text) is (persona is KIM), persona


def test_coordinator_reads_hides_and_shows_a_note(client: CheckingClient) -> None:
    with client.app.app_context():
        note = make_addition(make_suggestion(), "Das Datum war falsch.")
        key = note.id
        db.session.commit()
    client.sign_in(KIM)
    assert "Nachträge zu Anregungen 1 neuer" in client.get("/de/verwaltung/").main
    assert "Das Datum war falsch." in client.get("/de/verwaltung/nachtraege/").main
    path = f"/de/verwaltung/nachtraege/{key}/"
    page = client.post(f"{path}verbergen/", {"internal_text": "Ein Vermerk bleibt."}, status=422)
    assert page.value("internal_text") == "Ein Vermerk bleibt."
    typed = {"reason": "new-matter", "internal_text": "Ein Vermerk bleibt."}
    client.post(f"{path}verbergen/", typed)
    page = client.post(f"{path}verbergen/", typed, status=409)
    assert page.value("internal_text") == "Ein Vermerk bleibt."
    assert "Das Datum" not in client.get("/de/verwaltung/nachtraege/").main
    assert "Das Datum" in client.get("/de/verwaltung/nachtraege/?ansicht=verborgen").main
    client.post(f"{path}wieder-zeigen/")
    client.post(f"{path}gelesen/", status=409)
    assert "Hier ist gerade nichts zu tun" in client.get("/de/verwaltung/nachtraege/").main


def test_supporters_are_not_told_who_wrote_an_addition(client: CheckingClient) -> None:
    with client.app.app_context():
        suggestion = make_suggestion()
        make_addition(suggestion)
        number = suggestion.number
        supporter = resident(make_supporters(1)[0])
        with pytest.raises(DomainError):
            notes.add(suggestion.id, supporter, NOW, TERMS, text=LONG_ENOUGH, language="de")
        db.session.commit()
    assert "noah" not in client.get(f"/de/anregungen/{number}/").html


@pytest.mark.parametrize("name", ["hide", "merge"])
def test_question_that_is_shown_again_promises_no_answer_that_cannot_come(
    session: None, name: str
) -> None:
    suggestion = make_suggestion()
    make_answer(suggestion, NOW)
    note = make_question(suggestion)
    reason = NoteHideCode.MISTAKE
    notes.hide(note.id, coordinator(), NOW, reason=reason, internal_text="Ein Vermerk.")
    if name == "merge":
        target = make_suggestion().number or 0
        merging.merge(
            suggestion.id, coordinator(), NOW, TERMS,
            target_number=target, public_text=LONG_ENOUGH,
        )  # fmt: skip
    else:
        given = Given(hide_reason=HideCode.UNLAWFUL, internal_text="Ein Vermerk.")
        service.act(suggestion.id, "hide", coordinator(), NOW, TERMS, given)
    notes.restore(note.id, coordinator(), NOW, TERMS)
    assert suggestion.question_due_on is None


def test_words_of_a_hidden_note_are_not_found_any_more(client: CheckingClient) -> None:
    with client.app.app_context():
        suggestion = make_suggestion()
        note = make_addition(suggestion, "Es geht auch um den Kanarienvogel im Park.")
        key = note.id
        db.session.commit()
    paths = [f"/de/{page}/?q=kanarienvogel" for page in ("anregungen", "suche")]
    assert all("Mehr Schatten" in client.get(path).main for path in paths)
    for act in ("hide", "restore"):
        with client.app.app_context():
            if act == "hide":
                reason = NoteHideCode.INSULT
                notes.hide(key, coordinator(), NOW, reason=reason, internal_text="Ein Vermerk.")
            else:
                notes.restore(key, coordinator(), NOW, TERMS)
            db.session.commit()
        found = ["Mehr Schatten" in client.get(path).main for path in paths]
        assert found == [act == "restore"] * 2
