"""Verifying at the command line, with Python's standard library only.

The standalone verifier ends with this module; ``participation poll verify`` prints the same lines.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from participation.polls.board_faults import NoHead
from participation.polls.record_reading import RecordUnreadable, read
from participation.polls.verifying import Findings, verify

GOOD, FAULTY, UNREADABLE = 0, 1, 2
USAGE = (
    "Aufruf: python3 {name} DATEI [--head KOPF]...\n"
    "DATEI ist das veröffentlichte Ergebnis der Abstimmung."
)


def told(findings: Findings) -> list[str]:
    """Return what is printed: what is right, what is to be known, what is wrong, and the verdict."""
    lines = [f"  richtig: {sentence}" for sentence in findings.checked]
    lines += [f"  Hinweis: {sentence}" for sentence in findings.notes]
    lines += [f"  FEHLER: {sentence}" for sentence in findings.faults]
    if findings.good:
        return [
            *lines,
            "Die Datei ist in Ordnung. Suchen Sie nun noch Ihren Prüfcode in der Liste.",
        ]
    return [*lines, f"Die Datei ist NICHT in Ordnung. Gefundene Fehler: {len(findings.faults)}."]


def verify_file(data: bytes, saved_heads: Sequence[str]) -> tuple[int, list[str]]:
    """Return the exit status and what is printed for a published file."""
    try:
        findings = verify(read(data), saved_heads)
    except RecordUnreadable as error:
        return UNREADABLE, ["Die Datei ist nicht lesbar.", *error.faults]
    except NoHead as error:
        return UNREADABLE, [str(error)]
    return (GOOD if findings.good else FAULTY), told(findings)


def main(arguments: Sequence[str]) -> int:
    """Verify the file that the command line names; return the exit status."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    rest = list(arguments[1:])
    heads: list[str] = []
    files: list[str] = []
    while rest:
        word = rest.pop(0)
        if word == "--head" and rest:
            heads.append(rest.pop(0))
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
    status, lines = verify_file(data, heads)
    stream = sys.stderr if status == UNREADABLE else sys.stdout
    stream.write("\n".join(lines) + "\n")
    return status
