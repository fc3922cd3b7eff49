"""Voting through HTTP: ballots of every kind, letters, declarations, and what attackers try."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from participation.accounts import service as accounts
from participation.core import clock
from participation.core.db import db
from participation.polls import keeping_time, keys, making, sealing, service
from participation.polls.models import Poll, PollRoll
from participation.polls.rules import Eligible, PollKind, QuestionKind
from tests.checking_client import CheckingClient
from tests.factories import coordinator, make_district
from tests.people import JONAS, MARA, NOAH, NOW, make_person
from tests.polls import steps
from tests.polls.pages import (
    ANSWERS,
    FILLED,
    OPEN_NOW,
    checked_page,
    every_kind,
    hidden_of,
    make_poll,
    rows,
    vote,
)

#: The ballot of who has a letter.
_LETTER = "stimmzettel/brief/"


@pytest.fixture
def mara(client: CheckingClient) -> CheckingClient:
    return client.sign_in(MARA)


def opened_votes(app: Flask) -> list[tuple[str, Any]]:
    """Codes and answers of all envelopes, opened with the key that is nowhere on the server."""
    with app.app_context():
        private = keys.combine(steps.SHARES[0], steps.SHARES[1]).private_key
        found = list(db.session.query(PollRoll))
        assert [row.choice for row in found] == [None] * len(found)
        return [sealing.open_envelope(private, row.envelope or b"") for row in found]


def test_resident_answers_every_kind_of_question_in_a_sealed_poll(mara: CheckingClient) -> None:
    address = make_poll(mara.app, *every_kind())
    checked = checked_page(mara, address, FILLED)
    for words in ("Volkspark", "5 von 5 Punkten", "Zusammen: 25.000 € von 30.000 €", "Ja"):
        assert words in checked.main
    code = vote(mara, address, FILLED)
    assert opened_votes(mara.app) == [(code, ANSWERS)]


def test_resident_answers_every_kind_of_question_in_an_open_poll(mara: CheckingClient) -> None:
    address = make_poll(mara.app, *every_kind(), kind=PollKind.OPEN)
    assert vote(mara, address, FILLED) == ""
    with mara.app.app_context():
        assert [row.choice for row in db.session.query(PollRoll)] == [ANSWERS]


def test_receipt_names_the_envelope_and_never_the_choice(mara: CheckingClient) -> None:
    address = make_poll(mara.app)
    code = vote(mara, address, {"q1": "2"})
    page = mara.get(f"{address}stimmzettel/abgegeben/")
    assert rows(mara.app)[0].envelope_hash in page.main
    assert code not in page.html
    assert "Volkspark" not in page.main
    assert page.response.headers["Cache-Control"] == "no-store"


def test_blank_ballot_is_a_vote_and_the_page_says_that_it_is_blank(mara: CheckingClient) -> None:
    address = make_poll(mara.app, *every_kind())
    assert "Ihr Stimmzettel ist leer." in checked_page(mara, address, {}).main
    vote(mara, address, {})
    assert [answers for _code, answers in opened_votes(mara.app)] == [[None] * 7]


def test_who_votes_again_is_told_that_it_replaces_and_only_the_last_counts(
    mara: CheckingClient,
) -> None:
    address = make_poll(mara.app)
    vote(mara, address, {"q1": "1"})
    assert "ersetzt er Ihre frühere Stimme" in mara.get(f"{address}stimmzettel/").main
    code = vote(mara, address, {"q1": "3"})
    assert opened_votes(mara.app) == [(code, [3])]


def test_faults_are_named_at_their_questions_and_nothing_typed_is_lost(
    mara: CheckingClient,
) -> None:
    address = make_poll(mara.app, *every_kind())
    page = mara.get(f"{address}stimmzettel/")
    wrong = FILLED | {"q2": ["1", "2", "3"], "q6-1": "1", "q7": ["1", "2", "3"], "act": "check"}
    page = mara.post(f"{address}stimmzettel/", hidden_of(page) | wrong, status=422)
    assert "Bitte prüfen Sie 3 Angaben" in page.main
    assert "Frage 2: Sie können höchstens 2 Antworten wählen. Gewählt sind 3." in page.main
    assert "Frage 7: Was Sie gewählt haben, kostet zu viel: 15.000 Euro mehr" in page.main
    assert page.html.count(" checked") == 1 + 3 + 1 + 2 + 1 + 3
    assert page.html.count(" selected") == 2
    assert rows(mara.app) == []


def test_code_stays_the_same_while_the_ballot_is_mended(mara: CheckingClient) -> None:
    address = make_poll(mara.app)
    first = hidden_of(mara.get(f"{address}stimmzettel/"))
    wrong = mara.post(f"{address}stimmzettel/", first | {"q1": "9", "act": "check"}, status=422)
    again = mara.post(
        f"{address}stimmzettel/", hidden_of(wrong) | {"q1": "1", "act": "change"}, status=200
    )
    assert first["pruefcode"] == hidden_of(wrong)["pruefcode"] == hidden_of(again)["pruefcode"]
    assert first["pruefcode"] != hidden_of(mara.get(f"{address}stimmzettel/"))["pruefcode"]


def test_sum_of_the_costs_is_shown_on_request(mara: CheckingClient) -> None:
    address = make_poll(mara.app, every_kind()[-1])
    sent = hidden_of(mara.get(f"{address}stimmzettel/")) | {"q1": ["1", "2", "3"], "act": "sum"}
    page = mara.post(f"{address}stimmzettel/", sent, status=200)
    assert "Gewählt: 45.000 € von 30.000 €." in page.main


def test_age_and_district_are_declared_on_the_ballot_and_not_kept(mara: CheckingClient) -> None:
    with mara.app.app_context():
        district, other = make_district(), make_district("Drais", 9)
        own, elsewhere = district.id, other.id
        db.session.commit()
    address = make_poll(
        mara.app, eligible=Eligible.DISTRICTS, districts=frozenset({own}), min_age=16
    )
    shown = mara.get(f"{address}stimmzettel/")
    assert "Ich bin mindestens 16 Jahre alt." in shown.main
    assert "Drais" not in shown.main
    sent = hidden_of(shown) | {"q1": "2", "act": "check"}
    page = mara.post(f"{address}stimmzettel/", sent, status=422)
    assert "Bitte bestätigen Sie Ihr Alter" in page.main
    assert "Bitte wählen Sie Ihren Stadtteil" in page.main
    lie = sent | {"old_enough": "y", "district": str(elsewhere), "act": "cast"}
    mara.post(f"{address}stimmzettel/", lie, status=422)
    assert rows(mara.app) == []
    vote(mara, address, {"q1": "2", "old_enough": "y", "district": str(own)})
    assert len(rows(mara.app)) == 1


def test_visitor_signs_in_and_comes_back_to_the_ballot(client: CheckingClient) -> None:
    address = make_poll(client.app)
    answer = client.get(f"{address}stimmzettel/", status=303)
    assert answer.location == f"/de/konto/anmelden/?weiter={address}stimmzettel/"
    assert "Anmelden und abstimmen" in client.get(address).main


def test_officer_who_is_no_resident_cannot_vote(client: CheckingClient) -> None:
    address = make_poll(client.app)
    client.sign_in(JONAS)
    assert "Mit diesem Konto können Sie hier nicht abstimmen" in client.get(address).main
    client.get(f"{address}stimmzettel/", status=403)
    client.post(f"{address}stimmzettel/", {"q1": "1", "act": "cast"}, status=403)


def test_only_people_on_the_list_vote(client: CheckingClient) -> None:
    with client.app.app_context():
        poll = steps.make_draft(eligible=Eligible.LISTED, **OPEN_NOW)
        making.set_listed(poll.id, coordinator(), NOW, [MARA.email], seen_version=poll.version)
        service.announce(poll.id, coordinator(), NOW, seen_version=poll.version)
        keeping_time.keep_time(NOW)
        db.session.commit()
        address = f"/de/abstimmungen/{poll.slug}/"
    client.sign_in(NOAH).get(f"{address}stimmzettel/", status=403)
    vote(client.sign_in(MARA), address, {"q1": "1"})
    assert len(rows(client.app)) == 1


# Letters


@pytest.fixture
def letters(client: CheckingClient) -> tuple[str, list[str]]:
    """A poll for who has a letter: its address and two codes."""
    with client.app.app_context():
        poll = steps.make_draft(eligible=Eligible.LETTER, **OPEN_NOW)
        key = client.app.extensions["settings"].key_of_fingerprints
        codes = making.make_letters(
            poll.id, coordinator(), NOW, 2, fingerprint_key=key, seen_version=poll.version
        )
        service.announce(poll.id, coordinator(), NOW, seen_version=poll.version)
        keeping_time.keep_time(NOW)
        db.session.commit()
        return f"/de/abstimmungen/{poll.slug}/", codes


def test_visitor_votes_with_the_code_of_a_letter_and_then_needs_it_again(
    client: CheckingClient, letters: tuple[str, list[str]]
) -> None:
    address, codes = letters
    assert client.get(f"{address}{_LETTER}", status=303).location == f"{address}code/"
    typed = codes[0].lower().replace("-", " ")
    assert client.post(f"{address}code/", {"code": typed}).location == address + _LETTER
    vote(client, address, {"q1": "2"}, _LETTER)
    assert "Ihre Stimme ist angekommen" in client.get(f"{address}{_LETTER}abgegeben/").main
    client.get(f"{address}{_LETTER}", status=303)
    client.post(f"{address}code/", {"code": codes[0]})
    code = vote(client, address, {"q1": "3"}, _LETTER)
    assert opened_votes(client.app) == [(code, [3])]


def test_wrong_codes_all_get_the_same_answer_and_then_everybody_waits(
    client: CheckingClient, letters: tuple[str, list[str]]
) -> None:
    address, codes = letters
    foreign = sealing.new_code()
    answers = set()
    for typed in ["ABCD-EFGH-IJ23", "x", foreign, "'; --", "🏛" * 50, "ABCD-EFGH-IJ23"]:
        page = client.post(f"{address}code/", {"code": typed}, status=422)
        answers.add(re.search(r"Diesen Code gibt es nicht[^<]*", page.html) is not None)
    assert answers == {True}
    for _ in range(4):
        client.post(f"{address}code/", {"code": "FALSCH"}, status=422)
    page = client.post(f"{address}code/", {"code": codes[0]}, status=429)
    assert "Das waren viele falsche Codes." in page.main


def test_typed_letter_code_is_over_after_two_hours(
    client: CheckingClient, letters: tuple[str, list[str]]
) -> None:
    address, codes = letters
    client.post(f"{address}code/", {"code": codes[0]})
    client.get(f"{address}{_LETTER}")
    with clock.stopped_at(NOW + timedelta(hours=2, seconds=1)):
        client.get(f"{address}{_LETTER}", status=303)
        client.post(f"{address}{_LETTER}", {"q1": "1", "act": "cast"}, status=422)
    assert rows(client.app) == []


def test_ballot_is_not_lost_when_the_code_has_to_be_typed_again(
    client: CheckingClient, letters: tuple[str, list[str]]
) -> None:
    address, codes = letters
    client.post(f"{address}code/", {"code": codes[0]})
    sent = hidden_of(checked_page(client, address, {"q1": "3"}, _LETTER)) | {"act": "cast"}
    with clock.stopped_at(NOW + timedelta(hours=3)):
        asked = client.post(address + _LETTER, sent, status=422)
        assert "Die Zeit ist abgelaufen." in asked.main
        wrong = client.post(f"{address}code/", hidden_of(asked) | {"code": "x"}, status=422)
        again = client.post(f"{address}code/", hidden_of(wrong) | {"code": codes[0]}, status=200)
        assert 'value="3" checked' in again.html
        assert hidden_of(again)["pruefcode"] == sent["pruefcode"]
        client.post(address + _LETTER, hidden_of(again) | {"q1": "3", "act": "cast"})
    assert opened_votes(client.app) == [(sent["pruefcode"][0], [3])]


def test_letter_of_one_poll_is_worth_nothing_in_another(
    client: CheckingClient, letters: tuple[str, list[str]]
) -> None:
    address, codes = letters
    other = make_poll(client.app)
    client.post(f"{address}code/", {"code": codes[0]})
    client.get(f"{other}{_LETTER}", status=404)
    client.get(f"{other}code/", status=404)
    client.sign_in(MARA)
    assert client.get(f"{address}stimmzettel/", status=303).location == f"{address}code/"
    client.get(f"{address}{_LETTER}abgegeben/", status=303)


# Attacks


def test_code_of_another_voter_is_refused_and_nothing_is_lost(client: CheckingClient) -> None:
    address = make_poll(client.app)
    client.sign_in(NOAH)
    foreign = hidden_of(checked_page(client, address, {"q1": "1"}))
    client.sign_in(MARA)
    page = client.post(f"{address}stimmzettel/", foreign | {"q1": "2", "act": "cast"}, status=422)
    assert "Dieser Prüfcode gehört nicht zu Ihrer Stimmabgabe" in page.main
    assert foreign["pruefcode"] != hidden_of(page)["pruefcode"]
    assert 'value="2" checked' in page.html
    assert rows(client.app) == []


@pytest.mark.parametrize(
    "forged",
    [
        {"pruefcode": "AAAA-AAAA-AAAA-AAAA"},
        {"merkmal": "0" * 64},
        {"merkmal": ""},
        {"merkmal": "é\x00" * 40},
        {"pruefcode": "", "merkmal": ""},
        {"pruefcode": "x" * 10_000},
    ],
)
def test_code_that_was_made_up_is_refused(mara: CheckingClient, forged: dict[str, str]) -> None:
    address = make_poll(mara.app)
    sent = hidden_of(checked_page(mara, address, {"q1": "1"}))
    mara.post(f"{address}stimmzettel/", sent | forged | {"act": "cast"}, status=422)
    assert rows(mara.app) == []


def test_form_of_another_poll_is_refused(mara: CheckingClient) -> None:
    first, other = make_poll(mara.app), make_poll(mara.app)
    sent = hidden_of(checked_page(mara, first, {"q1": "1"}))
    page = mara.post(f"{other}stimmzettel/", sent | {"act": "cast"}, status=422)
    assert "Die Abstimmung wurde inzwischen geändert" in page.main
    with mara.app.app_context():
        text_hash = db.session.query(Poll).filter_by(slug=other.split("/")[-2]).one().text_hash
    forged = sent | {"stand": text_hash, "act": "cast"}
    mara.post(f"{other}stimmzettel/", forged, status=422)
    assert rows(mara.app) == []


def test_ballot_of_a_poll_that_was_changed_meanwhile_is_not_counted(mara: CheckingClient) -> None:
    address = make_poll(mara.app, kind=PollKind.OPEN)
    sent = hidden_of(checked_page(mara, address, {"q1": "1"}))
    with mara.app.app_context():
        kim = coordinator()
        poll = db.session.query(Poll).one()
        service.take_back(poll.id, kim, NOW, seen_version=poll.version)
        changed = steps.question(options=steps.options("Rheinufer", "Marktplatz"))
        sheet = steps.sheet(changed, kind=PollKind.OPEN, **OPEN_NOW)
        making.change(poll.id, kim, NOW, sheet, seen_version=poll.version)
        service.announce(poll.id, kim, NOW, seen_version=poll.version)
        keeping_time.keep_time(NOW)
        db.session.commit()
    page = mara.post(f"{address}stimmzettel/", sent | {"act": "cast"}, status=422)
    assert "Hier ist der neue Stimmzettel." in page.main
    assert rows(mara.app) == []


def test_same_form_sent_again_changes_nothing(mara: CheckingClient) -> None:
    address = make_poll(mara.app)
    sent = hidden_of(checked_page(mara, address, {"q1": "1"})) | {"act": "cast"}
    for _ in range(3):
        mara.post(f"{address}stimmzettel/", sent)
    assert opened_votes(mara.app) == [(sent["pruefcode"][0], [1])]


@pytest.mark.parametrize("value", ["0", "4", "-1", "1e3", "999999999999", "1;2", "[1]", "é"])
def test_choice_out_of_range_is_never_kept(mara: CheckingClient, value: str) -> None:
    address = make_poll(mara.app, kind=PollKind.OPEN)
    sent = hidden_of(mara.get(f"{address}stimmzettel/")) | {"q1": value, "act": "cast"}
    mara.post(f"{address}stimmzettel/", sent, status=422)
    assert rows(mara.app) == []


def test_vote_after_the_end_gets_409_and_is_not_kept(mara: CheckingClient) -> None:
    end = NOW + timedelta(hours=2)
    address = make_poll(mara.app, closes_at=end)
    sent = hidden_of(checked_page(mara, address, {"q1": "1"})) | {"act": "cast"}
    with clock.stopped_at(end):
        page = mara.post(f"{address}stimmzettel/", sent, status=409)
        assert "Es wurde keine Stimme gespeichert." in page.main
        mara.get(f"{address}stimmzettel/", status=409)
    with clock.stopped_at(end - timedelta(seconds=1)):
        mara.post(f"{address}stimmzettel/", sent)
    assert len(rows(mara.app)) == 1


def test_nobody_votes_before_the_beginning_or_finds_a_draft(mara: CheckingClient) -> None:
    later = make_poll(mara.app, opens_at=steps.OPENS)
    mara.get(f"{later}stimmzettel/", status=409)
    with mara.app.app_context():
        draft = steps.make_draft(texts={"de": {"title": "Geheimer Entwurf"}})
        db.session.commit()
        address = f"/de/abstimmungen/{draft.slug}/"
    pages = ("stimmzettel/", "stimmzettel/abgegeben/", "code/", _LETTER)
    for page in ("", *pages, "ergebnis/", "ergebnis.json", "tafel/"):
        mara.get(f"{address}{page}", status=404)


def test_ballot_without_a_token_is_shown_again_with_what_was_chosen(mara: CheckingClient) -> None:
    address = make_poll(mara.app)
    sent = hidden_of(checked_page(mara, address, {"q1": "3"})) | {"act": "cast"}
    answer = mara.browser.post(f"{address}stimmzettel/", data=sent | {"csrf_token": "x"})
    assert answer.status_code == 422
    assert 'value="3" checked' in answer.text
    assert rows(mara.app) == []


def test_vote_cannot_be_cast_with_a_link(mara: CheckingClient) -> None:
    address = make_poll(mara.app, kind=PollKind.OPEN)
    mara.get(f"{address}stimmzettel/?q1=1&act=cast")
    assert rows(mara.app) == []


def test_one_person_who_presses_many_times_at_once_votes_once(client: CheckingClient) -> None:
    app = client.app
    address = make_poll(app)
    mara = client.sign_in(MARA)
    sent = hidden_of(checked_page(mara, address, {"q1": "2"}))
    sent |= {"act": "cast", "csrf_token": mara.token()}
    cookie = mara.browser.get_cookie("sitzung")
    assert cookie is not None

    def press(_number: int) -> int:
        browser = app.test_client()
        browser.set_cookie("sitzung", cookie.value)
        return int(browser.post(f"{address}stimmzettel/", data=sent).status_code)

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(press, range(16))) == {303}
    assert opened_votes(app) == [(sent["pruefcode"][0], [2])]


def test_who_deletes_the_account_meanwhile_leaves_no_vote(mara: CheckingClient) -> None:
    address = make_poll(mara.app)
    sent = hidden_of(checked_page(mara, address, {"q1": "2"})) | {"act": "cast"}
    with mara.app.app_context():
        token = accounts.sign_in(make_person(MARA), NOW, 14)
        accounts.sign_out(token)
        db.session.commit()
    mara.sign_in(None)
    page = mara.post(f"{address}stimmzettel/", sent, status=401)
    assert "Anmelden" in page.main
    assert rows(mara.app) == []


def test_many_options_are_ranked_by_numbers(mara: CheckingClient) -> None:
    names = [f"Platz {number}" for number in range(1, 13)]
    address = make_poll(
        mara.app, steps.question(QuestionKind.RANK, "schulze", options=steps.options(*names))
    )
    code = vote(mara, address, {"q1-12": "1", "q1-3": "2"})
    assert opened_votes(mara.app) == [(code, [[12, 3]])]
