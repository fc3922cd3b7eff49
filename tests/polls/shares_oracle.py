"""Equal Shares once more, from its description alone: one purse a voter, fractions, nothing remembered."""

from fractions import Fraction

from participation.polls.counting import lot


def payment(purses: list[Fraction], cost: Fraction) -> Fraction | None:
    """The least amount p for which min(p, purse) of all purses together is the cost."""
    if sum(purses) < cost:
        return None
    for purse in sorted(purses, reverse=True):
        # Suppose that exactly the purses below this bound are emptied.
        emptied = [other for other in purses if other < purse]
        each = (cost - sum(emptied)) / (len(purses) - len(emptied))
        if each <= purse and all(other <= each for other in emptied):
            return each
    raise AssertionError("somebody pays most")


def equal_shares(
    costs: list[int], budget: int, ballots: list[list[int]], seed: bytes
) -> tuple[list[int], list[int]]:
    """Return what is bought with shares, and what greedily with the rest, by numbers from 1."""
    purses = [Fraction(budget, len(ballots)) for _ in ballots]
    bought: list[int] = []
    while True:
        offers: dict[int, tuple[Fraction, Fraction]] = {}
        for number in range(1, len(costs) + 1):
            cost = Fraction(costs[number - 1])
            backers = [
                purse for purse, ballot in zip(purses, ballots, strict=True) if number in ballot
            ]
            if number not in bought and backers:
                pay = payment(backers, cost)
                if pay is not None:
                    offers[number] = (cost / pay, pay)
        if not offers:
            break
        most = max(effective for effective, _pay in offers.values())
        number = lot(seed, [n for n in offers if offers[n][0] == most])[0]
        bought.append(number)
        for place, ballot in enumerate(ballots):
            if number in ballot:
                purses[place] -= min(purses[place], offers[number][1])
    left = budget - sum(costs[number - 1] for number in bought)
    votes = {
        number: sum(number in ballot for ballot in ballots) for number in range(1, len(costs) + 1)
    }
    order = [n for n in lot(seed, votes) if n not in bought and votes[n]]
    rest: list[int] = []
    for number in sorted(order, key=lambda n: -votes[n]):
        if costs[number - 1] <= left:
            rest.append(number)
            left -= costs[number - 1]
    return bought, rest
