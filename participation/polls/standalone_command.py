"""Verifying at the command line, with Python's standard library only.

The standalone verifier ends with this module; ``participation poll verify`` prints the same lines.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from participation.polls.ballot_words import vote_in_words
from participation.polls.board_faults import NoHead
from participation.polls.record_reading import RecordUnreadable, read
from participation.polls.verifying import Findings, verify

GOOD, FAULTY, UNREADABLE = 0, 1, 2
USAGE = (
    "Aufruf: python3 {name} DATEI [--head KOPF]... [--code PRÜFCODE]...\n"
    "DATEI ist das veröffentlichte Ergebnis der Abstimmung."
)


def printable(text: str) -> str:
    """Return the text without what would move the cursor, turn the direction, or not be seen."""
    return "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text
    )


def told(findings: Findings) -> list[str]:
    """Return what is printed: what is right, what is to be known, what is wrong, and the verdict."""
    lines = [f"  richtig: {sentence}" for sentence in findings.checked]
    lines += [f"  Hinweis: {sentence}" for sentence in findings.notes]
    lines += [f"  FEHLER: {sentence}" for sentence in findings.faults]
    if findings.good:
        return [
            *lines,
            "Die Datei ist in Ordnung. Sehen Sie nun noch nach Ihrem Prüfcode.",
        ]
    return [*lines, f"Die Datei ist NICHT in Ordnung. Gefundene Fehler: {len(findings.faults)}."]


def verify_file(
    data: bytes, saved_heads: Sequence[str], codes: Sequence[str] = ()
) -> tuple[int, list[str]]:
    """Return the exit status and what is printed for a published file.

    :param codes: check codes whose votes are shown; one that is not in the list is a fault
    """
    try:
        record = read(data)
        findings = verify(record, saved_heads)
    except RecordUnreadable as error:
        lines = ["Die Datei ist nicht lesbar.", *error.faults]
        return UNREADABLE, [printable(line) for line in lines]
    except NoHead as error:
        return UNREADABLE, [printable(str(error))]
    lines = []
    for code in codes:
        vote = vote_in_words(record, code)
        if vote:
            lines += [f"Stimme mit dem Prüfcode {code}:", *(f"  {line}" for line in vote)]
        else:
            findings.faults.append(
                f"Der Prüfcode {code[:80]} steht nicht in der Liste der Stimmen."
            )
    lines += told(findings)
    return (GOOD if findings.good else FAULTY), [printable(line) for line in lines]


def main(arguments: Sequence[str]) -> int:
    """Verify the file that the command line names; return the exit status."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    rest = list(arguments[1:])
    given: dict[str, list[str]] = {"--head": [], "--code": []}
    files: list[str] = []
    while rest:
        word = rest.pop(0)
        if word in given and rest:
            given[word].append(rest.pop(0))
        elif word.startswith("-"):
            files = []
            break
        else:
            files.append(word)
    if len(files) != 1:
        sys.stderr.write(USAGE.format(name=Path(arguments[0]).name) + "\n")
        return UNREADABLE
    try:
        data = Path(files[0]).read_bytes()
    except OSError as error:
        sys.stderr.write(f"{files[0]}: Die Datei lässt sich nicht lesen ({error.strerror}).\n")
        return UNREADABLE
    status, lines = verify_file(data, given["--head"], given["--code"])
    stream = sys.stderr if status == UNREADABLE else sys.stdout
    stream.write("\n".join(lines) + "\n")
    return status
