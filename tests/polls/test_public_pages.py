"""What everybody sees of polls: list, sheet, board, feed, pictures, results, the file."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from participation.core import clock
from participation.core.db import db
from participation.files.intake import prepare
from participation.files.rules import IMAGES
from participation.polls import board_job, making, sealing, service
from participation.polls.models import Poll, PollOption
from participation.polls.rules import Eligible, PollKind, QuestionKind
from tests.checking_client import CheckingClient, parse, words_of
from tests.factories import coordinator, make_project
from tests.files.uploads import picture
from tests.people import KIM, MARA, NOW
from tests.polls import steps
from tests.polls.pages import FILLED, OPEN_NOW, address_of, every_kind, make_poll, vote

_LIST = "/de/abstimmungen/"


def make_counted(*questions: Any, votes: int = 3, **values: Any) -> tuple[str, list[str]]:
    """A counted poll: its address, and the check codes of its voters; call it inside a context."""
    poll = steps.make_open(*questions, **OPEN_NOW | values)
    codes = [
        steps.vote(poll, voter, number % 3 + 1 if number else 2, now=NOW)
        for number, voter in enumerate(steps.make_voters(votes))
    ]
    steps.end(poll)
    db.session.commit()
    return address_of(poll), codes


def test_visitor_finds_polls_by_what_can_be_done_with_them(client: CheckingClient) -> None:
    with client.app.app_context():
        for title, values in {
            "Läuft": OPEN_NOW,
            "Kommt": {"opens_at": NOW + timedelta(days=2)},
        }.items():
            draft = steps.make_draft(texts={"de": {"title": title}}, **values)
            service.announce(draft.id, coordinator(), NOW, seen_version=draft.version)
        steps.keeping_time.keep_time(NOW)
        make_counted(texts={"de": {"title": "Fertig"}})
        steps.make_draft(texts={"de": {"title": "Entwurf"}})
        db.session.commit()
    page = client.get(_LIST)
    main = page.main
    order = ["Jetzt abstimmen", "Läuft", "Frühere Abstimmungen"]
    places = [main.index(words) for words in order]
    assert places == sorted(places)
    assert "Entwurf" not in main
    assert "Abstimmungen" in page.text


def test_visitor_is_told_when_there_are_no_polls(client: CheckingClient) -> None:
    page = client.get(_LIST)
    assert "Zurzeit läuft keine Abstimmung." in page.main
    assert "Es gab noch keine Abstimmung." in page.main


def test_visitor_turns_the_pages_of_past_polls(client: CheckingClient) -> None:
    with client.app.app_context():
        for number in range(12):
            title = {"de": {"title": f"Abgebrochen {number}"}}
            poll = steps.make_open(kind=PollKind.OPEN, texts=title, **OPEN_NOW)
            service.cancel(
                poll.id, coordinator(), NOW, seen_version=poll.version, reason="Ein Fehler."
            )
        db.session.commit()
    first = client.get(_LIST)
    later = next(one.get("href") for one in parse(first.html).iter("a") if one.get("rel") == "next")
    second = client.get(str(later))
    titles = [words_of(e) for page in (first, second) for e in parse(page.html).iter("h3")]
    assert sorted(titles) == sorted(f"Abgebrochen {number}" for number in range(12))
    assert "Jetzt abstimmen" not in second.main


def test_visitor_turns_the_pages_of_polls_that_run(client: CheckingClient) -> None:
    with client.app.app_context():
        for number in range(15):
            title = {"de": {"title": f"Läuft {number}"}}
            steps.make_open(kind=PollKind.OPEN, texts=title, **OPEN_NOW)
        db.session.commit()
    pages = [client.get(_LIST), client.get(f"{_LIST}?laufend=2")]
    assert f"{_LIST}?laufend=2" in pages[0].html
    titles = [words_of(e) for page in pages for e in parse(page.html).iter("h3")]
    assert sorted(titles) == sorted(f"Läuft {number}" for number in range(15))


def test_feed_tells_of_polls_and_never_of_drafts(client: CheckingClient) -> None:
    make_poll(client.app, texts={"de": {"title": "Wohin damit?"}})
    with client.app.app_context():
        steps.make_draft(texts={"de": {"title": "Entwurf"}})
        db.session.commit()
    feed = client.get("/de/abstimmungen/feed.atom")
    assert feed.response.mimetype == "application/atom+xml"
    assert "Wohin damit?" in feed.html
    assert "Entwurf" not in feed.html


def test_start_page_and_project_sheet_lead_to_an_open_poll(client: CheckingClient) -> None:
    with client.app.app_context():
        project = make_project("sp-gleisberg")
        db.session.commit()
        project_id = project.id
    address = make_poll(client.app, project_id=project_id)
    for path in ("/de/", "/de/vorhaben/sp-gleisberg/"):
        assert f'href="{address}"' in client.get(path).html
    assert "/de/vorhaben/sp-gleisberg/" in client.get(address).html
    with clock.stopped_at(steps.CLOSES):
        assert f'href="{address}"' not in client.get("/de/").html


def test_sheet_says_what_who_until_when_and_what_it_does_not_protect_from(
    client: CheckingClient,
) -> None:
    sealed = client.get(make_poll(client.app, *every_kind(), min_age=14)).main
    for words in ("Überhaupt?", "ab 14 Jahren", "24. März 2026", "Es bindet ihn nicht.",
                  "versiegelten Umschlag", "Wovor das nicht schützt", "Noch steht nichts auf der Tafel.",
                  "30.000 €", "bis zu 2 Antworten"):  # fmt: skip
        assert words in sealed
    opened = client.get(make_poll(client.app, kind=PollKind.OPEN)).main
    assert "Sie bekommen keinen Prüfcode." in opened
    assert "Tafel" not in opened


def test_turnout_and_result_are_nowhere_before_the_votes_are_counted(
    client: CheckingClient,
) -> None:
    app = client.app
    with app.app_context():
        poll = steps.make_open(kind=PollKind.OPEN, **OPEN_NOW)
        for voter in steps.make_voters(4321 % 10):
            steps.vote(poll, voter, 2, now=NOW)
        db.session.commit()
        address = address_of(poll)
    for moment in (NOW, steps.AFTER):
        with clock.stopped_at(moment), app.app_context():
            steps.keeping_time.keep_time(moment)
            db.session.commit()
            assert "Noch kein Ergebnis" in client.get(f"{address}ergebnis/").main
            client.get(f"{address}ergebnis/stimmzettel/", status=404)
            client.post(f"{address}ergebnis/stimmzettel/", {"code": "AAAA-AAAA-AAAA-AAAA"}, 404)
            client.get(address.rstrip("/") + "/ergebnis.json", status=404)
            assert "Abgegebene Stimmen" not in client.get(address).main
    with app.app_context():
        steps.count(db.session.query(Poll).one())
        db.session.commit()
    assert "Abgegebene Stimmen1" in client.get(address).main
    assert "Gewählt: Volkspark" in client.get(f"{address}ergebnis/").main


def test_board_shows_hashes_and_signed_heads_page_by_page(client: CheckingClient) -> None:
    with client.app.app_context():
        poll = steps.make_open(**OPEN_NOW)
        for voter in steps.make_voters(120):
            steps.vote(poll, voter, 1, now=NOW)
        board_job.publish_batch(poll, NOW)
        db.session.commit()
        address = address_of(poll)
        newest = steps.counting_job.final_hashes(poll.id)
    page = client.get(f"{address}tafel/")
    assert newest[0] in page.main
    assert newest[-1] not in page.main
    later = next(one.get("href") for one in parse(page.html).iter("a") if one.get("rel") == "next")
    assert newest[-1] in client.get(str(later)).main
    assert "120:" in client.get(address).main
    client.get(f"{make_poll(client.app, kind=PollKind.OPEN)}tafel/", status=404)


def test_visitor_reads_a_result_with_bars_table_and_steps(client: CheckingClient) -> None:
    with client.app.app_context():
        address, _codes = make_counted(votes=4)
    page = client.get(f"{address}ergebnis/")
    assert "4 Menschen haben abgestimmt." in page.main
    assert "Gewählt: Volkspark" in page.main
    assert 'width="100.0%"' in page.html
    assert "Stimmzettel: 4. Gezählt: 4. Leer: 0. Ungültig: 0." in page.main
    assert "So wurde gezählt" in page.main
    assert "Es zählen also 4." in page.main
    assert "Einspruch bis 7. April 2026" in page.main


def test_result_of_every_kind_of_question_can_be_read(client: CheckingClient) -> None:
    address = make_poll(client.app, *every_kind())
    code = vote(client.sign_in(MARA), address, FILLED)
    with client.app.app_context():
        steps.end(db.session.query(Poll).one())
        db.session.commit()
    search = f"{address}ergebnis/stimmzettel/"
    page = client.sign_in(None).post(search, {"code": code.lower()}, 200)
    for words in (every_kind()[6].texts["de"]["text"], "wurde gezählt.", "5 von 5 Punkten"):
        assert words in page.main
    for number, question in enumerate(every_kind(), 1):
        page = client.get(f"{address}ergebnis/?frage={number}")
        assert f"Frage {number}: {question.texts['de']['text']} Gewählt:" in page.main
    assert "Enthaltung" in client.get(f"{address}ergebnis/?frage=5").main
    for wrong in ("0", "8", "-1", "x", "9" * 50, ""):
        assert "Frage 1: Wohin? Gewählt:" in client.get(f"{address}ergebnis/?frage={wrong}").main
    assert client.get(f"{address.replace('/de/', '/en/')}ergebnis/")


def test_turnout_is_a_share_where_the_office_knows_who_may_vote(client: CheckingClient) -> None:
    with client.app.app_context():
        poll = steps.make_draft(eligible=Eligible.LISTED, **OPEN_NOW)
        mails = [MARA.email, "a@example.org", "b@example.org"]
        making.set_listed(poll.id, coordinator(), NOW, mails, seen_version=poll.version)
        service.announce(poll.id, coordinator(), NOW, seen_version=poll.version)
        steps.keeping_time.keep_time(NOW)
        db.session.commit()
        address = address_of(poll)
    vote(client.sign_in(MARA), address, {"q1": "1"})
    with client.app.app_context():
        steps.end(db.session.query(Poll).one())
        db.session.commit()
    assert "1 von 3 Menschen, die durften," in client.get(f"{address}ergebnis/").main


def test_voter_finds_the_own_ballot_and_others_find_nothing(client: CheckingClient) -> None:
    with client.app.app_context():
        address, codes = make_counted()
    search = f"{address}ergebnis/stimmzettel/"
    assert search in client.get(f"{address}ergebnis/").html
    page = client.post(search, {"code": codes[0].replace("-", "").lower()}, 200)
    assert "Dieser Stimmzettel wurde gezählt." in page.main
    assert " ".join(codes[0].split("-")) in page.main
    assert page.response.headers["Cache-Control"] == "no-store"
    for typed in ("AAAA-AAAA-AAAA-AAAA", "x", "' OR 1=1 --", "%", codes[0][:-1], "🏛" * 500):
        page = client.post(search, {"code": typed}, 200)
        assert "Diesen Prüfcode gibt es in der Liste nicht." in page.main
    assert "Bitte geben Sie Ihren Prüfcode ein." in client.post(search, {"code": ""}, 422).main


def test_code_in_an_address_finds_nothing(client: CheckingClient) -> None:
    """Addresses stay in histories and logs; nobody shall get used to them."""
    with client.app.app_context():
        address, codes = make_counted()
    for page in ("", "stimmzettel/"):
        assert codes[0] not in client.get(f"{address}ergebnis/{page}?code={codes[0]}").main


def test_anyone_checks_the_file_with_the_program_of_the_page(
    client: CheckingClient, tmp_path: Path
) -> None:
    with client.app.app_context():
        address, codes = make_counted()
    answer = client.get(f"{address}ergebnis.json").response
    assert answer.mimetype == "application/json"
    assert codes[0] in answer.text
    program = client.get("/de/abstimmungen/abstimmung_pruefen.py").response
    (tmp_path / "pruefen.py").write_bytes(program.data)
    (tmp_path / "file.json").write_bytes(answer.data)
    command = [sys.executable, "-I", "pruefen.py", "file.json"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr) == (0, "")
    broken = json.loads(answer.text)
    broken["voters"] += 1
    (tmp_path / "file.json").write_text(json.dumps(broken))
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 1
    etag = answer.headers["ETag"]
    client.get(f"{address}ergebnis.json", status=304, headers={"If-None-Match": etag})


def test_tie_and_how_it_was_broken_stand_on_the_page(client: CheckingClient) -> None:
    with client.app.app_context():
        poll = steps.make_open(**OPEN_NOW)
        for number, voter in enumerate(steps.make_voters(2)):
            steps.vote(poll, voter, number + 1, now=NOW)
        steps.end(poll)
        db.session.commit()
        address = address_of(poll)
    main = client.get(f"{address}ergebnis/").main
    assert "Das Los entscheidet." in main
    assert "Das Los kommt aus der letzten Prüfsumme der Tafel." in main


def test_picture_of_an_option_is_shown_with_words_and_belongs_to_its_poll_only(
    client: CheckingClient,
) -> None:
    with client.app.app_context():
        poll = steps.make_draft(**OPEN_NOW)
        option = db.session.scalars(sa.select(PollOption).order_by(PollOption.number)).first()
        assert option is not None
        prepared = prepare(_stream(picture()), "platz.jpg", 10**7, IMAGES)
        poll = making.add_picture(
            poll.id, coordinator(), NOW, option.id, prepared, "Der Platz mit der Linde"
        )
        db.session.commit()
        draft = address_of(poll)
        key = option.file_id
    path = f"{draft}bilder/{key}/platz.jpg"
    client.get(path, status=404)
    assert client.sign_in(KIM).browser.get(path).status_code == 200
    with client.app.app_context():
        poll = db.session.query(Poll).one()
        service.announce(poll.id, coordinator(), NOW, seen_version=poll.version)
        steps.keeping_time.keep_time(NOW)
        db.session.commit()
    assert client.sign_in(None).browser.get(path).mimetype == "image/jpeg"
    assert 'alt="Der Platz mit der Linde"' in client.get(draft).html
    assert 'alt="Der Platz mit der Linde"' in client.sign_in(MARA).get(f"{draft}stimmzettel/").html
    other = make_poll(client.app)
    client.get(f"{other}bilder/{key}/platz.jpg", status=404)
    client.get(f"{draft}bilder/{key}/anders.jpg", status=404)


def _stream(data: bytes) -> Any:
    from io import BytesIO

    return BytesIO(data)


def test_result_of_a_poll_in_other_languages_names_the_options_in_them(
    client: CheckingClient,
) -> None:
    names = {"Marktplatz": "Market square", "Volkspark": "Park"}
    options = tuple(
        making.OptionSheet({"de": {"name": german}, "en": {"name": english}})
        for german, english in names.items()
    )
    asked = making.QuestionSheet(
        QuestionKind.ONE, "plurality", {"de": {"text": "Wohin?"}, "en": {"text": "Where?"}}, options
    )
    with client.app.app_context():
        poll = steps.make_open(asked, **OPEN_NOW)
        steps.vote(poll, steps.make_voters(1)[0], 1, now=NOW, code=sealing.new_code())
        steps.end(poll)
        db.session.commit()
        address = address_of(poll).replace("/de/", "/en/")
    page = client.get(f"{address}ergebnis/")
    assert "Market square" in page.main
    assert "Where?" in page.main


@pytest.mark.parametrize("path", ["", "ergebnis/", "tafel/", "code/"])
def test_poll_that_does_not_exist_is_not_found(client: CheckingClient, path: str) -> None:
    client.get(f"/de/abstimmungen/gibt-es-nicht/{path}", status=404)


def test_long_count_is_read_page_by_page_and_no_page_is_heavy(client: CheckingClient) -> None:
    names = [f"Ein Vorschlag, der etwas länger heißt, mit der Nummer {n}" for n in range(40)]
    asked = steps.question(QuestionKind.RANK, "irv", options=steps.options(*names))
    with client.app.app_context():
        poll = steps.make_open(asked, **OPEN_NOW)
        for number, voter in enumerate(steps.make_voters(40)):
            order = [(number + place) % 40 + 1 for place in range(40)]
            steps.vote(poll, voter, order, now=NOW)
        steps.end(poll)
        db.session.commit()
        address = address_of(poll)
    page = client.get(f"{address}ergebnis/")
    assert "Seite 1 von" in page.main
    assert page.html.count('<svg class="bar"') == 12
    later = next(one.get("href") for one in parse(page.html).iter("a") if one.get("rel") == "next")
    assert "Runde" in client.get(str(later)).main
