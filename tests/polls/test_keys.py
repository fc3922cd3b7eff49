"""The key in three shares: any two open, one alone tells nothing, and a wrong file is named."""

import itertools
import json
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from participation.core.messages import DomainError
from participation.polls import keys, sealing, trial_opening
from participation.polls.keys import Mode

TITLE = "Umbau des Goetheplatzes"
KEY = keys.new_key(TITLE)
SHARES = keys.split(KEY)
ORDERED_PAIRS = list(itertools.permutations(range(3), 2))


def as_file(document: object) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=2).encode()


@pytest.mark.parametrize(("first", "second"), ORDERED_PAIRS)
def test_any_two_shares_open_an_envelope(first: int, second: int) -> None:
    envelope = sealing.seal(KEY.public_key, "ABCD-EFGH-IJKL-MN23", [2], 64)
    key = keys.combine(SHARES[first], SHARES[second])
    assert sealing.open_envelope(key.private_key, envelope) == ("ABCD-EFGH-IJKL-MN23", [2])


@settings(deadline=None)
@given(st.binary(min_size=32, max_size=32), st.sampled_from(ORDERED_PAIRS))
def test_any_key_comes_back_from_any_two_shares(secret: bytes, pair: tuple[int, int]) -> None:
    public_key = bytes(keys.PrivateKey(secret).public_key).hex()
    key = keys.Key(TITLE, secret, public_key)
    shares = keys.split(key)
    assert keys.combine(shares[pair[0]], shares[pair[1]]) == key


@pytest.mark.parametrize("number", [0, 1, 2])
def test_one_share_alone_goes_with_every_possible_key(number: int) -> None:
    """For any other secret there are two shares that give it together with this one."""
    share = SHARES[number]
    other = keys.new_key(TITLE)
    for partner in share.halves:
        missing = bytes(
            a ^ b for a, b in zip(share.halves[partner], other.private_key, strict=True)
        )
        made_up = keys.Share(TITLE, partner, other.public_key, {share.number: missing})
        assert keys.combine(replace(share, public_key=other.public_key), made_up) == other


def test_one_share_alone_is_even_noise_for_the_plainest_key() -> None:
    """Split a key of zeros many times: every bit of every half is set about every second time."""
    key = replace(KEY, private_key=bytes(32))
    rounds = 600
    counts: Counter[tuple[int, int, int]] = Counter()
    for _ in range(rounds):
        for share in keys.split(key):
            for other, half in share.halves.items():
                bits = int.from_bytes(half, "big")
                for bit in range(0, 256, 16):
                    counts[share.number, other, bit] += bits >> bit & 1
    assert len(counts) == 3 * 2 * 16
    # Six standard deviations of a fair coin (12.2) either way.
    assert all(rounds / 2 - 75 < count < rounds / 2 + 75 for count in counts.values())


def test_two_halves_of_one_share_do_not_give_the_key() -> None:
    for share in SHARES:
        first, second = share.halves.values()
        assert bytes(a ^ b for a, b in zip(first, second, strict=True)) != KEY.private_key


def test_same_share_twice_is_named() -> None:
    with pytest.raises(keys.SameShareTwice):
        keys.combine(SHARES[1], SHARES[1])


def test_share_of_another_key_is_named() -> None:
    foreign = keys.split(keys.new_key(TITLE))
    with pytest.raises(keys.SharesDoNotBelongTogether):
        keys.combine(SHARES[0], foreign[1])
    disguised = replace(foreign[1], public_key=KEY.public_key)
    with pytest.raises(keys.SharesDoNotBelongTogether):
        keys.combine(SHARES[0], disguised)


def test_key_of_another_poll_is_named() -> None:
    keys.check_public_key(KEY, KEY.public_key)
    with pytest.raises(keys.KeyOfAnotherPoll):
        keys.check_public_key(KEY, "00" * 32)


def test_files_are_read_as_they_were_written() -> None:
    for share in SHARES:
        assert keys.read_share(as_file(keys.share_document(share))) == share
    assert keys.read_key_file(as_file(keys.key_document(KEY))) == KEY
    for mode in Mode:
        read = keys.read_public_file(as_file(keys.public_document(KEY, mode)))
        assert read == keys.PublicFile(TITLE, KEY.public_key, mode)


def test_public_file_tells_nothing_of_the_key() -> None:
    written = as_file(keys.public_document(KEY, Mode.SHARES)).decode()
    assert KEY.private_key.hex() not in written
    halves = [half.hex() for share in SHARES for half in share.halves.values()]
    assert not any(half in written for half in halves)


READERS = {
    "share": (keys.read_share, keys.share_document(SHARES[2])),
    "key": (keys.read_key_file, keys.key_document(KEY)),
    "public": (keys.read_public_file, keys.public_document(KEY, Mode.SHARES)),
}


@pytest.mark.parametrize("kind", READERS)
def test_every_character_that_was_copied_wrong_is_found(kind: str) -> None:
    read, document = READERS[kind]
    file = as_file(document)
    for place in range(len(file)):
        changed = bytearray(file)
        changed[place] = ord("7") if changed[place] != ord("7") else ord("8")
        with pytest.raises((keys.KeyFileDamaged, keys.KeyFileUnreadable)):
            read(bytes(changed))


@pytest.mark.parametrize("kind", READERS)
@pytest.mark.parametrize(
    "data", [b"", b"{}", b"[]", b"null", b"\xff\xfe", b"{" * 100_000, b'"share"', b'{"format":[]}']
)
def test_file_that_is_no_key_file_is_refused(kind: str, data: bytes) -> None:
    with pytest.raises(keys.KeyFileUnreadable):
        READERS[kind][0](data)


@pytest.mark.parametrize("kind", READERS)
def test_one_kind_of_file_is_not_taken_for_another(kind: str) -> None:
    for other, (_, document) in READERS.items():
        if other != kind:
            with pytest.raises(keys.KeyFileUnreadable):
                READERS[kind][0](as_file(document))


@pytest.mark.parametrize("kind", READERS)
@pytest.mark.parametrize("value", [None, 5, True, [], {}, "", "x", "ä" * 32, 10**17])
def test_strange_value_with_a_fitting_checksum_is_refused_in_words(
    kind: str, value: object
) -> None:
    read, document = READERS[kind]
    for key in document:
        changed = {name: item for name, item in document.items() if name != "checksum"}
        if key != "checksum" and not (key == "poll" and isinstance(value, str)):
            changed[key] = value
            with pytest.raises(DomainError):
                read(as_file(keys._with_checksum(changed)))


def test_fingerprint_can_be_read_aloud() -> None:
    assert keys.fingerprint("00" * 32) == "6668-7AAD-F862-BD77"


def test_kind_of_file_is_told_before_it_is_read() -> None:
    assert keys.kind_of(as_file(keys.key_document(KEY))) == keys.KEY_FORMAT
    assert keys.kind_of(b"[]") == keys.kind_of(b"") == keys.kind_of(b'{"format":3}') == ""


@pytest.mark.parametrize(("first", "second"), list(itertools.combinations(range(3), 2)))
def test_each_pair_finds_its_own_word_in_the_test_envelope(first: int, second: int) -> None:
    words = trial_opening.new_words(Mode.SHARES)
    document = trial_opening.trial_document(TITLE, KEY.public_key, words)
    trial = trial_opening.read_trial_file(as_file(document))
    key = keys.combine(SHARES[first], SHARES[second])
    pair = trial_opening.pair_of(SHARES[second].number, SHARES[first].number)
    word = trial_opening.open_trial(trial, pair, key.private_key)
    trial_opening.check_word(words[pair], f" {word.lower().replace('-', ' ')} ")
    assert len(set(words.values())) == 3


def test_simple_mode_has_one_word() -> None:
    words = trial_opening.new_words(Mode.SIMPLE)
    document = trial_opening.trial_document(TITLE, KEY.public_key, words)
    trial = trial_opening.read_trial_file(as_file(document))
    assert list(words) == [trial_opening.ONE_KEY]
    assert trial_opening.open_trial(trial, "key", KEY.private_key) == words["key"]


def test_test_envelope_does_not_open_for_another_key_or_another_pair() -> None:
    words = trial_opening.new_words(Mode.SHARES)
    document = trial_opening.trial_document(TITLE, KEY.public_key, words)
    document["envelopes"]["1+2"] = document["envelopes"]["1+3"]
    trial = trial_opening.read_trial_file(as_file(document))
    with pytest.raises(sealing.EnvelopeUnreadable):
        trial_opening.open_trial(trial, "1+2", KEY.private_key)
    with pytest.raises(sealing.EnvelopeUnreadable):
        trial_opening.open_trial(trial, "1+3", keys.new_key("").private_key)
    with pytest.raises(sealing.EnvelopeUnreadable):
        trial_opening.open_trial(trial, "key", KEY.private_key)


@pytest.mark.parametrize("typed", ["", "ABCD-EFGG", "ABCD", "ä", "A" * 5000])
def test_wrong_word_is_refused(typed: str) -> None:
    with pytest.raises(trial_opening.WordWrong):
        trial_opening.check_word("ABCD-EFGH", typed)


@pytest.mark.parametrize(
    "value", [None, 5, [], {}, "x", {"1+2": "%"}, {"key": None}, {"1+2": "AAAA"}]
)
def test_strange_test_file_is_refused(value: object) -> None:
    words = trial_opening.new_words(Mode.SHARES)
    document = trial_opening.trial_document(TITLE, KEY.public_key, words)
    for key in ("format", "public_key", "envelopes"):
        with pytest.raises(trial_opening.TrialFileUnreadable):
            trial_opening.read_trial_file(as_file(document | {key: value}))
