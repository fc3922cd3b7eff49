"""Who looks for a poll finds it from the day it is announced, in the words of its questions too."""

import pytest
from sqlalchemy.orm import Session

from participation import reindex
from participation.core.db import db
from participation.polls import service
from participation.polls.rules import Eligible, PollKind
from tests.checking_client import CheckingClient
from tests.factories import coordinator
from tests.people import NOW
from tests.polls import steps
from tests.search.corpus import hits

_TEXTS = {
    "de": {"title": "Wohin mit dem Brunnen?", "introduction": "Es geht um Trinkwasser."},
    "en": {"title": "Where shall the fountain be?"},
}


def announced(**values: object) -> int:
    poll = steps.make_draft(kind=PollKind.OPEN, texts=_TEXTS, **values)
    service.announce(poll.id, coordinator(), NOW, seen_version=poll.version)
    return poll.id


def test_draft_is_not_found_and_an_announced_poll_is_by_title_question_and_answer(
    session: Session,
) -> None:
    draft = steps.make_draft(kind=PollKind.OPEN, texts=_TEXTS)
    assert hits("Brunnen") == []
    service.announce(draft.id, coordinator(), NOW, seen_version=draft.version)
    for words in ("Brunnen", "Trinkwasser", "fountain", "Volkspark"):
        assert hits(words) == [draft.id], words
    service.take_back(draft.id, coordinator(), NOW, seen_version=draft.version)
    assert hits("Brunnen") == []


def test_poll_that_is_over_or_cancelled_is_still_found(session: Session) -> None:
    cancelled = announced()
    service.cancel(cancelled, coordinator(), NOW, seen_version=2, reason="Kein Platz.")
    poll = steps.make_open(kind=PollKind.OPEN)
    steps.end(poll)
    assert set(hits("Brunnen")) == {cancelled, poll.id}


def test_nothing_differs_from_a_rebuilt_index(session: Session) -> None:
    reindex.rebuild()  # the city's pages, which no act changes
    announced()
    steps.make_draft(kind=PollKind.OPEN, eligible=Eligible.LISTED)
    steps.end(steps.make_open(kind=PollKind.OPEN))
    assert not reindex.rebuild()


@pytest.mark.parametrize("language", ["de", "de-simple", "en"])
def test_reader_is_led_to_the_poll(client: CheckingClient, language: str) -> None:
    with client.app.app_context():
        steps.make_open_now(kind=PollKind.OPEN, texts=_TEXTS)
        db.session.commit()
    words = "fountain" if language == "en" else "Brunnen"
    page = client.get(f"/{language}/suche/?q={words}&art=abstimmungen")
    assert f"/{language}/abstimmungen/wohin-mit-dem-brunnen/" in page.html
