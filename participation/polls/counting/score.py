"""Score: each ballot grades options; the highest mean wins.

- Ballots: grades 0 to 5; points from files.
- Unranked: ``ignored``: an option's mean is taken over the ballots that grade it; ``last``: no
  grade is 0.
- Overvote: a ballot with two grades for one option cannot be written down; grades outside 0 to 5
  are invalid.
- Tie of means: the higher median; then the lot.
- Nobody wins: if there is no valid ballot. A mean of 0 never wins.
"""

from fractions import Fraction

from participation.polls.counting.minutes import Count, Minutes, exact
from participation.polls.profiles import Number

#: How many ballots gave which grade.
GradeCounts = dict[int, int]


def count_score(minutes: Minutes) -> Count:
    """Compare means, then medians."""
    minutes.begin()
    grades = grades_by_option(minutes)
    means: dict[int, Number] = {}
    medians: dict[int, Number] = {}
    for number in minutes.profile.numbers:
        given = sum(grades[number].values())
        points = sum(grade * many for grade, many in grades[number].items())
        means[number] = Fraction(points, given) if given else 0
        medians[number] = median_of(grades[number]) if given else 0
        minutes.say(
            f"{minutes.name(number)}: Punkte: {points}, Stimmzettel: {given}, Mittelwert: "
            f"{exact(means[number])}, Median: {exact(medians[number])}."
        )
    return minutes.end(
        means,
        highest_means(minutes, means, medians),
        nobody="Niemand hat einen Mittelwert über 0. Deshalb gewinnt niemand.",
    )


def grades_by_option(minutes: Minutes) -> dict[int, GradeCounts]:
    """Return how often each option got which grade."""
    grades: dict[int, GradeCounts] = {number: {} for number in minutes.profile.numbers}
    for weight, choice in minutes.profile.ballots:
        for number, grade in choice:
            grades[number][grade] = grades[number].get(grade, 0) + weight
    if minutes.unranked == "last":
        minutes.say("Wer eine Option nicht bewertet, gibt ihr 0 Punkte.")
        for counts in grades.values():
            counts[0] = counts.get(0, 0) + minutes.valid - sum(counts.values())
    else:
        minutes.say("Wer eine Option nicht bewertet, zählt bei ihrem Mittelwert nicht mit.")
    return grades


def median_of(counts: GradeCounts) -> Number:
    """Return the grade in the middle; between two, the exact half-way."""
    total = sum(counts.values())
    middle = {(total - 1) // 2, total // 2}
    found: list[int] = []
    passed = 0
    for grade in sorted(counts):
        found += [grade for place in middle if passed <= place < passed + counts[grade]]
        passed += counts[grade]
    return Fraction(sum(found), len(found))


def highest_means(
    minutes: Minutes, means: dict[int, Number], medians: dict[int, Number]
) -> list[int]:
    """Return who wins the seats."""
    order = [number for number in means if means[number] > 0]
    order.sort(key=lambda number: (-means[number], -medians[number], number))
    seats = minutes.seats
    if len(order) <= seats:
        return order
    last, next_one = order[seats - 1], order[seats]
    if means[last] != means[next_one]:
        return order[:seats]
    if medians[last] != medians[next_one]:
        minutes.settle(
            f"Gleicher Mittelwert {exact(means[last])}: {minutes.name(last)} und "
            f"{minutes.name(next_one)}. "
            f"Der höhere Median entscheidet: {exact(medians[last])} statt "
            f"{exact(medians[next_one])}."
        )
        return order[:seats]
    key = (means[last], medians[last])
    tied = [number for number in order if (means[number], medians[number]) == key]
    sure = order[: order.index(tied[0])]
    drawn = minutes.draw(tied, f"Gleicher Mittelwert {exact(key[0])} und Median {exact(key[1])}")
    return (sure + list(drawn))[:seats]
