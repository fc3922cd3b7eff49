"""Borda: with m options, a first place is worth m - 1 points, a second one m - 2, the last one 0.

- Ballots: rankings.
- Unranked: ``ignored``: an option that is not ranked gets no points; ``last``: the options that are
  not ranked share the places behind, each gets the mean of their points.
- Overvote: options that are ranked equal share their places, each gets the mean of their points.
- Tie for the last seat: by lot.
- Nobody wins: if there are no points. An option without points never wins.
"""

from fractions import Fraction

from participation.polls.counting.minutes import Count, Minutes, exact
from participation.polls.profiles import Number


def count_borda(minutes: Minutes) -> Count:
    """Add up the points of places."""
    minutes.begin()
    size = len(minutes.profile.options)
    minutes.say(f"Ein erster Platz bringt {size - 1} Punkte, jeder weitere Platz einen weniger.")
    if minutes.unranked == "last":
        minutes.say("Nicht genannte Optionen teilen sich die Plätze hinter den genannten.")
    else:
        minutes.say("Nicht genannte Optionen bekommen keine Punkte.")
    # Twice the points, because the mean of places is a whole or a half.
    doubled = dict.fromkeys(minutes.profile.numbers, 0)
    for weight, groups in minutes.profile.ballots:
        places = 0
        for group in with_unranked(minutes, groups):
            for number in group:
                doubled[number] += weight * (2 * (size - 1 - places) - len(group) + 1)
            places += len(group)
    totals: dict[int, Number] = {number: Fraction(doubled[number], 2) for number in doubled}
    for number in minutes.profile.numbers:
        minutes.say(f"Punkte für {minutes.name(number)}: {exact(totals[number])}.")
    nobody = "Niemand hat Punkte. Deshalb gewinnt niemand."
    return minutes.end(totals, minutes.best(totals), nobody=nobody)


def with_unranked(
    minutes: Minutes, groups: tuple[tuple[int, ...], ...]
) -> tuple[tuple[int, ...], ...]:
    """Return a ranking with the options that it does not name behind, if they count as last."""
    if minutes.unranked != "last":
        return groups
    named = {number for group in groups for number in group}
    rest = tuple(number for number in minutes.profile.numbers if number not in named)
    return (*groups, rest) if rest else groups
