"""Polls for tests, made and voted in through the services."""

from collections.abc import Iterable
from datetime import timedelta
from io import BytesIO
from typing import Any

import sqlalchemy as sa

from participation.accounts import service as accounts
from participation.core.db import db
from participation.files.intake import prepare
from participation.files.models import StoredFile
from participation.files.rules import IMAGES
from participation.journal.models import JournalEntry
from participation.permissions import CLOCK, Actor, Role
from participation.polls import (
    casting,
    counting_job,
    keeping_time,
    keys,
    making,
    opening,
    sealing,
    service,
    tallying,
    trial_opening,
)
from participation.polls.making import OptionSheet, QuestionSheet, Sheet
from participation.polls.models import Poll
from participation.polls.rules import Eligible, PollKind, QuestionKind
from tests.factories import FINGERPRINT_KEY, coordinator
from tests.files.uploads import picture
from tests.people import AYLIN, NOW, make_person

OPENS = NOW + timedelta(hours=1)
CLOSES = NOW + timedelta(days=14)
OBJECTION = CLOSES + timedelta(days=14)
#: While it is open.
DURING = NOW + timedelta(days=1)
AFTER = CLOSES + timedelta(minutes=1)
KEY = keys.new_key("Wohin mit dem Brunnen?")
SHARES = keys.split(KEY)
_KEYS = iter(range(10**9))


def options(*names: str, **more: Any) -> tuple[OptionSheet, ...]:
    return tuple(OptionSheet({"de": {"name": name}}, **more) for name in names)


def question(
    kind: QuestionKind = QuestionKind.ONE,
    rule: str = "plurality",
    text: str = "Wohin?",
    **more: Any,
) -> QuestionSheet:
    more.setdefault("options", options("Marktplatz", "Volkspark", "Rheinufer"))
    return QuestionSheet(kind, rule, {"de": {"text": text}}, **more)


def sheet(*questions: QuestionSheet, **values: Any) -> Sheet:
    texts = values.pop("texts", {"de": {"title": "Wohin mit dem Brunnen?"}})
    districts = values.pop("districts", frozenset())
    given = {
        "kind": PollKind.SEALED,
        "project_id": None,
        "opens_at": OPENS,
        "closes_at": CLOSES,
        "objection_until": OBJECTION,
        "eligible": Eligible.RESIDENTS,
        "min_age": None,
    }
    return Sheet(given | values, texts, questions or (question(),), districts)


def make_draft(*questions: QuestionSheet, **values: Any) -> Poll:
    """A draft, with its key tested if it is sealed; every field of ``sheet`` can be given."""
    kim = coordinator()
    poll = making.create(kim, NOW, f"form {next(_KEYS)}", sheet(*questions, **values))
    if poll.kind is PollKind.SEALED:
        give_key(poll.id)
    return poll


def give_key(poll_id: int) -> None:
    """Upload the public key, and open the test envelope with every pair."""
    public = keys.public_document(KEY, keys.Mode.SHARES)
    poll = making.set_key(poll_id, coordinator(), NOW, sealing.canonical(public))
    board_member = make_person(AYLIN).actor
    trial = trial_opening.read_trial_file(sealing.canonical(making.test_envelope(poll)))
    for pair in list(poll.test_words):
        first, second = (SHARES[int(number) - 1] for number in pair.split("+"))
        word = trial_opening.open_trial(trial, pair, keys.combine(first, second).private_key)
        making.record_test(poll_id, board_member, NOW, pair, word)


def make_open_now(*questions: QuestionSheet, **values: Any) -> Poll:
    """A poll that takes votes while the clock stands at ``NOW``."""
    return make_open(*questions, **{"opens_at": NOW - timedelta(hours=1)} | values)


def make_listed(addresses: Iterable[str], *questions: QuestionSheet, **values: Any) -> Poll:
    """The same for people on a list."""
    poll = make_draft(
        *questions, eligible=Eligible.LISTED, opens_at=NOW - timedelta(hours=1), **values
    )
    making.set_listed(poll.id, coordinator(), NOW, addresses, seen_version=poll.version)
    return _announced(poll)


def make_for_letters(letters: int, fingerprint_key: str, **values: Any) -> tuple[Poll, list[str]]:
    """The same for who has a letter; with the codes."""
    poll = make_draft(eligible=Eligible.LETTER, opens_at=NOW - timedelta(hours=1), **values)
    codes = making.make_letters(
        poll.id, coordinator(), NOW, letters, fingerprint_key=fingerprint_key,
        seen_version=poll.version,
    )  # fmt: skip
    return _announced(poll), codes


def make_counted(*answers: Any, **values: Any) -> tuple[Poll, list[str]]:
    """A sealed poll that was counted, with a vote of a new person for each answer, and their codes."""
    end = NOW + timedelta(hours=2)
    poll = make_open_now(*values.pop("questions", ()), closes_at=end, **values)
    start = next(_KEYS) * 1000
    codes = [
        vote(poll, voter, answer, now=NOW)
        for voter, answer in zip(make_voters(len(answers), start), answers, strict=True)
    ]
    keeping_time.keep_time(end)
    count(poll)
    return poll, codes


def make_closed(*answers: Any, **values: Any) -> Poll:
    """A sealed poll that is over and waits for the board, with a vote of a new person for each answer."""
    end = NOW + timedelta(hours=2)
    poll = make_open_now(*values.pop("questions", ()), closes_at=end, **values)
    for voter, answer in zip(make_voters(len(answers), next(_KEYS) * 1000), answers, strict=True):
        vote(poll, voter, answer, now=NOW)
    keeping_time.keep_time(end)
    return poll


def make_pictured() -> tuple[Poll, StoredFile]:
    """An open poll whose first option has a picture."""
    poll = make_draft(opens_at=NOW - timedelta(hours=1))
    option = poll.questions[0].options[0]
    image = prepare(BytesIO(picture()), "platz.jpg", 10**7, IMAGES)
    poll = making.add_picture(
        poll.id, coordinator(), NOW, option.id, image, "Der Platz mit der Linde"
    )
    file = db.session.get_one(StoredFile, poll.questions[0].options[0].file_id)
    return _announced(poll), file


def _announced(poll: Poll) -> Poll:
    service.announce(poll.id, coordinator(), NOW, seen_version=poll.version)
    keeping_time.keep_time(NOW)
    return poll


def make_open(*questions: QuestionSheet, **values: Any) -> Poll:
    """A poll that takes votes at ``DURING``."""
    poll = make_draft(*questions, **values)
    service.announce(poll.id, coordinator(), NOW, seen_version=poll.version)
    keeping_time.keep_time(OPENS)
    return poll


def make_voters(count: int, start: int = 0) -> list[Actor]:
    """So many residents."""
    people = [
        accounts.create_person(f"voter{number}@example.org", "", NOW, is_resident=True)
        for number in range(start, start + count)
    ]
    return [voter(person.id) for person in people]


def voter(person_id: int) -> Actor:
    return Actor(person_id=person_id, roles=frozenset({Role.RESIDENT}))


def vote(poll: Poll, actor: Actor, *answers: Any, **more: Any) -> str:
    """Vote, and return the check code."""
    code = more.pop("code", None) or sealing.new_code()
    casting.cast(poll.id, actor, more.pop("now", DURING), list(answers), code=code, **more)
    return code


def opened(envelopes: bytes) -> bytes:
    """The file that the board brings back, having opened the envelopes with shares 1 and 3."""
    private = keys.combine(SHARES[0], SHARES[2]).private_key
    return opening.ballots_file(opening.open_all(opening.read_envelopes(envelopes), private))


def end(poll: Poll) -> None:
    """Close the poll, and count it."""
    keeping_time.keep_time(AFTER)
    count(poll)


def count(poll: Poll) -> None:
    """Count a closed poll as the board and the worker do."""
    actor = CLOCK
    material = counting_job.material_of(poll.id)
    ballots, unreadable = material.ballots, ()
    if poll.kind is PollKind.SEALED:
        actor = make_person(AYLIN).actor
        file = opened(counting_job.envelopes_file(poll.id, actor))
        found = tallying.opened_of(material, file)
        ballots, unreadable = found.ballots, found.unreadable
    counting_job.publish(tallying.tally(material, ballots, unreadable), actor, AFTER)


def open_with_letters(count: int = 3) -> tuple[Poll, list[str]]:
    """A poll that takes votes at ``DURING`` from who has a letter; with the codes."""
    draft = make_draft(eligible=Eligible.LETTER)
    kim = coordinator()
    codes = making.make_letters(
        draft.id, kim, NOW, count, fingerprint_key=FINGERPRINT_KEY, seen_version=draft.version
    )
    service.announce(draft.id, kim, NOW, seen_version=draft.version)
    keeping_time.keep_time(OPENS)
    return draft, codes


def redeem(poll: Poll, typed: str, network: str = "1.2.3.4") -> int | None:
    return casting.redeem(poll.id, typed, network, DURING, fingerprint_key=FINGERPRINT_KEY)


def rows_of(table: Any) -> int:
    return db.session.scalars(sa.select(sa.func.count()).select_from(table)).one()


def events(name: str) -> list[JournalEntry]:
    return list(db.session.scalars(sa.select(JournalEntry).where(JournalEntry.event == name)))
