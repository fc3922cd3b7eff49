"""From opened votes to results and the published file. Plain values in, plain values out; pure."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from participation.polls import counting, opening, record, sealing
from participation.polls.opening import Opened
from participation.polls.profiles import profile_from_choices

Ballot = tuple[str, list[Any]]


@dataclass(frozen=True)
class Material:
    """What of a closed poll is needed for counting.

    :param board: ``(seq, envelope_hash)``; :param heads: ``(seq, head, signature)``
    :param final_hashes: of the envelopes that count
    :param ballots: of an open poll; empty for a sealed one, whose votes are elsewhere
    """

    poll_id: int
    definition: dict[str, Any]
    text_hash: str
    signing_seed: str
    voters: int
    board: Sequence[tuple[int, str]]
    heads: Sequence[tuple[int, str, str]]
    final_hashes: Sequence[str]
    ballots: Sequence[Ballot]


@dataclass(frozen=True)
class Counted:
    """What is published. :param data: the file; :param sha256: of the file, in hexadecimal digits"""

    poll_id: int
    text_hash: str
    voters: int
    ballots: Sequence[Ballot]
    results: list[dict[str, Any]]
    data: bytes
    sha256: str


def with_random_codes(choices: Sequence[list[Any]]) -> list[Ballot]:
    """Return the choices of an open poll under codes that nobody knows, sorted by code."""
    codes: set[str] = set()
    while len(codes) < len(choices):
        codes.add(sealing.new_code())
    return sorted(zip(codes, choices, strict=True))


def opened_of(material: Material, data: bytes) -> Opened:
    """Return the votes that came out of the envelopes, of the file that the board brings back.

    Whether each answer fits its question is counting's business: what does not is counted as invalid.

    :raises opening.BallotsRefused: names what is wrong
    :raises opening.BallotsOfOtherEnvelopes: they are not from these envelopes, or not as many
    """
    opened = opening.read_ballots(data)
    opening.check_opened(opened, material.text_hash, material.final_hashes)
    questions = len(material.definition["questions"])
    wrong = [code for code, answers in opened.ballots if len(answers) != questions]
    if wrong:
        raise opening.BallotsRefused([f"ballots, {code}: Antworten fehlen." for code in wrong])
    return opened


def tally(
    material: Material, ballots: Sequence[Ballot], unreadable: Sequence[tuple[str, str]] = ()
) -> Counted:
    """Count every question and make the signed file.

    :param ballots: sorted by code; :param unreadable: hash and reason of envelopes without a vote
    """
    rows = [[code, answers] for code, answers in ballots]
    heads = [list(head) for head in material.heads]
    known = {"heads": heads, "text_hash": material.text_hash, "ballots": rows}
    seed = record.seed_of(known)
    results = []
    for place, question in enumerate(material.definition["questions"]):
        profile = profile_from_choices(question, [answers[place] for _, answers in ballots])
        count = counting.count(profile, question["rule"], question["seats"], seed)
        results.append(count.as_json())
    document = record.build(
        definition=material.definition,
        text_hash=material.text_hash,
        board=[list(entry) for entry in material.board],
        heads=heads,
        final_hashes=material.final_hashes,
        voters=material.voters,
        ballots=rows,
        results=results,
        signing_key=material.signing_seed,
        unreadable=unreadable,
    )
    data = record.to_bytes(document)
    return Counted(
        material.poll_id,
        material.text_hash,
        material.voters,
        ballots,
        results,
        data,
        hashlib.sha256(data).hexdigest(),
    )
