"""Check codes and envelopes: what goes in comes out for the key, and nothing is seen from outside."""

import itertools
import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from participation.polls import keys, sealing
from tests.polls.definitions import CHOICES, definition, question

CODE = "ABCD-EFGH-IJKL-MN23"
SECRET = b"the server's secret"
KEY = keys.new_key("Umbau des Goetheplatzes")


def test_code_has_four_groups_of_letters_nobody_misreads() -> None:
    codes = {sealing.new_code() for _ in range(1000)}
    assert len(codes) == 1000
    assert all(sealing.is_code(code) and len(code) == 19 for code in codes)
    assert not set("0189") & set("".join(codes))


@pytest.mark.parametrize(
    "typed",
    [
        "ABCD-EFGH-IJKL-MN23",
        "abcdefghijklmn23",
        "  abcd efgh ijkl mn23 ",
        "ABCD – EFGH – IJKL – MN23",
        "A8CD-EFGH-1JKL-MN23",
        "\uff21BCD-EFGH-IJKL-MN23",
        "ABCD.EFGH.IJKL.MN23\n",
    ],
)
def test_voter_may_type_the_code_as_people_type(typed: str) -> None:
    wanted = CODE if "8" not in typed else "ABCD-EFGH-IJKL-MN23"
    assert sealing.normal_code(typed) == wanted


@pytest.mark.parametrize(
    "typed", ["", "ABCD", CODE + "A", "ÄBCD-EFGH-IJKL-MN23", "ABC9" * 4, "A" * 10_000]
)
def test_what_is_no_code_is_refused(typed: str) -> None:
    with pytest.raises(sealing.CodeInvalid):
        sealing.normal_code(typed)


def test_code_goes_with_the_form_it_was_made_for() -> None:
    mark = sealing.bind_code(SECRET, 7, "person-12", CODE)
    assert sealing.check_code(SECRET, 7, "person-12", CODE.lower(), mark) == CODE


@pytest.mark.parametrize(
    ("secret", "poll", "voter", "code"),
    [
        (b"another", 7, "person-12", CODE),
        (SECRET, 8, "person-12", CODE),
        (SECRET, 7, "person-1", CODE),
        (SECRET, 7, "person-12", "ABCD-EFGH-IJKL-MN24"),
        (SECRET, 71, "2", CODE),
    ],
)
def test_voter_cannot_take_the_code_of_another_form(
    secret: bytes, poll: int, voter: str, code: str
) -> None:
    mark = sealing.bind_code(SECRET, 7, "person-12", CODE)
    with pytest.raises(sealing.CodeOfAnotherForm):
        sealing.check_code(secret, poll, voter, code, mark)


@pytest.mark.parametrize("mark", ["", "x", "ä" * 64, "0" * 64, "\ud800"])
def test_mark_that_is_made_up_is_refused(mark: str) -> None:
    with pytest.raises(sealing.CodeOfAnotherForm):
        sealing.check_code(SECRET, 7, "person-12", CODE, mark)


def test_board_finds_in_the_envelope_what_the_voter_put_in() -> None:
    size = sealing.envelope_size(definition())
    for answers in some_answers():
        envelope = sealing.seal(KEY.public_key, CODE, answers, size)
        assert sealing.open_envelope(KEY.private_key, envelope) == (CODE, answers)


def test_all_envelopes_of_a_poll_have_one_length() -> None:
    size = sealing.envelope_size(definition())
    lengths = {
        len(sealing.seal(KEY.public_key, sealing.new_code(), answers, size))
        for answers in some_answers()
    }
    assert lengths == {size + 48}


@settings(deadline=None)
@given(
    st.lists(
        st.sampled_from(["one", "several", "approval", "score", "verdict", "rank", "budget"]),
        max_size=8,
    ),
    st.randoms(use_true_random=False),
)
def test_every_possible_answer_fits(kinds: list[str], dice: random.Random) -> None:
    questions = [question(kind, dice.randint(1, 120)) for kind in kinds]
    described = definition() | {"questions": questions}
    size = sealing.envelope_size(described)
    answers = [any_answer(one, dice) for one in questions]
    sealed = sealing.seal(KEY.public_key, sealing.new_code(), answers, size)
    assert len(sealed) == size + 48


def test_envelope_has_nothing_plain_in_it() -> None:
    size = sealing.envelope_size(definition())
    answers = [[5, 4, 3, 2, 1]] * 7
    plain = json.dumps([CODE, answers], separators=(",", ":")).encode()
    envelope = sealing.seal(KEY.public_key, CODE, answers, size)
    pieces = {plain[place : place + 4] for place in range(len(plain) - 3)}
    assert not any(piece in envelope for piece in pieces)
    assert CODE[:4].encode() not in envelope


def test_same_vote_sealed_twice_gives_two_envelopes() -> None:
    first, second = (sealing.seal(KEY.public_key, CODE, [1], 64) for _ in range(2))
    assert first != second
    assert sealing.envelope_hash(first) != sealing.envelope_hash(second)


def test_answers_that_do_not_fit_are_refused() -> None:
    with pytest.raises(sealing.AnswersTooLong):
        sealing.seal(KEY.public_key, CODE, list(range(100)), 64)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no JSON",
        b"[]",
        b'["ABCD-EFGH-IJKL-MN23"]',
        b'["abcd-efgh-ijkl-mn23",[1]]',
        b'["ABCD-EFGH-IJKL-MN23",1]',
        b'["ABCD-EFGH-IJKL-MN23",[1],2]',
        b'["ABCD-EFGH-IJKL-MN23", [1]]',
        b'["ABCD-EFGH-IJKL-MN23",[1.5]]',
        b'{"code":"ABCD-EFGH-IJKL-MN23"}',
        b"[" * 100_000,
        b"\xff",
    ],
)
def test_envelope_with_something_else_is_named(content: bytes) -> None:
    with pytest.raises(sealing.EnvelopeUnreadable):
        sealing.open_envelope(KEY.private_key, sealing.seal_bytes(KEY.public_key, content))


def test_another_key_and_a_changed_envelope_open_nothing() -> None:
    envelope = sealing.seal(KEY.public_key, CODE, [1], 64)
    with pytest.raises(sealing.EnvelopeUnreadable):
        sealing.open_envelope(keys.new_key("").private_key, envelope)
    for place in (0, 31, 32, 60, len(envelope) - 1):
        changed = bytearray(envelope)
        changed[place] ^= 1
        with pytest.raises(sealing.EnvelopeUnreadable):
            sealing.open_envelope(KEY.private_key, bytes(changed))
    for short in (b"", envelope[:40], envelope + b"x"):
        with pytest.raises(sealing.EnvelopeUnreadable):
            sealing.open_envelope(KEY.private_key, short)


def some_answers() -> list[list[Any]]:
    """Return answers to all questions: every first, second and last choice."""
    return [list(one) for one in itertools.islice(itertools.product(*CHOICES), 0, None, 37)]


def any_answer(asked: dict[str, Any], dice: random.Random) -> Any:
    """Return a valid answer, long or short."""
    numbers = list(range(1, len(asked["options"]) + 1))
    chosen = dice.sample(numbers, dice.randint(0, len(numbers)))
    answers = {
        "one": dice.choice(numbers),
        "score": {str(number): dice.randint(0, 5) for number in chosen},
        "verdict": dice.choice(["yes", "no", "abstain"]),
        "rank": chosen,
    }
    return dice.choice([None, answers.get(asked["kind"], sorted(chosen))])
