"""Tally sheets of the Debian project: a head that names options, then a line ``V: 21-3 …`` for each
voter.

Each place of the line is an option; its digit is the rank that the voter gave it, the same digit an
equal rank, ``-`` none. Ranks after 9 are letters. Older sheets are Latin-1.
"""

import re

from participation.polls.profiles import Profile, distinct_names, merged_ballots
from participation.polls.readers.ballot_file import (
    BallotFile,
    BallotFileBroken,
    Ranking,
    Rankings,
    shown,
    text_lines,
)

_OPTION = re.compile(r"[\s|/]*Option\s+(\d{1,3})\s*-*>:(.*)")
_RANKS = "123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def read_debian(text: str) -> BallotFile:
    """Read a tally sheet. :raises BallotFileBroken:"""
    names: list[str] = []
    rankings = Rankings()
    lines = text_lines(text)
    for number, line in enumerate(lines, 1):
        if found := _OPTION.match(line):
            if int(found[1]) != len(names) + 1 or rankings.total:
                raise BallotFileBroken(number, f"Option {found[1]} ist hier nicht an der Reihe")
            names.append(found[2].strip())
        elif line.startswith("V:"):
            rankings.add(1, _read_vote(number, line, len(names)))
    if not names or not rankings.total:
        what = "Optionen" if not names else "Stimmen"
        raise BallotFileBroken(len(lines), f"das ist keine Stimmliste; es fehlen {what}")
    profile = Profile(
        kind="rank",
        options=distinct_names(names),
        ballots=merged_ballots(rankings.ballots),
        blank=rankings.blank,
    )
    return BallotFile(profile)


def _read_vote(number: int, line: str, options: int) -> Ranking:
    words = line.split()
    if len(words) not in (2, 3):  # with or without the voter's hash
        raise BallotFileBroken(number, f"das ist keine Stimme: {shown(line)}")
    vote = words[1].upper()
    if len(vote) != options:
        raise BallotFileBroken(number, f"{len(vote)} Stellen für {options} Optionen: {shown(vote)}")
    for mark in vote:
        if mark != "-" and mark not in _RANKS:
            raise BallotFileBroken(number, f"{shown(mark)} ist kein Rang")
    marks = sorted(set(vote) - {"-"}, key=_RANKS.index)
    return tuple(
        tuple(option for option, mark in enumerate(vote, 1) if mark == wanted) for wanted in marks
    )
