"""From opened votes to results and the published file. Plain values in, plain values out; pure."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from participation.polls import canonical, sealing
from participation.polls.rules import OpenedDiffer

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
    """What is published. :param data: the file; :param is_new: the ballots are not in the database yet"""

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


def check_opened(material: Material, ballots: object) -> list[Ballot]:
    """Return the votes that came out of the envelopes, sorted by code.

    Whether each answer fits its question is counting's business: what does not is counted as invalid.

    :raises OpenedDiffer: they are not as many as the envelopes, or a code is none or stands twice
    """
    if not isinstance(ballots, list) or len(ballots) != len(material.final_hashes):
        raise OpenedDiffer
    questions = len(material.definition["questions"])
    found: dict[str, list[Any]] = {}
    for ballot in ballots:
        if not isinstance(ballot, (list, tuple)) or len(ballot) != 2:
            raise OpenedDiffer
        code, answers = ballot
        is_whole = isinstance(answers, list) and len(answers) == questions
        if not is_whole or not sealing.is_code(code) or code in found:
            raise OpenedDiffer
        found[code] = answers
    return sorted(found.items())


def tally(material: Material, ballots: Sequence[Ballot]) -> Counted:
    """Count every question and make the signed file."""
    from participation.polls import counting, record
    from participation.polls.profiles import profile_from_choices

    seed = seed_of(material, ballots)
    results = []
    for place, question in enumerate(material.definition["questions"]):
        profile = profile_from_choices(question, [answers[place] for _, answers in ballots])
        count = counting.count(profile, question["rule"], question["seats"], seed)
        results.append(count.as_json())
    document = record.build(
        definition=material.definition,
        text_hash=material.text_hash,
        board=[list(entry) for entry in material.board],
        heads=[list(head) for head in material.heads],
        final_hashes=sorted(material.final_hashes),
        voters=material.voters,
        ballots=[[code, answers] for code, answers in ballots],
        results=results,
        signing_key=material.signing_seed,
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


def seed_of(material: Material, ballots: Sequence[Ballot]) -> bytes:
    """Return what ties are broken with: the board's last head, or the hash of an open poll's votes."""
    if material.heads:
        return bytes.fromhex(material.heads[-1][1])
    return bytes.fromhex(canonical.digest([material.text_hash, [list(one) for one in ballots]]))
