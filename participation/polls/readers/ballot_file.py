"""What readers of ballots share: what they return, and how they refuse."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from participation.polls.profiles import Profile

#: A ranking: groups of options, best first; more than one in a group are ranked equal.
Ranking = tuple[tuple[int, ...], ...]
#: More ballots than people on earth are a mistake.
MOST_BALLOTS = 10_000_000_000


@dataclass(frozen=True)
class BallotFile:
    """A file that was read. :param seats: how many the file says are elected, if it does"""

    profile: Profile
    title: str = ""
    seats: int | None = None


class BallotFileBroken(Exception):
    """A file cannot be read. :param line: where, from 1"""

    def __init__(self, line: int, words: str) -> None:
        super().__init__(f"Zeile {line}: {words}")
        self.line = line


@dataclass
class Rankings:
    """Rankings that are read one after the other."""

    ballots: Counter[Ranking] = field(default_factory=Counter)
    blank: int = 0

    def add(self, weight: int, ranking: Ranking) -> None:
        """Take ballots in; who ranks nothing is blank."""
        if ranking:
            self.ballots[ranking] += weight
        else:
            self.blank += weight

    @property
    def total(self) -> int:
        """How many ballots there are."""
        return self.ballots.total() + self.blank


def decoded(content: bytes, *, latin: bool = False) -> str:
    """Return the text of a file in UTF-8, with or without a byte order mark.

    :param latin: take what is not UTF-8 as Latin-1
    :raises BallotFileBroken:
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if not latin:
            line = content.count(b"\n", 0, error.start) + 1
            raise BallotFileBroken(line, "das ist kein UTF-8") from error
        text = content.decode("latin-1")
    if "\0" in text:
        raise BallotFileBroken(text.count("\n", 0, text.index("\0")) + 1, "das ist kein Text")
    return text


def text_lines(text: str) -> list[str]:
    """Return a file's lines; only line breaks end them (``str.splitlines`` has more ideas)."""
    lines = re.split(r"\r\n|\n|\r", text)
    return lines[:-1] if len(lines) > 1 and not lines[-1] else lines


def whole_number(line: int, text: str, what: str, least: int = 0) -> int:
    """Return a whole number. :raises BallotFileBroken: if it is none, or too small, or absurd"""
    if not (text.isascii() and text.isdecimal()) or len(text) > len(str(MOST_BALLOTS)):
        raise BallotFileBroken(
            line, f"{what}: Hier muss eine ganze Zahl stehen, nicht {shown(text)}"
        )
    number = int(text)
    if not least <= number <= MOST_BALLOTS:
        raise BallotFileBroken(
            line,
            f"{what}: {number} ist zu klein oder zu groß; es geht von {least} bis {MOST_BALLOTS}",
        )
    return number


def check_once(line: int, numbers: Sequence[int | str]) -> None:
    """Check that a ballot names nothing twice. :raises BallotFileBroken:"""
    if len(set(numbers)) == len(numbers):
        return
    for number, many in Counter(numbers).items():
        if many > 1:
            raise BallotFileBroken(line, f"der Stimmzettel nennt {shown(str(number))} {many}-mal")


def shown(text: str) -> str:
    """Return a piece of a file as it stands in a message: short, on one line."""
    return repr(text if len(text) <= 40 else f"{text[:40]}…")
