"""Published files for tests: a poll of every kind, voted, put on a board in batches, counted and signed."""

import random
from typing import Any

from participation.polls import board, record, sealing, signing
from participation.polls.canonical import digest
from participation.polls.verifying import recounted
from tests.polls.definitions import CHOICES, definition


class PublishedPoll:
    """A poll that was voted on and counted. The same seed gives the same votes.

    :param revotes: how many of the voters vote a second time
    """

    def __init__(
        self,
        *,
        voters: int = 12,
        batches: int = 4,
        revotes: int = 3,
        kind: str = "sealed",
        questions: list[dict[str, Any]] | None = None,
        choices: list[list[Any]] | None = None,
    ) -> None:
        dice = random.Random(voters)
        self.signing_key = signing.new_signing_key()
        keys: dict[str, Any] = {"signing_key": signing.public_half(self.signing_key)}
        if kind == "open":
            keys |= {"kind": "open", "public_key": None}
        self.definition = definition(*(questions or []), **keys)
        self.text_hash = digest(self.definition)
        self.choices = choices or CHOICES
        self.ballots = [
            [sealing.new_code(), [dice.choice(some) for some in self.choices]]
            for _ in range(voters)
        ]
        hashes = [dice.randbytes(32).hex() for _ in range(voters + revotes)]
        self.final = hashes[revotes:] if kind == "sealed" else []
        self.board: list[list[Any]] = []
        self.heads: list[list[Any]] = []
        self.voters = voters
        if kind == "sealed":
            for number in range(batches):
                self.append(hashes[number::batches])

    def append(self, hashes: list[str]) -> None:
        """Put a batch on the board and sign its head."""
        head = self.heads[-1][1] if self.heads else board.first_head(self.text_hash)
        entries = board.append(head, len(self.board), hashes)
        if entries:
            self.board += [[entry.seq, entry.envelope_hash] for entry in entries]
            seq, head = entries[-1].seq, entries[-1].head
            signature = signing.sign_head(self.signing_key, self.text_hash, seq, head)
            self.heads.append([seq, head, signature])

    def record(self, **changed: Any) -> dict[str, Any]:
        """Return the published file, as the city makes it; ``changed`` are parts it makes otherwise."""
        parts: dict[str, Any] = {
            "definition": self.definition,
            "text_hash": self.text_hash,
            "board": self.board,
            "heads": self.heads,
            "final_hashes": self.final,
            "voters": self.voters,
            "ballots": sorted(self.ballots),
            "signing_key": self.signing_key,
        } | changed
        seed = record.seed_of(parts)
        parts.setdefault(
            "results",
            [
                recounted(question, place, parts["ballots"], seed)
                for place, question in enumerate(self.definition["questions"])
            ],
        )
        return record.build(**parts)
