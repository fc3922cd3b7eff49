"""Verdict: yes, no or abstain; accepted if there are more yes than no.

- Ballots: yes, no, abstain.
- Unranked: nothing chosen is a blank ballot. Abstentions are counted and decide nothing.
- Overvote: anything but one of the three is invalid.
- Tie: as many yes as no is no majority: it is not accepted. There is no lot, and nobody wins.
- Nobody wins: as many yes as no, also if there are none at all.
"""

from participation.polls.counting.minutes import Count, Minutes


def count_verdict(minutes: Minutes) -> Count:
    """Compare yes and no."""
    minutes.begin()
    totals = dict.fromkeys(minutes.profile.numbers, 0)
    for weight, choice in minutes.profile.ballots:
        totals[choice] += weight
    yes, no, abstained = (totals[number] for number in minutes.profile.numbers)
    minutes.say(f"Ja: {yes}. Nein: {no}. Enthaltungen: {abstained}; sie entscheiden nicht mit.")
    if yes > no:
        minutes.say("Es gibt mehr Ja als Nein: angenommen.")
        winners = [1]
    elif no > yes:
        minutes.say("Es gibt mehr Nein als Ja: abgelehnt.")
        winners = [2]
    else:
        minutes.settle(
            "Es gibt gleich viele Ja und Nein. Das ist keine Mehrheit: nicht angenommen."
        )
        winners = []
    nobody = "Weder Ja noch Nein hat eine Mehrheit."
    return minutes.end(totals, winners, nobody=nobody, word="Ergebnis")
