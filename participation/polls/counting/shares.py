"""Method of Equal Shares: everybody has the same part of the budget, and pays for what they voted
for.

An option can be bought if those who voted for it have its cost together. They pay as equally as
possible: everybody the same, but whoever has less left gives all of that. Bought next is the option
with most *effective votes*: its cost, divided by the most that anybody pays for it. (Peters,
Skowron; here each euro that is spent is worth the same to a voter.)

Completion: when nothing can be bought any more, the money that is left goes greedily to the options
with most votes (``greedy.py``); the shares that voters have left do not matter then.

- Ballots: a budget, approval, several.
- Unranked: an option that is not named gets no money from that voter. Blank ballots have no share.
- Overvote: a ballot that names more, or spends more, than allowed is invalid.
- Tie of effective votes: by lot.
- Nobody wins: if no option with votes costs as little as there is. An option without a vote never
  wins. One that costs nothing wins with one vote.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from participation.polls.counting.approval import approvals
from participation.polls.counting.greedy import euros, spend_greedily
from participation.polls.counting.minutes import Count, Minutes, budget_of, readable
from participation.polls.profiles import Number


@dataclass
class Purse:
    """What voters with equal ballots have left, each of them, in the units of the purses."""

    voters: int
    wishes: tuple[int, ...]
    left: int


@dataclass
class Purses:
    """Everybody's money in whole units, so small that nothing is ever rounded.

    :param unit: how many units are one euro; :param supporters: purses by option number
    """

    unit: int
    purses: list[Purse]
    supporters: dict[int, list[Purse]]

    def refine(self, times: int) -> None:
        """Make the units smaller, so that an amount can be shared."""
        if times > 1:
            self.unit *= times
            for purse in self.purses:
                purse.left *= times


def count_shares(minutes: Minutes) -> Count:
    """Buy with equal shares, then spend the rest greedily."""
    budget, costs = budget_of(minutes)
    minutes.begin()
    totals: dict[int, Number] = dict(approvals(minutes.profile))
    winners: list[int] = []
    left = budget
    if minutes.valid:
        minutes.say(
            f"Es gibt {euros(budget)} für {minutes.valid} Stimmzettel: "
            f"{euros(budget / minutes.valid)} für jeden."
        )
        minutes.say(
            "Was jemand will, zahlen alle, die dafür gestimmt haben: alle gleich viel, und wer "
            "nicht mehr so "
            "viel hat, den ganzen Rest. Wirksame Stimmen sind die Kosten, geteilt durch das "
            "meiste, was "
            "jemand zahlt. Was davon am meisten hat, wird als Nächstes gekauft."
        )
        winners = buy_with_shares(minutes, fill_purses(minutes, budget, costs), costs)
        left = budget - sum((costs[number] for number in winners), Fraction(0))
        minutes.say(
            f"Mehr kann so nicht gekauft werden. Es bleiben {euros(left)}. Sie gehen der Reihe "
            "nach an das, was die "
            "meisten Stimmen hat."
        )
    rest = [number for number in minutes.profile.numbers if number not in winners]
    winners += spend_greedily(minutes, totals, rest, left, costs, "Stimmen")
    return minutes.end(
        totals,
        winners,
        word="Ausgewählt",
        nobody="Für nichts reichen Stimmen und Geld. Deshalb gewinnt nichts.",
    )


def fill_purses(minutes: Minutes, budget: Fraction, costs: list[Fraction]) -> Purses:
    """Give everybody the same share, in units in which shares and costs are whole."""
    share = budget / minutes.valid
    unit = lcm(share.denominator, *(cost.denominator for cost in costs))
    purses = [
        Purse(weight, choice, int(share * unit)) for weight, choice in minutes.profile.ballots
    ]
    supporters: dict[int, list[Purse]] = {number: [] for number in minutes.profile.numbers}
    for purse in purses:
        for number in purse.wishes:
            supporters[number].append(purse)
    return Purses(unit, purses, supporters)


def buy_with_shares(minutes: Minutes, purses: Purses, costs: list[Fraction]) -> list[int]:
    """Buy what has most effective votes, until nobody's supporters have enough."""
    bought: list[int] = []
    # Purses only get emptier: effective votes never rise. What was found earlier is a bound from above.
    bounds = {
        number: Fraction(sum(purse.voters for purse in backers))
        for number, backers in purses.supporters.items()
        if backers
    }
    for number in [number for number in bounds if not costs[number]]:
        bought.append(number)
        del bounds[number]
        minutes.say(f"{minutes.name(number)} kostet nichts und hat Stimmen: gekauft.")
    while True:
        tied, most = most_effective(purses, costs, bounds)
        if not tied:
            return bought
        number = tied[0]
        if len(tied) > 1:
            number = minutes.draw(tied, f"Gleich viele wirksame Stimmen ({readable(most)})")[0]
        del bounds[number]
        bought.append(number)
        highest = pay_together(purses, number, costs[number])
        minutes.say(
            f"Die meisten wirksamen Stimmen hat {minutes.name(number)} ({readable(most)}). Kosten: "
            f"{euros(costs[number])}. Niemand zahlt mehr als {euros(highest)}."
        )


def most_effective(
    purses: Purses, costs: list[Fraction], bounds: dict[int, Fraction]
) -> tuple[list[int], Fraction]:
    """Return the options with most effective votes, and how many those are; none if nothing can be bought.

    Bounds are lowered, and options that can never be bought any more taken out.
    """
    best: list[int] = []
    most = Fraction(0)
    for number in sorted(bounds, key=lambda number: (-bounds[number], number)):
        if bounds[number] < most:
            break
        paid = highest_payment(purses, number, costs[number])
        if paid is None:
            del bounds[number]
            continue
        effective = costs[number] * purses.unit / paid
        bounds[number] = effective
        if effective > most:
            best, most = [], effective
        if effective == most:
            best.append(number)
    return sorted(best), most


def highest_payment(purses: Purses, number: int, cost: Fraction) -> Fraction | None:
    """Return the most that a supporter would pay, in units; ``None`` if they have not enough together."""
    backers = sorted(purses.supporters[number], key=lambda purse: purse.left)
    payers = sum(purse.voters for purse in backers)
    due = int(cost * purses.unit)
    for purse in backers:
        if purse.left * payers >= due:
            return Fraction(due, payers)
        due -= purse.left * purse.voters
        payers -= purse.voters
    return None


def pay_together(purses: Purses, number: int, cost: Fraction) -> Fraction:
    """Take the money out of the supporters' purses; return the most that one pays, in euros."""
    paid = highest_payment(purses, number, cost)
    assert paid is not None  # noqa: S101  (it was chosen because they have enough)
    purses.refine(paid.denominator)
    each = paid.numerator
    for purse in purses.supporters[number]:
        purse.left = max(purse.left - each, 0)
    return Fraction(each, purses.unit)
