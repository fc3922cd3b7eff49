"""Instant runoff: the last one is left out, and their ballots go on, until one has more than half.

- Ballots: rankings. One seat; for several seats there is ``stv-scottish``.
- Unranked: a ballot that names nobody who is still there is exhausted and counts for nobody.
- Overvote: two options at the first place: the ballot is invalid; further down, the ballot is
  exhausted when it comes there.
- Tie for the last place: who was behind in the round before; else further back; then the lot, its
  last one goes.
- Nobody wins: if there is no valid ballot. Half is taken of the ballots that still count in the
  round.
"""

from participation.polls.counting.minutes import Count, Minutes, first_choices

#: Ballots that lie with one option: how many, the ranking, and the place in it that counts now.
Pile = list[tuple[int, tuple[tuple[int, ...], ...], int]]


def count_irv(minutes: Minutes) -> Count:
    """Leave out one after the other."""
    first_choices(minutes)
    minutes.begin()
    standing = set(minutes.profile.numbers)
    piles: dict[int, Pile] = {number: [] for number in standing}
    for weight, groups in minutes.profile.ballots:
        if len(groups[0]) == 1:
            piles[groups[0][0]].append((weight, groups, 0))
    rounds: list[dict[int, int]] = []
    while True:
        votes = {number: pile_size(piles[number]) for number in standing}
        rounds.append(votes)
        say_round(minutes, rounds)
        counted = sum(votes.values())
        ahead = [number for number in standing if 2 * votes[number] > counted]
        if ahead or not counted:
            break
        out = last_one(minutes, rounds)
        standing.remove(out)
        moved = move_pile(piles.pop(out), standing, piles)
        minutes.say(
            f"Niemand hat mehr als die Hälfte. {minutes.name(out)} hat am wenigsten und scheidet "
            "aus. "
            f"{votes[out] - moved} der {votes[out]} Stimmzettel nennen niemanden mehr, der noch "
            "dabei ist."
        )
    if ahead:
        minutes.say(
            f"{minutes.name(ahead[0])} hat mehr als die Hälfte der {counted} Stimmzettel, die "
            "noch zählen."
        )
    totals = {number: rounds[-1].get(number, 0) for number in minutes.profile.numbers}
    return minutes.end(totals, ahead, rounds)


def pile_size(pile: Pile) -> int:
    """Return how many ballots lie there."""
    return sum(weight for weight, _groups, _place in pile)


def next_standing(
    groups: tuple[tuple[int, ...], ...], place: int, standing: set[int]
) -> tuple[int, int] | None:
    """Return who gets a ballot next, and that place; ``None`` if nobody does.

    Two who are still there and stand equal: nobody can say whose turn it is, so nobody gets it.
    """
    for later in range(place + 1, len(groups)):
        group = groups[later]
        if len(group) == 1:
            if group[0] in standing:
                return group[0], later
        elif left := [number for number in group if number in standing]:
            return (left[0], later) if len(left) == 1 else None
    return None


def move_pile(pile: Pile, standing: set[int], piles: dict[int, Pile]) -> int:
    """Move ballots on, and return how many found somebody."""
    moved = 0
    for weight, groups, place in pile:
        found = next_standing(groups, place, standing)
        if found is not None:
            piles[found[0]].append((weight, groups, found[1]))
            moved += weight
    return moved


def say_round(minutes: Minutes, rounds: list[dict[int, int]]) -> None:
    """Write down the votes of a round, most first."""
    votes = rounds[-1]
    order = sorted(votes, key=lambda number: (-votes[number], number))
    table = ", ".join(f"{minutes.name(number)} {votes[number]}" for number in order)
    counted = sum(votes.values())
    minutes.say(
        f"Runde {len(rounds)}: {table}. Es zählen {counted} Stimmzettel, "
        f"{minutes.valid - counted} sind erschöpft."
    )


def last_one(minutes: Minutes, rounds: list[dict[int, int]]) -> int:
    """Return who goes: fewest votes, then fewest in the round before, and so on; then the lot."""
    votes = rounds[-1]
    fewest = min(votes.values())
    tied = [number for number in votes if votes[number] == fewest]
    if len(tied) == 1:
        return tied[0]
    for place in range(len(rounds) - 2, -1, -1):
        earlier = rounds[place]
        least = min(earlier[number] for number in tied)
        behind = [number for number in tied if earlier[number] == least]
        if len(behind) < len(tied):
            minutes.settle(
                f"Gleichauf am Ende (Stimmen: {fewest}): {minutes.names(sorted(tied))}. In Runde "
                f"{place + 1} "
                f"hatte am wenigsten: {minutes.names(sorted(behind))} ({least})."
            )
            tied = behind
        if len(tied) == 1:
            return tied[0]
    what = f"Gleichauf am Ende (Stimmen: {fewest})"
    return minutes.draw(tied, f"{what}; wer im Los hinten steht, scheidet aus")[-1]
