"""BLT, the format of Hill, Wichmann and Woodall: ballots of an election with one or several seats.

Numbers and quoted names, with spaces or line breaks between them: how many candidates and seats;
``-3`` for each candidate who has withdrawn; ballots as ``weight 2 1 3 0``; ``0``; the candidates'
names; the title. ``#`` begins a comment up to the end of the line, ``/*`` one up to ``*/``. ``2=3``
ranks two equal. ``-`` is a place that was left empty; what follows moves up.

Who has withdrawn is taken out, as if they had never stood; the others get new numbers, in the same
order.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from participation.polls.profiles import Profile, distinct_names, merged_ballots
from participation.polls.readers.ballot_file import (
    BallotFile,
    BallotFileBroken,
    Ranking,
    Rankings,
    check_once,
    shown,
    text_lines,
    whole_number,
)

# A quotation mark ends a name if nothing follows on the line but space, a comment or another name.
_TOKEN = re.compile(
    r"""(?P<space>\s+)
    |(?P<comment>\#[^\n]*|/\*.*?\*/)
    |"(?P<name>(?:\\[^\n]|[^\\\n])*?)"(?=[^\S\n]*(?:$|\#|/\*)|[^\S\n]+")
    |(?P<number>[^\s"\#]+)[ ]*""",
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)


class _Token(NamedTuple):
    line: int
    text: str
    is_name: bool = False


def read_blt(text: str) -> BallotFile:
    """Read a BLT file. :raises BallotFileBroken:"""
    tokens = _Tokens(text)
    candidates = tokens.number("Zahl der Kandidaturen", least=1)
    seats = tokens.number("Zahl der Plätze", least=1)
    withdrawn: set[int] = set()
    while (token := tokens.take("die Stimmzettel")).text.startswith("-") and not token.is_name:
        withdrawn.add(_candidate(token.line, token.text[1:], candidates))
    rankings = Rankings()
    while not _is_end(token):
        weight = whole_number(token.line, token.text, "Zahl der Stimmzettel", least=1)
        rankings.add(weight, _ranking(tokens, candidates, withdrawn))
        token = tokens.take("weitere Stimmzettel oder die 0 dahinter")
    names = [tokens.name(f"Name {number}") for number in range(1, candidates + 1)]
    rest = [tokens.name("Titel") for _ in tokens.left()]
    return BallotFile(
        Profile(
            kind="rank",
            options=distinct_names(
                name for number, name in enumerate(names, 1) if number not in withdrawn
            ),
            ballots=merged_ballots(rankings.ballots),
            blank=rankings.blank,
            notes=tuple(
                f"{names[number - 1]} hat die Bewerbung zurückgezogen und zählt nicht mit."
                for number in sorted(withdrawn)
            ),
        ),
        title=rest[0] if rest else "",
        seats=seats,
    )


class _Tokens:
    """The file's numbers and names, one after the other."""

    def __init__(self, text: str) -> None:
        self._found = list(_tokens(text))
        self._next = 0
        self._last_line = len(text_lines(text))

    def take(self, what: str) -> _Token:
        if self._next == len(self._found):
            raise BallotFileBroken(self._last_line, f"die Datei ist zu Ende. Es fehlt: {what}")
        self._next += 1
        return self._found[self._next - 1]

    def number(self, what: str, least: int) -> int:
        token = self.take(what)
        if token.is_name:
            raise BallotFileBroken(
                token.line, f"{what}: Hier muss eine Zahl stehen, nicht {shown(token.text)}"
            )
        return whole_number(token.line, token.text, what, least)

    def name(self, what: str) -> str:
        token = self.take(what)
        if not token.is_name:
            raise BallotFileBroken(
                token.line, f'{what} muss in "…" stehen, nicht so: {shown(token.text)}'
            )
        return token.text

    def left(self) -> list[_Token]:
        return self._found[self._next :]


def _tokens(text: str) -> Iterator[_Token]:
    place, line = 0, 1
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            raise BallotFileBroken(line, "hier beginnt ein Name oder Kommentar, der nicht endet")
        kind = found.lastgroup
        piece = found["number"] or found[0]
        if kind == "number":
            if piece.startswith("/*"):
                raise BallotFileBroken(line, "hier beginnt ein Kommentar, der nicht endet")
            yield _Token(line, piece)
        elif kind == "name":
            name = found["name"].replace('\\"', '"').replace('""', '"')
            yield _Token(line, " ".join(name.split()), is_name=True)
        else:
            line += piece.count("\n")
        place = found.end()


def _is_end(token: _Token) -> bool:
    return token.text == "0" and not token.is_name


def _candidate(line: int, text: str, candidates: int) -> int:
    number = whole_number(line, text, "Nummer einer Kandidatur", least=1)
    if number > candidates:
        raise BallotFileBroken(
            line, f"die Nummer {number} gibt es nicht; es gibt 1 bis {candidates}"
        )
    return number


def _ranking(tokens: _Tokens, candidates: int, withdrawn: set[int]) -> Ranking:
    """Read a ballot up to its 0, without who has withdrawn, by the new numbers."""
    groups: list[tuple[int, ...]] = []
    named: list[int] = []
    while not _is_end(token := tokens.take("die 0 am Ende des Stimmzettels")):
        if token.is_name:
            raise BallotFileBroken(token.line, "es fehlt die 0 am Ende des Stimmzettels")
        if token.text == "-":
            continue
        group = [_candidate(token.line, part, candidates) for part in token.text.split("=")]
        named += group
        left = [number for number in group if number not in withdrawn]
        if withdrawn:
            left = [_new_number(number, withdrawn) for number in left]
        if left:
            groups.append(tuple(sorted(left)))
    check_once(token.line, named)
    return tuple(groups)


def _new_number(number: int, withdrawn: set[int]) -> int:
    return number - sum(other < number for other in withdrawn)
