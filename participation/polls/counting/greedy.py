"""Greedy: the options with most votes get the money, one after the other; what no longer fits is
skipped.

- Ballots: a budget, approval, several: votes are the ballots that name an option. Grades and
  points: their sum. Rankings: with places for k options, a first place is k points, a second one k
  - 1, and so on; without k, as many places as there are options.
- Unranked: an option that is not named gets nothing.
- Overvote: a ballot that names more, or spends more, than allowed is invalid. Options that are
  ranked equal share the points of their places.
- Tie: whose turn is first, by lot, if it matters.
- Nobody wins: if no option with votes costs as little as there is. An option without a vote never
  wins.
"""

from fractions import Fraction

from participation.polls.counting.approval import approvals
from participation.polls.counting.minutes import Count, Minutes, budget_of, exact, readable
from participation.polls.profiles import SET_KINDS, Number


def count_greedy(minutes: Minutes) -> Count:
    """Spend the budget by votes."""
    budget, costs = budget_of(minutes)
    minutes.begin()
    totals = votes_for_money(minutes)
    unit = "Stimmen" if minutes.profile.kind in SET_KINDS else "Punkte"
    minutes.say(f"Es gibt {euros(budget)}. Was die meisten {unit} hat, kommt zuerst.")
    winners = spend_greedily(minutes, totals, minutes.profile.numbers, budget, costs, unit)
    return minutes.end(
        totals,
        winners,
        word="Ausgewählt",
        nobody="Für nichts reichen Stimmen und Geld. Deshalb gewinnt nichts.",
    )


def votes_for_money(minutes: Minutes) -> dict[int, Number]:
    """Return votes of sets, points of everything else."""
    profile = minutes.profile
    if profile.kind in SET_KINDS:
        return dict(approvals(profile))
    totals: dict[int, Number] = dict.fromkeys(profile.numbers, 0)
    if profile.kind == "rank":
        places = profile.k or len(profile.options)
        minutes.say(f"Ein erster Platz bringt {places} Punkte, jeder weitere Platz einen weniger.")
        for weight, groups in profile.ballots:
            taken = 0
            for group in groups:
                after = taken + len(group)
                points = sum(max(places - place, 0) for place in range(taken, after))
                for number in group:
                    totals[number] += Fraction(weight * points, len(group))
                taken = after
        return totals
    for weight, choice in profile.ballots:
        for number, points in choice:
            totals[number] += weight * points
    return totals


def spend_greedily(
    minutes: Minutes,
    totals: dict[int, Number],
    numbers: range | list[int],
    budget: Fraction,
    costs: list[Fraction],
    unit: str,
) -> list[int]:
    """Return what gets money, most votes first, and write down what each one costs."""
    winners: list[int] = []
    levels = sorted({totals[number] for number in numbers if totals[number] > 0}, reverse=True)
    for level in levels:
        tied = [number for number in numbers if totals[number] == level]
        if matters(tied, budget, costs):
            tied = list(minutes.draw(tied, f"Gleich viele {unit} ({exact(level)})"))
        for number in tied:
            words = f"{minutes.name(number)} ({unit}: {exact(level)}) kostet {euros(costs[number])}"
            if costs[number] <= budget:
                budget -= costs[number]
                winners.append(number)
                minutes.say(f"{words}. Das passt; es bleiben {euros(budget)}.")
            else:
                minutes.say(f"{words}. Das passt nicht mehr in {euros(budget)}.")
    return winners


def matters(tied: list[int], budget: Fraction, costs: list[Fraction]) -> bool:
    """Tell whether it matters whose turn is first: one of them fits, but not all of them together."""
    fitting = [costs[number] for number in tied if costs[number] <= budget]
    return len(fitting) > 1 and sum(fitting) > budget


def euros(amount: Fraction) -> str:
    """Return an amount of money as it stands in a sentence."""
    return f"{readable(amount)} Euro"
