"""What happens to a poll, on both databases."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from participation.core.db import db
from participation.core.messages import ChangedMeanwhile, NotPermitted
from participation.journal.models import JournalEntry
from participation.permissions import VISITOR
from participation.polls import (
    board_job,
    counting_job,
    draft_rules,
    keeping_time,
    making,
    queries,
    rules,
    service,
    trial_opening,
)
from participation.polls.draft_rules import Gap
from participation.polls.models import (
    PollRoll,
)
from participation.polls.rules import CANCELLED_KEPT, PollKind, PollState
from tests.factories import FINGERPRINT_KEY, coordinator
from tests.people import ADA, AYLIN, JONAS, MARA, NOW, make_person
from tests.polls.steps import (
    CLOSES,
    DURING,
    OPENS,
    events,
    make_draft,
    make_open,
    make_voters,
    options,
    question,
    rows_of,
    sheet,
    vote,
    voter,
)

pytestmark = pytest.mark.usefixtures("session")


def test_draft_is_seen_by_the_office_only() -> None:
    poll = make_draft()
    assert queries.sheet(poll.slug, coordinator()) is poll
    assert queries.sheet(poll.slug, make_person(AYLIN).actor) is poll
    assert queries.sheet(poll.slug, make_person(MARA).actor) is None
    assert queries.sheet(poll.slug, VISITOR) is None
    assert queries.current(["de"]) == []


def test_form_that_is_sent_twice_makes_one_poll() -> None:
    kim = coordinator()
    first = making.create(kim, NOW, "one form", sheet())
    assert making.create(kim, NOW, "one form", sheet()).id == first.id
    other = making.create(kim, NOW, "another", sheet())
    assert other.slug.startswith(f"{first.slug}-")


def test_editor_who_did_not_see_the_newest_version_overwrites_nothing() -> None:
    poll = make_draft()
    seen = poll.version
    making.change(poll.id, coordinator(), NOW, sheet(question(text="Wann?")), seen_version=seen)
    with pytest.raises(ChangedMeanwhile):
        making.change(poll.id, coordinator(), NOW, sheet(), seen_version=seen)
    assert poll.questions[0].texts[0].text == "Wann?"


def test_draft_without_what_is_needed_cannot_be_announced() -> None:
    kim = coordinator()
    empty = sheet(
        question(options=options("Nur eine")),
        texts={"en": {"title": "No German"}},
        closes_at=OPENS,
    )
    poll = making.create(kim, NOW, "empty", empty)
    with pytest.raises(draft_rules.NotReady) as caught:
        service.announce(poll.id, kim, NOW, seen_version=poll.version)
    assert set(caught.value.gaps) == {Gap.TITLE, Gap.OPTIONS, Gap.DATES, Gap.KEY, Gap.TEST}
    assert poll.state is PollState.DRAFT


def test_sealed_poll_waits_for_every_pair_of_shares() -> None:
    poll = make_draft()
    public = poll.public_key
    poll.tests_passed, poll.test_opened_at = ["1+2", "1+3"], None
    assert service.gaps_of(poll, NOW) == [Gap.TEST]
    board_member = make_person(AYLIN).actor
    with pytest.raises(trial_opening.WordWrong):
        making.record_test(poll.id, board_member, NOW, "2+3", poll.test_words["1+2"])
    making.record_test(poll.id, board_member, NOW, "2+3", poll.test_words["2+3"].lower())
    assert service.gaps_of(poll, NOW) == []
    assert poll.public_key == public


def test_announced_poll_opens_and_closes_by_the_clock() -> None:
    poll = make_draft()
    service.announce(poll.id, coordinator(), NOW, seen_version=poll.version)
    keeping_time.keep_time(OPENS - timedelta(seconds=1))
    assert poll.state is PollState.ANNOUNCED
    keeping_time.keep_time(OPENS)
    assert poll.state is PollState.OPEN
    keeping_time.keep_time(CLOSES - timedelta(seconds=1))
    assert poll.state is PollState.OPEN
    keeping_time.keep_time(CLOSES)
    assert poll.state is PollState.CLOSED


_CHANGES: dict[str, Any] = {
    "change": lambda key, kim, v: making.change(key, kim, DURING, sheet(), seen_version=v),
    "set_listed": lambda key, kim, v: making.set_listed(key, kim, DURING, [], seen_version=v),
    "make_letters": lambda key, kim, v: making.make_letters(
        key, kim, DURING, 1, fingerprint_key=FINGERPRINT_KEY, seen_version=v
    ),
    "set_key": lambda key, kim, _v: making.set_key(key, kim, DURING, b"{}"),
    "add_picture": lambda key, kim, _v: making.add_picture(key, kim, DURING, 1, None, ""),  # type: ignore[arg-type]
    "record_test": lambda key, kim, _v: making.record_test(key, kim, DURING, "1+2", ""),
    "announce": lambda key, kim, v: service.announce(key, kim, DURING, seen_version=v),
    "take_back": lambda key, kim, v: service.take_back(key, kim, DURING, seen_version=v),
}


@pytest.mark.parametrize("act", _CHANGES)
def test_nothing_is_changed_after_the_first_vote(act: str) -> None:
    poll = make_open()
    vote(poll, make_voters(1)[0], 1)
    before = poll.definition, poll.text_hash, poll.version, poll.state
    with pytest.raises(rules.PollIsFrozen) as caught:
        _CHANGES[act](poll.id, coordinator(), poll.version)
    assert (caught.value.poll_id, caught.value.act) == (poll.id, act)
    assert int(caught.value.status) == 409
    assert (poll.definition, poll.text_hash, poll.version, poll.state) == before


def test_open_poll_without_votes_can_be_taken_back() -> None:
    poll = make_open()
    service.take_back(poll.id, coordinator(), DURING, seen_version=poll.version)
    assert (poll.state, poll.definition, poll.text_hash) == (PollState.DRAFT, None, "")


@pytest.mark.parametrize("kind", list(PollKind))
def test_cancelled_poll_says_why_and_forgets_the_votes(kind: PollKind) -> None:
    poll = make_open(kind=kind)
    [mara] = make_voters(1)
    vote(poll, mara, 1)
    kim = coordinator()
    with pytest.raises(rules.ReasonMissing):
        service.cancel(poll.id, kim, DURING, seen_version=poll.version, reason=" ")
    service.cancel(poll.id, kim, DURING, seen_version=poll.version, reason="Ein Fehler im Text.")
    kept = sa.select(PollRoll.choice, PollRoll.envelope, PollRoll.envelope_hash)
    assert [tuple(row) for row in db.session.execute(kept)] == [(None, None, None)]
    # Who voted stays known until the mails have gone.
    keeping_time.keep_time(DURING + CANCELLED_KEPT - timedelta(seconds=1))
    assert (poll.state, rows_of(PollRoll)) == (PollState.CANCELLED, 1)
    keeping_time.keep_time(DURING + CANCELLED_KEPT)
    assert (poll.state, rows_of(PollRoll)) == (PollState.CANCELLED, 0)
    assert poll.destroyed_at == DURING + CANCELLED_KEPT
    with pytest.raises(rules.NotNow):
        counting_job.material_of(poll.id)


def test_journal_does_not_say_who_votes_or_when() -> None:
    poll = make_open()
    mara, noah = make_voters(2)
    vote(poll, mara, 1)
    vote(poll, noah, 1)
    vote(poll, mara, 2)
    about = sa.select(JournalEntry).where(
        JournalEntry.actor_id.in_([mara.person_id, noah.person_id])
    )
    assert db.session.scalars(about).all() == []
    board_job.look_after(OPENS + timedelta(minutes=10))
    board_job.look_after(OPENS + timedelta(minutes=20))
    entry = events("poll:votes_arrived")[0]
    assert (entry.actor_id, entry.facts) == (None, {})
    assert sorted(board_job.take_arrivals(poll.id)) == sorted([mara.person_id, noah.person_id])
    assert board_job.take_arrivals(poll.id) == []


@pytest.mark.parametrize("persona", [MARA, JONAS, AYLIN, ADA])
def test_only_the_office_makes_polls(persona: Any) -> None:
    poll = make_draft()
    actor = make_person(persona).actor
    with pytest.raises(NotPermitted):
        making.create(actor, NOW, "key", sheet())
    with pytest.raises(NotPermitted):
        making.change(poll.id, actor, NOW, sheet(), seen_version=poll.version)
    with pytest.raises(NotPermitted):
        service.announce(poll.id, actor, NOW, seen_version=poll.version)


def test_sheet_names_no_picture_of_others() -> None:
    poll = make_draft(question(options=options("A", "B", file_id=1)))
    assert {option.file_id for option in poll.questions[0].options} == {None}


def test_who_is_not_on_the_list_has_not_voted() -> None:
    poll = make_open()
    [mara] = make_voters(1)
    assert queries.own_vote(poll.id, mara.person_id) == (False, None)
    vote(poll, voter(mara.person_id or 0), 1)
    has_voted, hashed = queries.own_vote(poll.id, mara.person_id)
    assert has_voted and hashed and queries.on_board(poll.id, hashed) is None
