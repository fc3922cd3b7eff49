"""The ceremony of sealed polls through HTTP: key, test, envelopes, votes, and who may do what."""

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from participation.core import clock
from participation.core.db import db
from participation.journal.models import JournalEntry
from participation.polls import keeping_time, keys, making, opening, trial_opening, verifying
from participation.polls.canonical import lines_of
from participation.polls.models import Poll, PollBallot, PollRecord
from participation.polls.rules import PollKind, PollState
from tests.checking_client import CheckingClient, Page
from tests.factories import coordinator
from tests.people import ADA, AYLIN, JONAS, KIM, MARA, NOAH, NOW
from tests.polls.steps import (
    AFTER,
    KEY,
    OBJECTION,
    SHARES,
    make_draft,
    make_open,
    make_voters,
    opened,
    sheet,
    vote,
)

_SLUG = "wohin-mit-dem-brunnen"
_AT = f"/de/beirat/abstimmungen/{_SLUG}/"


def send(client: CheckingClient, path: str, name: str, data: bytes, status: int = 303) -> Page:
    """Upload a file."""
    return client.post(path, {name: (io.BytesIO(data), "datei.json")}, status)


def public_file(key: keys.Key = KEY, mode: keys.Mode = keys.Mode.SHARES) -> bytes:
    return lines_of(keys.public_document(key, mode))


def draft(client: CheckingClient, **values: Any) -> None:
    """A sealed poll without a key."""
    with client.app.app_context():
        making.create(coordinator(), NOW, "form", sheet(**values))
        db.session.commit()


def closed(client: CheckingClient, votes: int = 3, *, until: Any = AFTER) -> None:
    """A sealed poll that is over; the clock is moved by each test."""
    with client.app.app_context():
        poll = make_open()
        for number, actor in enumerate(make_voters(votes)):
            vote(poll, actor, number % 2 + 1)
        keeping_time.keep_time(until)
        db.session.commit()


def state(client: CheckingClient) -> PollState:
    with client.app.app_context():
        return db.session.scalars(sa.select(Poll.state).where(Poll.slug == _SLUG)).one()


def words_of(trial: bytes, key_of: Callable[[str], bytes]) -> dict[str, str]:
    """Open the test envelopes: the word of each pair."""
    file = trial_opening.read_trial_file(trial)
    return {pair: trial_opening.open_trial(file, pair, key_of(pair)) for pair in file.envelopes}


def of_shares(pair: str) -> bytes:
    first, second = (SHARES[int(number) - 1] for number in pair.split("+"))
    return keys.combine(first, second).private_key


def test_key_is_given_tested_with_every_pair_and_then_nothing_is_missing(
    client: CheckingClient,
) -> None:
    draft(client)
    client.sign_in(KIM)
    assert "Schlüssel machen" in client.get("/de/beirat/abstimmungen/").main
    page = client.get(_AT)
    assert "participation poll keygen schluessel --title 'Wohin mit dem Brunnen?'" in page.main
    client.get(f"{_AT}test-umschlag.json", 409)
    page = client.get(send(client, f"{_AT}schluessel/", "key-file", public_file()).location)
    assert keys.fingerprint(KEY.public_key) in page.main
    client.sign_in(AYLIN)
    trial = client.get(f"{_AT}test-umschlag.json").response
    assert "no-store" in trial.headers["Cache-Control"]
    words = words_of(trial.data, of_shares)
    assert set(words) == {"1+2", "1+3", "2+3"}
    wrong = client.post(f"{_AT}test/1-2/", {"test0-word": words["1+3"]}, 400)
    assert "Bitte prüfen Sie jedes Zeichen" in wrong.main
    assert wrong.value("test0-word") == words["1+3"]
    client.post(f"{_AT}test/1-2/", {"test0-word": ""}, 422)
    for number, (pair, word) in enumerate(words.items()):
        path = f"{_AT}test/{pair.replace('+', '-')}/"
        typed = {f"test{number}-word": f" {word.lower()} "}
        page = client.get(client.post(path, typed).location)
        assert "Das Wort stimmt." in page.main
    client.get(f"{_AT}anleitung/")
    assert "Fertig zum Ankündigen" in client.get("/de/beirat/abstimmungen/").main
    assert "Nichts mehr." in client.sign_in(KIM).get("/de/verwaltung/abstimmungen/1/").main


def test_simple_mode_has_one_file_and_one_word(client: CheckingClient) -> None:
    draft(client)
    key = keys.new_key("Einfach")
    data = public_file(key, keys.Mode.SIMPLE)
    send(client.sign_in(KIM), f"{_AT}schluessel/", "key-file", data)
    trial = client.get(f"{_AT}test-umschlag.json").response.data
    words = words_of(trial, lambda _pair: key.private_key)
    client.post(f"{_AT}test/1-2/", {"test0-word": words["key"]}, 409)
    client.post(f"{_AT}test/key/", {"test0-word": words["key"]})
    assert "Nichts mehr." in client.get("/de/verwaltung/abstimmungen/1/").main


def test_share_that_is_uploaded_by_mistake_is_refused_with_a_warning(
    client: CheckingClient,
) -> None:
    draft(client)
    client.sign_in(KIM)
    for secret in (keys.share_document(SHARES[0]), keys.key_document(KEY)):
        page = send(client, f"{_AT}schluessel/", "key-file", lines_of(secret), 422)
        assert "Er darf nie zur Stadt" in page.main
    for bad in (b"", b"{}", b"\xff\xfe", b"[" * 100_000, public_file()[:-9], b"x" * 70_000):
        assert send(client, f"{_AT}schluessel/", "key-file", bad, 400)
    damaged = public_file().replace(KEY.public_key[:8].encode(), b"00000000")
    assert "beschädigt" in send(client, f"{_AT}schluessel/", "key-file", damaged, 400).main
    client.post(f"{_AT}schluessel/", {}, 422)
    with client.app.app_context():
        assert db.session.scalars(sa.select(Poll.public_key)).one() == ""


def test_another_key_has_to_be_tested_again(client: CheckingClient) -> None:
    with client.app.app_context():
        make_draft()
        db.session.commit()
    other = public_file(keys.new_key("Anderer"))
    send(client.sign_in(KIM), f"{_AT}schluessel/", "key-file", other)
    assert "Die Test-Umschläge sind noch nicht" in client.get("/de/verwaltung/abstimmungen/1/").main


def test_envelopes_are_opened_brought_back_counted_and_published(client: CheckingClient) -> None:
    closed(client)
    with clock.stopped_at(AFTER):
        page = client.sign_in(AYLIN).get(_AT)
        assert "Umschläge öffnen" in client.get("/de/beirat/abstimmungen/").main
        assert "participation poll open umschlaege-" in page.main
        assert "Stand der Tafel" in page.main
        envelopes = client.get(f"{_AT}umschlaege.json").response
        assert "no-store" in envelopes.headers["Cache-Control"]
        brought = opened(envelopes.data)
        page = client.get(send(client, f"{_AT}stimmen/", "votes-file", brought).location)
        assert "Ausgezählt und veröffentlicht" in page.main
        # Once more, and the envelopes: too late.
        send(client, f"{_AT}stimmen/", "votes-file", brought, 409)
        client.get(f"{_AT}umschlaege.json", 409)
    assert state(client) is PollState.PUBLISHED
    with client.app.app_context():
        data = db.session.scalars(sa.select(PollRecord.data)).one()
        assert not verifying.verify(json.loads(data)).faults
        assert len(db.session.scalars(sa.select(PollBallot)).all()) == 3


def _add(ballots: dict[str, Any]) -> None:
    ballots["ballots"].append(["ZZZZ-ZZZZ-ZZZZ-ZZZZ", [1]])


def _remove(ballots: dict[str, Any]) -> None:
    ballots["ballots"].pop()


def _double(ballots: dict[str, Any]) -> None:
    ballots["ballots"].insert(0, ballots["ballots"][0])


def _doubled_instead(ballots: dict[str, Any]) -> None:
    ballots["ballots"][1] = ballots["ballots"][0]


def _unsorted(ballots: dict[str, Any]) -> None:
    ballots["ballots"].reverse()


def _more_answers(ballots: dict[str, Any]) -> None:
    ballots["ballots"][0][1].append(1)


def _lost(ballots: dict[str, Any]) -> None:
    ballots["ballots"].pop()
    ballots["unreadable"] = [["0" * 64, "Der Umschlag lässt sich nicht öffnen."]]


def _other_poll(ballots: dict[str, Any]) -> None:
    ballots["text_hash"] = "0" * 64


@pytest.mark.parametrize(
    "spoil",
    [_add, _remove, _double, _doubled_instead, _unsorted, _more_answers, _lost, _other_poll],
)
def test_file_of_votes_that_was_tampered_with_is_refused_and_told(
    client: CheckingClient, spoil: Callable[[dict[str, Any]], None]
) -> None:
    closed(client)
    with clock.stopped_at(AFTER):
        client.sign_in(AYLIN)
        ballots = json.loads(opened(client.get(f"{_AT}umschlaege.json").response.data))
        spoil(ballots)
        page = send(client, f"{_AT}stimmen/", "votes-file", lines_of(ballots), 422)
        assert "Es wurde nichts gespeichert." in page.main
    assert state(client) is PollState.CLOSED
    with client.app.app_context():
        assert not db.session.scalars(sa.select(PollBallot)).all()


def test_envelopes_or_votes_of_another_poll_and_rubbish_are_refused(
    client: CheckingClient,
) -> None:
    closed(client)
    with client.app.app_context():
        slug = make_draft(texts={"de": {"title": "Eine andere"}}).slug
        db.session.commit()
    with clock.stopped_at(AFTER):
        client.sign_in(AYLIN)
        envelopes = client.get(f"{_AT}umschlaege.json").response.data
        client.get(f"/de/beirat/abstimmungen/{slug}/umschlaege.json", 409)
        for bad in (envelopes, b"", b"{}", b"\x00\xff", b"null", b"[" * 50_000):
            send(client, f"{_AT}stimmen/", "votes-file", bad, 422)
        none = opening.ballots_file(opening.Opened("0" * 64, "0" * 64, ()))
        page = send(client, f"{_AT}stimmen/", "votes-file", none, 422)
        assert "gehören nicht zu den Umschlägen dieser Abstimmung" in page.main
        client.post(f"{_AT}stimmen/", {}, 422)
    assert state(client) is PollState.CLOSED


def test_envelopes_do_not_leave_before_the_end(client: CheckingClient) -> None:
    with client.app.app_context():
        poll = make_open()
        for actor in make_voters(2):
            vote(poll, actor, 1)
        db.session.commit()
    client.sign_in(AYLIN).get(f"{_AT}umschlaege.json", 409)
    send(client, f"{_AT}stimmen/", "votes-file", b"{}", 409)


def test_destroyed_shares_are_confirmed_once_each_when_the_envelopes_are_gone(
    client: CheckingClient,
) -> None:
    closed(client)
    client.sign_in(AYLIN).post(f"{_AT}vernichtet/1/", {}, 409)
    with clock.stopped_at(AFTER):
        client.sign_in(AYLIN)
        brought = opened(client.get(f"{_AT}umschlaege.json").response.data)
        send(client, f"{_AT}stimmen/", "votes-file", brought)
        client.post(f"{_AT}vernichtet/1/", {}, 409)
    with client.app.app_context():
        keeping_time.keep_time(OBJECTION)
        db.session.commit()
    with clock.stopped_at(OBJECTION):
        assert "Schlüssel vernichten" in client.sign_in(AYLIN).get("/de/beirat/abstimmungen/").main
        for share in ("1", "3", "3"):
            client.get(client.post(f"{_AT}vernichtet/{share}/").location)
        client.post(f"{_AT}vernichtet/key/", {}, 409)
        page = client.get(_AT)
        assert "Teil 2 ist vernichtet" in page.main
        assert "Teil 1 ist vernichtet" not in page.main
    with client.app.app_context():
        told = sa.select(JournalEntry.facts).where(JournalEntry.event == "poll:share_destroyed")
        facts = db.session.scalars(told.order_by(JournalEntry.id)).all()
        assert facts == [{"share": "1"}, {"share": "3"}]


def test_who_is_not_of_the_board_or_the_office_gets_nothing(client: CheckingClient) -> None:
    closed(client)
    with clock.stopped_at(AFTER):
        brought = opened(client.sign_in(AYLIN).get(f"{_AT}umschlaege.json").response.data)
        for persona in (JONAS, ADA, MARA, NOAH):
            client.sign_in(persona)
            for path in ("", "anleitung/", "umschlaege.json", "test-umschlag.json"):
                client.get(f"{_AT}{path}", 403)
            send(client, f"{_AT}stimmen/", "votes-file", brought, 403)
            client.post(f"{_AT}vernichtet/1/", {}, 403)
        client.sign_in(None).get(_AT, 303)
    assert state(client) is PollState.CLOSED


def test_board_member_cannot_give_or_change_the_key(client: CheckingClient) -> None:
    draft(client)
    send(client.sign_in(AYLIN), f"{_AT}schluessel/", "key-file", public_file(), 403)
    assert "Die Koordinierungsstelle lädt public.json hier hoch." in client.get(_AT).main


def test_open_poll_has_no_page_of_the_board(client: CheckingClient) -> None:
    with client.app.app_context():
        make_draft(kind=PollKind.OPEN)
        db.session.commit()
    client.sign_in(KIM).get(_AT, 404)
    client.get(f"{_AT}umschlaege.json", 404)
    assert "noch keine versiegelte" in client.get("/de/beirat/abstimmungen/").main


@pytest.mark.parametrize("tag", ["de-simple", "en"])
def test_pages_of_the_board_are_there_in_other_languages(client: CheckingClient, tag: str) -> None:
    closed(client)
    client.sign_in(AYLIN)
    for path in ("", f"{_SLUG}/", f"{_SLUG}/anleitung/"):
        client.get(f"/{tag}/beirat/abstimmungen/{path}")


def test_key_cannot_be_changed_after_the_first_vote(client: CheckingClient) -> None:
    closed(client)
    page = send(client.sign_in(KIM), f"{_AT}schluessel/", "key-file", public_file(), 409)
    assert "Der Versuch steht im Protokoll" in page.main
    with client.app.app_context():
        last = sa.select(JournalEntry.event).order_by(JournalEntry.id.desc()).limit(1)
        assert db.session.scalars(last).one() == "poll:change_refused"
