"""Approval: each ballot has one vote for every option that it names; who has most wins.

- Ballots: several options, approval, budget, one choice; points from files (every option with points).
- Unranked: an option that is not named gets no vote.
- Overvote: a ballot with more options than allowed is invalid.
- Tie for the last seat: by lot.
- Nobody wins: if there is no valid vote. An option without a vote never wins.
"""

from participation.polls.counting.minutes import Count, Minutes
from participation.polls.profiles import Profile


def count_approval(minutes: Minutes) -> Count:
    """Count how many ballots name an option."""
    minutes.begin()
    totals = approvals(minutes.profile)
    for number in minutes.profile.numbers:
        minutes.say(
            f"{minutes.name(number)} steht auf {totals[number]} von {minutes.valid} Stimmzetteln."
        )
    return minutes.end(totals, minutes.best(totals))


def approvals(profile: Profile) -> dict[int, int]:
    """Return how many ballots name each option."""
    totals = dict.fromkeys(profile.numbers, 0)
    for weight, choice in profile.ballots:
        for number in approved_by(profile.kind, choice):
            totals[number] += weight
    return totals


def approved_by(kind: str, choice: object) -> tuple[int, ...]:
    """Return the options that a ballot names; of points, those that get some."""
    if isinstance(choice, int):
        return (choice,)
    assert isinstance(choice, tuple)  # noqa: S101  (the form of all other kinds)
    if kind == "points":
        return tuple(number for number, points in choice if points > 0)
    return choice
