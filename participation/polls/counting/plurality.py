"""Plurality: each ballot has one vote; who has most wins.

- Ballots: one choice; of rankings, the first place counts.
- Unranked: does not matter; only the first place counts.
- Overvote: a ballot with two options (at the first place) is invalid.
- Tie for the last seat: by lot.
- Nobody wins: if there is no valid vote. An option without a vote never wins.
"""

from participation.polls.counting.minutes import Count, Minutes, first_choices


def count_plurality(minutes: Minutes) -> Count:
    """Count first choices."""
    profile = minutes.profile
    if profile.kind == "rank":
        first_choices(minutes)
    minutes.begin()
    totals = dict.fromkeys(profile.numbers, 0)
    for weight, choice in profile.ballots:
        if profile.kind == "one":
            totals[choice] += weight
        elif len(choice[0]) == 1:
            totals[choice[0][0]] += weight
    for number in profile.numbers:
        minutes.say(f"Stimmen für {minutes.name(number)}: {totals[number]}.")
    winners = minutes.best(totals)
    if minutes.seats == 1 and winners:
        say_whether_majority(minutes, totals, winners[0])
    return minutes.end(totals, winners)


def say_whether_majority(minutes: Minutes, totals: dict[int, int], winner: int) -> None:
    """Say what follows where more than half of the votes are needed."""
    if 2 * totals[winner] > minutes.valid:
        minutes.say(f"{minutes.name(winner)} hat mehr als die Hälfte der {minutes.valid} Stimmen.")
        return
    others = [number for number in minutes.profile.numbers if number != winner]
    most = max(totals[number] for number in others)
    rivals = minutes.names(number for number in others if totals[number] == most)
    minutes.say(
        f"Niemand hat mehr als die Hälfte der {minutes.valid} Stimmen. Hier genügt die größte "
        "Zahl. Wo mehr als "
        f"die Hälfte nötig ist, folgt eine Stichwahl: {minutes.name(winner)} gegen {rivals} "
        f"(Stimmen: {most})."
    )
