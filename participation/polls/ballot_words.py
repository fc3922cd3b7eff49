"""A published vote in German words, so that a voter can read what stands beside the own check code.

Standard library only: the standalone verifier carries this module.
"""

from typing import Any

from participation.polls.profiles import (
    CHOICE_READERS,
    VERDICT_CHOICES,
    VERDICT_OPTIONS,
    InvalidChoice,
)

_BLANK = "leer"
_INVALID = "ungültig"


def choice_in_words(question: dict[str, Any], choice: Any) -> str:
    """Say what was chosen, by the options' names."""
    if choice is None or choice in ([], {}):
        return _BLANK
    try:
        CHOICE_READERS[question["kind"]](question, choice)
    except InvalidChoice:
        return _INVALID
    names = [str(option["name"]) for option in question["options"]]
    match question["kind"]:
        case "one":
            return str(names[choice - 1])
        case "verdict":
            return VERDICT_OPTIONS[VERDICT_CHOICES[choice] - 1]
        case "score":
            grades = sorted((int(number), grade) for number, grade in choice.items())
            return ", ".join(f"{names[number - 1]}: {grade}" for number, grade in grades)
        case "rank":
            places = enumerate(choice, 1)
            return ", ".join(f"{place}. {names[number - 1]}" for place, number in places)
        case _:
            return ", ".join(names[number - 1] for number in choice)


def vote_in_words(record: dict[str, Any], typed: str) -> list[str]:
    """Return the lines of the vote under a check code; none if the code is not in the list.

    :param typed: the code, with or without groups, in small or capital letters
    """
    wanted = "".join(letter for letter in typed if letter.isalnum()).upper()
    questions = record["definition"]["questions"]
    for code, answers in record["ballots"]:
        if code.replace("-", "") == wanted and len(answers) == len(questions):
            return [
                f"Frage {place} ({question['text']}): {choice_in_words(question, choice)}"
                for place, (question, choice) in enumerate(zip(questions, answers, strict=True), 1)
            ]
    return []
