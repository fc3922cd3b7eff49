"""Counting: each rule takes the ballots of one question and says the result and how it came about;
pure."""

from collections.abc import Callable

from participation.polls.counting.approval import count_approval
from participation.polls.counting.borda import count_borda
from participation.polls.counting.greedy import count_greedy
from participation.polls.counting.irv import count_irv
from participation.polls.counting.minutes import Count as Count
from participation.polls.counting.minutes import Minutes
from participation.polls.counting.minutes import RuleDoesNotFit as RuleDoesNotFit
from participation.polls.counting.minutes import lot as lot
from participation.polls.counting.plurality import count_plurality
from participation.polls.counting.schulze import count_schulze
from participation.polls.counting.score import count_score
from participation.polls.counting.scottish import count_scottish
from participation.polls.counting.shares import count_shares
from participation.polls.counting.verdict import count_verdict
from participation.polls.profiles import SET_KINDS, Profile

#: How each rule counts, and the kinds of ballots that it can count.
RULES: dict[str, tuple[Callable[[Minutes], Count], frozenset[str]]] = {
    "plurality": (count_plurality, frozenset({"one", "rank"})),
    "approval": (count_approval, SET_KINDS | {"one", "points"}),
    "score": (count_score, frozenset({"score", "points"})),
    "verdict": (count_verdict, frozenset({"verdict"})),
    "borda": (count_borda, frozenset({"rank"})),
    "irv": (count_irv, frozenset({"rank"})),
    "schulze": (count_schulze, frozenset({"rank"})),
    "stv-scottish": (count_scottish, frozenset({"rank"})),
    "greedy": (count_greedy, SET_KINDS | {"score", "points", "rank"}),
    "equal-shares": (count_shares, SET_KINDS),
}
#: Rules that find one answer, however many seats there are.
ONE_SEAT_RULES = frozenset({"verdict", "irv", "greedy", "equal-shares"})
#: What it can mean that a ballot does not name an option; the first is meant if nothing is said.
UNRANKED = ("ignored", "last")
KIND_WORDS = {
    "one": "eine Auswahl",
    "several": "mehrere Kreuze",
    "approval": "Zustimmung",
    "score": "Noten",
    "points": "Punkte",
    "verdict": "Ja, Nein oder Enthaltung",
    "rank": "eine Rangfolge",
    "budget": "ein Budget",
}


def count(
    profile: Profile, rule: str, seats: int = 1, seed: bytes = b"", unranked: str = UNRANKED[0]
) -> Count:
    """Count the ballots of one question.

    :param seats: how many are elected; rules about a budget decide by the money instead
    :param seed: from which the lot is drawn, if there is a tie
    :param unranked: what it means that a ballot does not name an option: ``ignored`` or ``last``
    :raises RuleDoesNotFit: for these ballots, or for so many seats
    """
    if rule not in RULES:
        raise RuleDoesNotFit(f"Die Regel {rule} gibt es nicht. Es gibt: {', '.join(RULES)}.")
    if unranked not in UNRANKED:
        raise RuleDoesNotFit(f"Nicht genannte Optionen zählen als {' oder '.join(UNRANKED)}.")
    count_by_rule, kinds = RULES[rule]
    if profile.kind not in kinds:
        wanted = ", ".join(KIND_WORDS[kind] for kind in KIND_WORDS if kind in kinds)
        raise RuleDoesNotFit(
            f"Die Regel {rule} passt nicht zu diesen Stimmzetteln. Sie zählt: {wanted}. Auf diesen "
            f"Stimmzetteln steht: {KIND_WORDS[profile.kind]}."
        )
    if seats < 1 or (rule in ONE_SEAT_RULES and seats != 1):
        raise RuleDoesNotFit(f"Die Regel {rule} kann nicht {seats} Plätze vergeben, nur einen.")
    if not profile.options:
        raise RuleDoesNotFit("Es gibt keine Option, die gewinnen könnte.")
    return count_by_rule(Minutes(profile, rule, seats, seed, unranked))
