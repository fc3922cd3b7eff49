"""``docs/roles.md`` and ``docs/states.md``, written from the code so that they cannot lie.

``python -m participation.generated_docs write`` writes them, ``check`` fails if they are out of date.
"""

import sys
from pathlib import Path

from participation.config import ROOT
from participation.permissions import GRANTS, Permission
from participation.suggestions.rules import (
    PUBLIC_STATES,
    STATE_NAMES,
    TRANSITIONS,
    State,
    Who,
)

_NOTICE = "<!-- Written by `make docs` from {source}. Do not edit. -->\n\n"
_WHO = {
    Who.ANYBODY: "",
    Who.AUTHOR: "own suggestion",
    Who.ASSIGNED: "own department, or coordinates",
    Who.CLOCK: "time or count",
}


def roles() -> str:
    """Return docs/roles.md: which role has which permission."""
    lines = [
        "# Roles and permissions\n",
        "| permission | " + " | ".join(role.value for role in GRANTS) + " |",
        "|---|" + "---|" * len(GRANTS),
    ]
    for permission in Permission:
        cells = ["yes" if permission in granted else "" for granted in GRANTS.values()]
        lines.append(f"| `{permission.value}` | " + " | ".join(cells) + " |")
    lines.append(
        "\n`resident` is who confirmed the address and declared to live in the city and to be at least "
        "14; the staff roles and `board_member` are granted by administrators, or on the command line; "
        "`clock` is what happens because time passed or a count was reached."
    )
    return _NOTICE.format(source="participation/permissions.py") + "\n".join(lines) + "\n"


def states() -> str:
    """Return docs/states.md: the states of a suggestion and what moves them."""
    lines = ["# States of a suggestion\n", "| state | German | public |", "|---|---|---|"]
    lines += [
        f"| `{state.value}` | {STATE_NAMES[state]} | {'yes' if state in PUBLIC_STATES else ''} |"
        for state in State
    ]
    lines += [
        "\n## Transitions\n",
        "| transition | from | to | permission | who | must be given | journal |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in TRANSITIONS.values():
        sources = ", ".join(f"`{state.value}`" for state in State if state in row.sources)
        needs = ", ".join(need.value for need in row.needs)
        who = _WHO[row.who] + (", nobody supports it yet" if row.without_support_only else "")
        lines.append(
            f"| `{row.name}` | {sources} | `{row.target.value}` | `{row.permission.value}` "
            f"| {who} | {needs} | `{row.event}` |"
        )
    lines.append(
        "\nWhether `collecting` is over is read from the clock and the count whenever it is asked "
        "(`rules.state_at`); the worker only writes down what is true already."
    )
    return _NOTICE.format(source="participation/suggestions/rules.py") + "\n".join(lines) + "\n"


DOCUMENTS = {"roles.md": roles, "states.md": states}


def out_of_date(folder: Path) -> list[str]:
    """Return the names of the documents that are not what the code says."""
    return [
        name
        for name, make in DOCUMENTS.items()
        if not (folder / name).exists() or (folder / name).read_text() != make()
    ]


def main(arguments: list[str]) -> int:
    """Run ``write`` or ``check``; return the exit status."""
    folder = ROOT / "docs"
    if arguments == ["write"]:
        for name, make in DOCUMENTS.items():
            (folder / name).write_text(make())
    stale = out_of_date(folder)
    for name in stale:
        sys.stderr.write(f"docs/{name} is out of date. Run: make docs\n")
    return int(bool(stale))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
