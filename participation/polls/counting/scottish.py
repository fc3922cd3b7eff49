"""Single transferable vote, as Scotland counts its council elections (weighted inclusive Gregory
method).

The rules are those of the Scottish Local Government Elections Order 2007, SSI 2007/42, schedule 1,
rules 46 to 52. Values of ballots have five decimals, the rest is cut off; here they are whole
numbers of hundred-thousandths.

- Ballots: rankings; one or several seats.
- Unranked: a ballot that names nobody who is still there cannot be transferred, and counts for
  nobody.
- Overvote: two options at the first place: the ballot is invalid. Further down: if both are still
  there, the ballot cannot be transferred; if one is, it is that one's.
- Tie, whose surplus goes first, or who is excluded: the votes at the stage before at which they
  differed last; if they never differed, the lot: its first one's surplus goes first, its last one
  is excluded.
- Nobody wins: if there is no valid ballot. If there are as many left as free seats, all of them
  win, also without votes.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction

from participation.polls.counting.irv import next_standing
from participation.polls.counting.minutes import Count, Minutes, first_choices

#: A whole vote, in hundred-thousandths.
ONE_VOTE = 100_000
#: Ballots with one candidate: how many, the ranking, the place that counts now, the value of each.
ValuedPile = list[tuple[int, tuple[tuple[int, ...], ...], int, int]]


@dataclass
class ScottishCount:
    """Where the count stands.

    :param votes: of everybody, in hundred-thousandths; :param stages: the same, after each stage
    :param waiting: elected, with a surplus that was not transferred yet
    """

    minutes: Minutes
    quota: int
    piles: dict[int, ValuedPile]
    votes: dict[int, int]
    continuing: set[int]
    elected: list[int] = field(default_factory=list)
    waiting: set[int] = field(default_factory=set)
    stages: list[dict[int, int]] = field(default_factory=list)

    @property
    def vacancies(self) -> int:
        """Seats that are free."""
        return self.minutes.seats - len(self.elected)


def count_scottish(minutes: Minutes) -> Count:
    """Elect, transfer surpluses, exclude, until all seats are filled."""
    first_choices(minutes)
    minutes.begin()
    quota = minutes.valid // (minutes.seats + 1) + 1
    state = first_stage(minutes, quota)
    if minutes.valid:
        minutes.say(
            f"Quote: {minutes.valid} Stimmzettel geteilt durch {minutes.seats + 1} (Plätze plus "
            "1), abgerundet, "
            f"plus 1: {quota}."
        )
        end_stage(state)
        while state.vacancies:
            if len(state.continuing) <= state.vacancies:
                fill_last_vacancies(state)
                break
            if state.waiting:
                transfer_surplus(state)
            else:
                exclude_last(state)
            end_stage(state)
    rounds = [
        {number: Fraction(votes, ONE_VOTE) for number, votes in stage.items()}
        for stage in state.stages
    ]
    totals = {number: Fraction(votes, ONE_VOTE) for number, votes in state.votes.items()}
    return minutes.end(totals, state.elected, rounds, quota)


def first_stage(minutes: Minutes, quota: int) -> ScottishCount:
    """Give each ballot to its first preference."""
    numbers = minutes.profile.numbers
    piles: dict[int, ValuedPile] = {number: [] for number in numbers}
    votes = dict.fromkeys(numbers, 0)
    for weight, groups in minutes.profile.ballots:
        if len(groups[0]) == 1:
            piles[groups[0][0]].append((weight, groups, 0, ONE_VOTE))
            votes[groups[0][0]] += weight * ONE_VOTE
    return ScottishCount(minutes, quota * ONE_VOTE, piles, votes, set(numbers))


def end_stage(state: ScottishCount) -> None:
    """Write the votes down, and elect who has reached the quota."""
    minutes = state.minutes
    state.stages.append(dict(state.votes))
    table = ", ".join(
        f"{minutes.name(number)} {five_decimals(votes)}"
        for number, votes in state.votes.items()
        if number in state.continuing or number in state.elected
    )
    lost = minutes.valid * ONE_VOTE - sum(state.votes.values())
    minutes.say(
        f"Stufe {len(state.stages)}: {table}. Nicht übertragbar, mit Resten: {five_decimals(lost)}."
    )
    reached = [number for number in state.continuing if state.votes[number] >= state.quota]
    for number in sorted(reached, key=lambda number: (-state.votes[number], number)):
        state.continuing.remove(number)
        state.elected.append(number)
        surplus = state.votes[number] - state.quota
        if surplus:
            state.waiting.add(number)
        minutes.say(
            f"{minutes.name(number)} erreicht die Quote und ist gewählt. "
            f"Überschuss: {five_decimals(surplus)}."
        )


def fill_last_vacancies(state: ScottishCount) -> None:
    """Elect all who are left: there are no more of them than seats."""
    left = sorted(state.continuing, key=lambda number: (-state.votes[number], number))
    state.elected.extend(left)
    state.continuing.clear()
    if left:
        state.minutes.say(
            f"Es sind nicht mehr übrig als freie Plätze. Gewählt, auch ohne die Quote: "
            f"{state.minutes.names(left)}."
        )


def transfer_surplus(state: ScottishCount) -> None:
    """Transfer the largest surplus, each ballot at a part of its value."""
    most = max(state.votes[number] for number in state.waiting)
    tied = [number for number in state.waiting if state.votes[number] == most]
    giver = tied[0] if len(tied) == 1 else earlier_stages(state, tied, most=True)
    state.waiting.remove(giver)
    total = state.votes[giver]
    surplus = total - state.quota
    state.minutes.say(
        f"Der Überschuss von {state.minutes.name(giver)} wird übertragen: "
        f"{five_decimals(surplus)}. Jeder dieser "
        "Stimmzettel zählt weiter mit: Überschuss mal bisherigem Wert, geteilt durch "
        f"{five_decimals(total)}, "
        "nach fünf Stellen abgeschnitten."
    )
    pile = [
        (weight, groups, place, surplus * value // total)
        for weight, groups, place, value in state.piles.pop(giver)
    ]
    transfer_pile(state, pile)
    state.votes[giver] = state.quota


def exclude_last(state: ScottishCount) -> None:
    """Exclude who has fewest votes, and transfer the ballots at their value."""
    fewest = min(state.votes[number] for number in state.continuing)
    tied = [number for number in state.continuing if state.votes[number] == fewest]
    out = tied[0] if len(tied) == 1 else earlier_stages(state, tied, most=False)
    state.continuing.remove(out)
    state.minutes.say(
        f"{state.minutes.name(out)} hat am wenigsten, {five_decimals(fewest)}, und scheidet aus. "
        "Die Stimmzettel "
        "zählen mit ihrem Wert weiter."
    )
    state.votes[out] = 0
    transfer_pile(state, state.piles.pop(out))


def earlier_stages(state: ScottishCount, tied: list[int], *, most: bool) -> int:
    """Break a tie by the last stage at which the votes differed; else by lot.

    :param most: whether the one with most votes is wanted, or the one with fewest
    """
    minutes = state.minutes
    tied = sorted(tied)
    what = "Gleicher Überschuss" if most else "Gleich wenige Stimmen"
    for place in range(len(state.stages) - 2, -1, -1):
        stage = state.stages[place]
        wanted = (max if most else min)(stage[number] for number in tied)
        found = [number for number in tied if stage[number] == wanted]
        if len(found) < len(tied):
            word = "am meisten" if most else "am wenigsten"
            minutes.settle(
                f"{what}: {minutes.names(tied)}. In Stufe {place + 1} hatte {word}: "
                f"{minutes.names(found)} "
                f"({five_decimals(wanted)})."
            )
            tied = found
        if len(tied) == 1:
            return tied[0]
    if most:
        return minutes.draw(tied, f"{what}; wer im Los vorn steht, ist zuerst dran")[0]
    return minutes.draw(tied, f"{what}; wer im Los hinten steht, scheidet aus")[-1]


def transfer_pile(state: ScottishCount, pile: ValuedPile) -> None:
    """Give each ballot to the next one who is still there, and write down who got what."""
    parcels: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for weight, groups, place, value in pile:
        found = next_standing(groups, place, state.continuing)
        if found is not None:
            taker, later = found
            state.piles[taker].append((weight, groups, later, value))
            parcels[taker][value] += weight
    for taker in sorted(parcels):
        gained = sum(value * many for value, many in parcels[taker].items())
        state.votes[taker] += gained
        parts = " + ".join(
            f"{many} × {five_decimals(value)}"
            for value, many in sorted(parcels[taker].items(), reverse=True)
        )
        state.minutes.say(f"{state.minutes.name(taker)} bekommt {parts} = {five_decimals(gained)}.")


def five_decimals(value: int) -> str:
    """Return hundred-thousandths of a vote as they stand in a sentence."""
    return f"{value // ONE_VOTE},{value % ONE_VOTE:05d}"
