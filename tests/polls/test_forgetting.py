"""What becomes of votes when an account goes, and the record of what was refused."""

import pytest
import sqlalchemy as sa
from flask import Flask

from participation.core.db import db
from participation.journal.models import JournalEntry
from participation.polls import forgetting, keeping_time, making, queries, refusals, rules, service
from participation.polls.models import Poll, PollCode, PollEntitled, PollRoll
from participation.polls.rules import Eligible, PollIsFrozen, PollKind
from tests.factories import FINGERPRINT_KEY, coordinator
from tests.people import NOW
from tests.polls.steps import (
    CLOSES,
    DURING,
    count,
    end,
    make_draft,
    make_open,
    make_voters,
    sheet,
    vote,
)


def rolls() -> list[int | None]:
    return list(db.session.scalars(sa.select(PollRoll.person_id).order_by(PollRoll.person_id)))


@pytest.mark.usefixtures("session")
def test_who_goes_while_people_vote_takes_the_vote_along() -> None:
    poll = make_open()
    mara, noah = make_voters(2)
    vote(poll, mara, 1)
    vote(poll, noah, 2)
    forgetting.forget(mara.person_id or 0)
    assert rolls() == [noah.person_id]
    end(poll)
    found = queries.result(poll)
    assert poll.voters == 1 and found is not None
    assert found.results[0]["totals"]["Marktplatz"] == "0"


@pytest.mark.usefixtures("session")
@pytest.mark.parametrize("kind", list(PollKind))
def test_vote_of_who_goes_after_the_end_still_counts(kind: PollKind) -> None:
    poll = make_open(kind=kind)
    mara, noah = make_voters(2)
    vote(poll, mara, 1)
    vote(poll, noah, 1)
    keeping_time.keep_time(CLOSES)
    forgetting.forget(mara.person_id or 0)
    assert set(rolls()) == {None, noah.person_id}
    count(poll)
    found = queries.result(poll)
    assert poll.voters == 2 and found is not None
    assert found.results[0]["totals"]["Marktplatz"] == "2"


@pytest.mark.usefixtures("session")
def test_poll_somebody_left_is_not_taken_back() -> None:
    # The hash of the vote may have been on the board: its definition has to stay.
    poll = make_open()
    [mara] = make_voters(1)
    vote(poll, mara, 1)
    keeping_time.keep_time(DURING)
    forgetting.forget(mara.person_id or 0)
    with pytest.raises(PollIsFrozen):
        service.take_back(poll.id, coordinator(), DURING, seen_version=poll.version)


def frozen_poll(app: Flask) -> tuple[int, int]:
    with app.app_context():
        poll = make_open()
        vote(poll, make_voters(1)[0], 1)
        db.session.commit()
        return poll.id, coordinator().person_id or 0


def refused(app: Flask) -> list[JournalEntry]:
    with app.app_context():
        found = sa.select(JournalEntry).where(JournalEntry.event == "poll:change_refused")
        return list(db.session.scalars(found))


def test_attempt_to_change_an_open_poll_is_refused_with_409_and_recorded(app: Flask) -> None:
    key, kim = frozen_poll(app)
    with app.test_request_context("/de/", method="POST"):
        app.preprocess_request()
        with pytest.raises(PollIsFrozen) as caught:
            making.change(key, coordinator(), DURING, sheet(), seen_version=1)
        page = app.make_response(app.handle_user_exception(caught.value))
    assert page.status_code == 409
    assert "läuft schon" in page.get_data(as_text=True)
    [entry] = refused(app)
    assert (entry.subject, entry.subject_id, entry.actor_id) == ("poll", key, kim)
    assert entry.facts == {"act": "change"}


def test_record_of_a_refusal_keeps_nothing_else_of_the_act(app: Flask) -> None:
    key, _ = frozen_poll(app)
    with app.app_context():
        db.session.get_one(Poll, key).slug = "written-before-it-was-refused"
        db.session.flush()
        refusals.keep(PollIsFrozen(key, coordinator(), "change"), DURING)
        db.session.commit()
        assert db.session.get_one(Poll, key).slug == "wohin-mit-dem-brunnen"
    assert len(refused(app)) == 1
    assert rules.PollIsFrozen.status == 409


@pytest.mark.usefixtures("session")
def test_list_and_codes_that_nobody_votes_with_go_when_the_poll_is_announced() -> None:
    poll = make_draft(kind=PollKind.OPEN, eligible=Eligible.LISTED)
    kim = coordinator()
    making.set_listed(poll.id, kim, NOW, ["mara@example.org"], seen_version=poll.version)
    letters = sheet(kind=PollKind.OPEN, eligible=Eligible.LETTER)
    making.change(poll.id, kim, NOW, letters, seen_version=poll.version)
    making.make_letters(
        poll.id, kim, NOW, 3, fingerprint_key=FINGERPRINT_KEY, seen_version=poll.version
    )
    everybody = sheet(kind=PollKind.OPEN)
    making.change(poll.id, kim, NOW, everybody, seen_version=poll.version)
    service.announce(poll.id, kim, NOW, seen_version=poll.version)
    for table in (PollEntitled, PollCode):
        assert db.session.scalars(sa.select(table)).all() == []
