"""The Scottish count once more, written from the order of 2007 alone: slow, with decimals."""

import re
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, Decimal

FIVE = Decimal("0.00001")


@dataclass
class Paper:
    """One ballot paper. :param wishes: who is wanted, best first; those asked already are taken out"""

    wishes: list[int]
    value: Decimal = Decimal(1)


@dataclass
class Candidate:
    """Somebody who stands."""

    name: str
    papers: list[Paper] = field(default_factory=list)
    votes: Decimal = Decimal(0)
    history: list[Decimal] = field(default_factory=list)


@dataclass
class Stages:
    """What comes out."""

    quota: int
    elected: list[str]
    stages: list[dict[str, Decimal]]


class Undecided(Exception):
    """Only a lot could decide."""


def scottish_stages(text: str, seats: int) -> Stages:
    """Count the plain kind of BLT that Glasgow published: one ballot a line, names in quotes."""
    lines = [line for line in text.splitlines() if line.strip()]
    size = int(lines[0].split()[0])
    names = [" ".join(n.split()) for n in re.findall(r'"(.*)"', "\n".join(lines))][:size]
    papers: list[list[int]] = []
    for line in lines[1:]:
        weight, *wishes = (int(word) for word in line.split())
        if weight == 0:
            break
        papers += [wishes[:-1] for _ in range(weight)]
    return count_papers(names, papers, seats)


def count_papers(names: list[str], papers: list[list[int]], seats: int) -> Stages:
    """Count papers: rules 46 to 52."""
    people = {number: Candidate(name) for number, name in enumerate(names, 1)}
    for wishes in papers:
        first, *later = wishes
        people[first].papers.append(Paper(later))
        people[first].votes += 1
    quota = len(papers) // (seats + 1) + 1
    hopeful = set(people)
    elected: list[int] = []
    surplus_of: list[int] = []
    stages: list[dict[str, Decimal]] = []
    while True:
        for candidate in people.values():
            candidate.history.append(candidate.votes)
        stages.append({candidate.name: candidate.votes for candidate in people.values()})
        for number in sorted(hopeful, key=lambda n: (-people[n].votes, n)):
            if people[number].votes >= quota:
                elected.append(number)
                hopeful.discard(number)
                if people[number].votes > quota:
                    surplus_of.append(number)
        if len(elected) == seats:
            break
        if len(hopeful) <= seats - len(elected):
            elected += sorted(hopeful, key=lambda n: (-people[n].votes, n))
            break
        if surplus_of:
            _hand_on_surplus(people, hopeful, surplus_of, quota)
        else:
            _leave_out(people, hopeful)
    return Stages(quota, [people[n].name for n in elected], stages)


def _hand_on_surplus(
    people: dict[int, Candidate], hopeful: set[int], surplus_of: list[int], quota: int
) -> None:
    giver = _extreme(people, surplus_of, highest=True)
    surplus_of.remove(giver)
    total = people[giver].votes
    for paper in people[giver].papers:
        exactly = (total - quota) * paper.value / total
        _hand_on(people, hopeful, paper, exactly.quantize(FIVE, rounding=ROUND_DOWN))
    people[giver].votes = Decimal(quota)


def _leave_out(people: dict[int, Candidate], hopeful: set[int]) -> None:
    loser = _extreme(people, sorted(hopeful), highest=False)
    hopeful.discard(loser)
    for paper in people[loser].papers:
        _hand_on(people, hopeful, paper, paper.value)
    people[loser].votes = Decimal(0)


def _hand_on(people: dict[int, Candidate], hopeful: set[int], paper: Paper, value: Decimal) -> None:
    while paper.wishes:
        wanted = paper.wishes.pop(0)
        if wanted in hopeful:
            paper.value = value
            people[wanted].papers.append(paper)
            people[wanted].votes += value
            return


def _extreme(people: dict[int, Candidate], numbers: list[int], *, highest: bool) -> int:
    """Whose votes are highest (lowest) now; among equals, at the last stage before where they differ."""
    choose = max if highest else min
    left = list(numbers)
    for stage in range(len(people[left[0]].history) - 1, -1, -1):
        wanted = choose(people[number].history[stage] for number in left)
        left = [number for number in left if people[number].history[stage] == wanted]
        if len(left) == 1:
            return left[0]
    raise Undecided
