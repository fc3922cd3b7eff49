"""Making a poll: its sheet, its pictures, its key with the test, the list or the letters."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from participation.accounts.rules import mailbox_key
from participation.city.service import slug_of
from participation.core.db import db, insert
from participation.core.fingerprints import fingerprint
from participation.core.importing import apply
from participation.core.messages import NotFound, NotPermitted
from participation.files import service as files
from participation.files.intake import Prepared
from participation.journal import service as journal
from participation.permissions import Actor
from participation.polls import keys, letter_codes, rules, trial_opening
from participation.polls.definitions import german
from participation.polls.models import (
    Poll,
    PollCode,
    PollDistrict,
    PollEntitled,
    PollOption,
    PollOptionText,
    PollQuestion,
    PollQuestionText,
    PollText,
)
from participation.polls.rules import KeyMode, PollKind, QuestionKind
from participation.polls.service import count_change, locked, to_edit

_LONGEST_SLUG_OF_TITLE = 60
_ROWS_A_STATEMENT = 500
Texts = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class OptionSheet:
    """An option as an editor writes it.

    :param texts: by language: name, text, alt
    :param file_id: its picture, one that the poll has already (``add_picture``)
    """

    texts: Texts
    cost: int | None = None
    file_id: int | None = None


@dataclass(frozen=True)
class QuestionSheet:
    """A question as an editor writes it. :param texts: by language: text, explanation"""

    kind: QuestionKind
    rule: str
    texts: Texts
    options: tuple[OptionSheet, ...] = ()
    seats: int = 1
    most: int | None = None
    budget: int | None = None


@dataclass(frozen=True)
class Sheet:
    """A poll as an editor writes it.

    :param values: kind, project_id, opens_at, closes_at, objection_until, eligible, min_age
    :param texts: by language: title, introduction, for easy German also ``reviewed_on``
    """

    values: dict[str, Any]
    texts: Texts
    questions: tuple[QuestionSheet, ...] = ()
    districts: frozenset[int] = field(default_factory=frozenset)


def create(actor: Actor, now: datetime, key: str, sheet: Sheet) -> Poll:
    """Begin a poll as a draft. Its address is made of the German title and stays.

    :param key: of the form: sending it twice makes one poll
    :raises NotPermitted:
    """
    if not rules.may_edit(actor):
        raise NotPermitted
    key = f"{actor.person_id}:{key}"
    title = sheet.texts.get("de", {}).get("title", "")
    given = sheet.values | {"creation_key": key, "changed_at": now, "state": rules.PollState.DRAFT}
    given |= {"test_words": {}, "tests_passed": []}
    poll_id = None
    while poll_id is None:
        statement = insert(Poll).values(**given, slug=_free_slug(title)).on_conflict_do_nothing()
        poll_id = db.session.scalars(statement.returning(Poll.id)).first()
        if poll_id is None:
            found = db.session.scalar(sa.select(Poll.id).where(Poll.creation_key == key))
            if found is not None:
                return locked(found)
    poll = locked(poll_id)
    _write(poll, sheet)
    journal.record("poll:created", "poll", poll.id, actor=actor, now=now)
    return poll


def change(poll_id: int, actor: Actor, now: datetime, sheet: Sheet, *, seen_version: int) -> Poll:
    """Write a draft anew, as the editor sees it now.

    :raises NotPermitted: :raises NotFound: :raises ChangedMeanwhile: :raises rules.NotNow:
    :raises rules.PollIsFrozen:
    """
    poll = to_edit(poll_id, actor, "change", seen_version)
    _write(poll, sheet)
    count_change(poll, now)
    journal.record("poll:changed", "poll", poll.id, actor=actor, now=now)
    return poll


def add_picture(
    poll_id: int,
    actor: Actor,
    now: datetime,
    option_id: int,
    prepared: Prepared,
    alt: str,
    *,
    seen_version: int | None = None,
) -> Poll:
    """Give an option of a draft a picture, with German words for who does not see it.

    :raises NotPermitted: :raises NotFound: :raises ChangedMeanwhile: :raises rules.NotNow:
    :raises rules.PollIsFrozen:
    """
    poll = to_edit(poll_id, actor, "add_picture", seen_version)
    options = [option for question in poll.questions for option in question.options]
    option = next((one for one in options if one.id == option_id), None)
    if option is None:
        raise NotFound
    option.file_id = files.keep(prepared, actor, now).id
    for text in option.texts:
        if text.language == "de":
            text.alt = alt
    count_change(poll, now)
    journal.record("poll:changed", "poll", poll.id, actor=actor, now=now)
    return poll


def set_key(poll_id: int, actor: Actor, now: datetime, data: bytes) -> Poll:
    """Take the public key that envelopes are sealed with; it has to be tested anew.

    :param data: the public file of ``poll keygen``
    :raises keys.KeyFileUnreadable: :raises keys.KeyFileDamaged: :raises NotPermitted:
    :raises NotFound: :raises rules.NotNow: :raises rules.PollIsFrozen:
    """
    poll = to_edit(poll_id, actor, "set_key")
    given = keys.read_public_file(data)
    if poll.kind is not PollKind.SEALED:
        raise rules.NotNow
    if poll.public_key == given.public_key:
        return poll
    poll.public_key, poll.key_mode = given.public_key, KeyMode(given.mode.value)
    poll.test_words, poll.tests_passed = trial_opening.new_words(given.mode), []
    poll.test_opened_at = None
    count_change(poll, now)
    journal.record(
        "poll:key_given",
        "poll",
        poll.id,
        actor=actor,
        now=now,
        key=keys.fingerprint(given.public_key),
    )
    return poll


def test_envelope(poll: Poll) -> dict[str, Any]:
    """Return the file with the test envelopes, one for each pair of shares.

    :raises rules.NotNow: there is no key yet
    """
    if not poll.public_key:
        raise rules.NotNow
    return trial_opening.trial_document(
        german(poll.texts, "title"), poll.public_key, poll.test_words
    )


def record_test(poll_id: int, actor: Actor, now: datetime, pair: str, word: str) -> Poll:
    """Write down that a pair of shares has opened its test envelope.

    :param word: what lay in it
    :raises NotPermitted: :raises NotFound: :raises rules.NotNow: :raises trial_opening.WordWrong:
    :raises rules.PollIsFrozen:
    """
    if not rules.may_open_envelopes(actor):
        raise NotPermitted
    poll = locked(poll_id)
    if poll.state in rules.FROZEN:
        raise rules.PollIsFrozen(poll.id, actor, "record_test")
    if pair not in poll.test_words or poll.state is not rules.PollState.DRAFT:
        raise rules.NotNow
    trial_opening.check_word(poll.test_words[pair], word)
    if pair in poll.tests_passed:
        return poll
    poll.tests_passed = sorted({*poll.tests_passed, pair})
    if set(poll.tests_passed) == set(poll.test_words):
        poll.test_opened_at = now
    count_change(poll, now)
    journal.record("poll:key_tested", "poll", poll.id, actor=actor, now=now, pair=pair)
    return poll


def set_listed(
    poll_id: int, actor: Actor, now: datetime, addresses: Iterable[str], *, seen_version: int
) -> Poll:
    """Write the list of who may vote anew, by e-mail addresses; aliases of a mailbox are one.

    :raises NotPermitted: :raises NotFound: :raises ChangedMeanwhile: :raises rules.NotNow:
    :raises rules.PollIsFrozen:
    """
    poll = to_edit(poll_id, actor, "set_listed", seen_version)
    mailboxes = sorted({mailbox_key(address) for address in addresses})[: rules.MOST_LISTED]
    db.session.execute(sa.delete(PollEntitled).where(PollEntitled.poll_id == poll.id))
    if mailboxes:
        rows = [{"poll_id": poll.id, "mailbox": mailbox} for mailbox in mailboxes]
        db.session.execute(sa.insert(PollEntitled), rows)
    count_change(poll, now)
    journal.record(
        "poll:list_written", "poll", poll.id, actor=actor, now=now, people=len(mailboxes)
    )
    return poll


def make_letters(
    poll_id: int,
    actor: Actor,
    now: datetime,
    count: int,
    *,
    fingerprint_key: str,
    seen_version: int,
) -> list[str]:
    """Make so many codes for letters, in place of all earlier ones. They are told only now.

    :returns: the codes, for printing; only their keyed hashes are kept
    :raises NotPermitted: :raises NotFound: :raises ChangedMeanwhile: :raises rules.NotNow:
    :raises rules.PollIsFrozen:
    """
    poll = to_edit(poll_id, actor, "make_letters", seen_version)
    count = min(max(count, 0), rules.MOST_LETTERS)
    codes: set[str] = set()
    while len(codes) < count:
        codes.add(letter_codes.new_code())
    hashes = sorted(
        fingerprint(fingerprint_key, letter_codes.purpose_of(poll.id), code) for code in codes
    )
    db.session.execute(sa.delete(PollCode).where(PollCode.poll_id == poll.id))
    for start in range(0, len(hashes), _ROWS_A_STATEMENT):
        some = hashes[start : start + _ROWS_A_STATEMENT]
        rows = [{"poll_id": poll.id, "code_hash": code_hash} for code_hash in some]
        db.session.execute(sa.insert(PollCode), rows)
    count_change(poll, now)
    journal.record("poll:letters_made", "poll", poll.id, actor=actor, now=now, letters=count)
    return list(codes)


def _free_slug(title: str) -> str:
    """An address that nobody has: the title's, with something random behind it if it is taken."""
    base = slug_of(title)[:_LONGEST_SLUG_OF_TITLE].strip("-") or "abstimmung"
    taken = db.session.scalar(sa.select(sa.exists().where(Poll.slug == base)))
    return f"{base}-{secrets.token_hex(3)}" if taken or base in rules.RESERVED_SLUGS else base


def _write(poll: Poll, sheet: Sheet) -> None:
    """Write a locked draft; pictures stay where the sheet names them, and only the poll's own."""
    own = {option.file_id for question in poll.questions for option in question.options}
    if sheet.values.get("kind") is PollKind.OPEN:
        poll.public_key, poll.key_mode, poll.test_opened_at = "", None, None
        poll.test_words, poll.tests_passed = {}, []
    apply(poll, sheet.values)
    poll.texts, poll.districts, poll.questions = [], [], []
    db.session.flush()
    poll.texts = [PollText(language=code, **words) for code, words in sheet.texts.items()]
    poll.districts = [PollDistrict(district_id=key) for key in sorted(sheet.districts)]
    poll.questions = [
        _question(number, question, own) for number, question in enumerate(sheet.questions, 1)
    ]
    db.session.flush()


def _question(number: int, sheet: QuestionSheet, own: set[int | None]) -> PollQuestion:
    return PollQuestion(
        number=number,
        kind=sheet.kind,
        rule=sheet.rule,
        seats=sheet.seats,
        most=sheet.most,
        budget=sheet.budget,
        texts=[PollQuestionText(language=code, **words) for code, words in sheet.texts.items()],
        options=[
            PollOption(
                number=place,
                cost=option.cost,
                file_id=option.file_id if option.file_id in own else None,
                texts=[
                    PollOptionText(language=code, **words) for code, words in option.texts.items()
                ],
            )
            for place, option in enumerate(sheet.options, 1)
        ],
    )
