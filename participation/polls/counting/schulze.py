"""Schulze: every two options are compared; a defeat counts as much as the strongest chain of
defeats.

- Ballots: rankings, also with equal places.
- Unranked: ``ignored``: a ballot says nothing about options that it does not rank; ``last``: they
  are equal among each other, and behind all that are ranked. This can decide who wins.
- Overvote: options that are ranked equal are not compared by that ballot.
- A win is as strong as the ballots for it; of two with as many, the one with fewer against it is
  stronger.
- Tie: several options that no other one beats: by lot. Several seats: the winner goes out, and so
  on.
- Nobody wins: if no ballot compares anything.
"""

from participation.polls.counting.borda import with_unranked
from participation.polls.counting.minutes import Count, Minutes

#: For each two options, how many ballots put the first before the second. Index 0 is not used.
PairTable = list[list[int]]
#: For each two options, the strongest chain of wins: its weakest win, and who follows the first.
PathTable = list[list[tuple[int, tuple[int, ...]]]]


def count_schulze(minutes: Minutes) -> Count:
    """Compare every two options, then the strongest paths."""
    minutes.begin()
    if minutes.unranked == "last":
        minutes.say("Nicht genannte Optionen stehen hinter allen genannten.")
    else:
        minutes.say("Über Optionen, die er nicht nennt, sagt ein Stimmzettel nichts.")
    pairs = pair_table(minutes)
    say_pairs(minutes, pairs)
    strengths = direct_strengths(minutes, pairs)
    champion = [
        one
        for one in minutes.profile.numbers
        if all(strengths[one][other] for other in minutes.profile.numbers if other != one)
    ]
    paths = strongest_paths(strengths)
    if champion and len(minutes.profile.options) > 1:
        minutes.say(f"{minutes.name(champion[0])} gewinnt jeden Vergleich.")
    if not champion or minutes.seats > 1:
        say_paths(minutes, paths, pairs, strengths)
    totals = {
        one: sum(paths[one][other][0] > paths[other][one][0] for other in minutes.profile.numbers)
        for one in minutes.profile.numbers
    }
    compared = any(map(any, pairs)) or (len(minutes.profile.options) == 1 and minutes.valid > 0)
    winners = unbeaten_in_turn(minutes, paths) if compared else []
    nobody = "Kein Stimmzettel vergleicht etwas. Deshalb gewinnt niemand."
    return minutes.end(totals, winners, nobody=nobody)


def pair_table(minutes: Minutes) -> PairTable:
    """Count for each two options the ballots that put the first before the second."""
    size = len(minutes.profile.options) + 1
    pairs = [[0] * size for _ in range(size)]
    for weight, groups in minutes.profile.ballots:
        behind: list[int] = []
        for group in reversed(with_unranked(minutes, groups)):
            for better in group:
                row = pairs[better]
                for worse in behind:
                    row[worse] += weight
            behind.extend(group)
    return pairs


def say_pairs(minutes: Minutes, pairs: PairTable) -> None:
    """Write down each comparison."""
    for one in minutes.profile.numbers:
        for other in range(one + 1, len(minutes.profile.options) + 1):
            first, second = (one, other) if pairs[one][other] >= pairs[other][one] else (other, one)
            won, lost = pairs[first][second], pairs[second][first]
            result = "gewinnt gegen" if won > lost else "ist gleichauf mit"
            minutes.say(
                f"{minutes.name(first)} {result} {minutes.name(second)}: {won} zu {lost} "
                "Stimmzettel."
            )


def direct_strengths(minutes: Minutes, pairs: PairTable) -> PairTable:
    """Return how strong each win is, as one number: ballots for it, then fewer against it; 0 for no win."""
    step = minutes.valid + 1
    return [
        [
            won * step + step - 1 - pairs[other][one] if won > pairs[other][one] else 0
            for other, won in enumerate(row)
        ]
        for one, row in enumerate(pairs)
    ]


def strongest_paths(strengths: PairTable) -> PathTable:
    """Return the strongest chain of wins between every two.

    :returns: by first and last option: the strength of the weakest win; who is on it after the first
    """
    size = len(strengths)
    paths: PathTable = [
        [(strength, (other,)) if strength else (0, ()) for other, strength in enumerate(row)]
        for row in strengths
    ]
    for middle in range(1, size):
        for one in range(1, size):
            to_middle = paths[one][middle]
            if one == middle or not to_middle[0]:
                continue
            for other in range(1, size):
                if other in (one, middle):
                    continue
                strength = min(to_middle[0], paths[middle][other][0])
                if strength > paths[one][other][0]:
                    paths[one][other] = (strength, to_middle[1] + paths[middle][other][1])
    return paths


def say_paths(
    minutes: Minutes,
    paths: PathTable,
    pairs: PairTable,
    strengths: PairTable,
) -> None:
    """Write down the strongest chains in both directions, and who is ahead."""
    minutes.say(
        "Jetzt zählen Ketten von gewonnenen Vergleichen. Eine Kette ist so stark wie ihr "
        "schwächster Vergleich."
    )
    for one in minutes.profile.numbers:
        for other in range(one + 1, len(minutes.profile.options) + 1):
            there, back = paths[one][other], paths[other][one]
            said = [
                chain_words(minutes, first, chain[1], pairs, strengths)
                for first, chain in ((one, there), (other, back))
                if chain[0]
            ]
            if there[0] == back[0]:
                verdict = f"{minutes.name(one)} und {minutes.name(other)} sind gleichauf."
            else:
                ahead, behind = (one, other) if there[0] > back[0] else (other, one)
                verdict = f"{minutes.name(ahead)} liegt vor {minutes.name(behind)}."
            minutes.say(" ".join([*said, verdict]))


def chain_words(
    minutes: Minutes, first: int, rest: tuple[int, ...], pairs: PairTable, strengths: PairTable
) -> str:
    """Return a chain as a sentence, with its weakest comparison."""
    chain = (first, *rest)
    links = list(zip(chain, rest, strict=False))
    weakest = min(links, key=lambda link: strengths[link[0]][link[1]])
    names = " > ".join(minutes.name(number) for number in chain)
    won, lost = pairs[weakest[0]][weakest[1]], pairs[weakest[1]][weakest[0]]
    return f"Kette {names}: schwächster Vergleich {won} zu {lost}."


def unbeaten_in_turn(minutes: Minutes, paths: PathTable) -> list[int]:
    """Return for each seat an option that none of the others beats."""
    left = list(minutes.profile.numbers)
    winners: list[int] = []
    while left and len(winners) < minutes.seats:
        unbeaten = [
            one
            for one in left
            if all(paths[one][other][0] >= paths[other][one][0] for other in left)
        ]
        free = minutes.seats - len(winners)
        if len(unbeaten) > free:
            unbeaten = list(minutes.draw(unbeaten, "Niemand liegt vor diesen"))[:free]
        winners.extend(unbeaten)
        left = [one for one in left if one not in unbeaten]
    return winners
