"""``docs/roles.md``, ``states.md`` and ``settings.md``, written from the code so that they cannot lie.

``python -m participation.generated_docs write`` writes them, ``check`` fails if they are out of date.
"""

import re
import sys
from pathlib import Path
from typing import Any

from participation.config import ROOT, Settings
from participation.permissions import GRANTS, Permission
from participation.polls import rules as polls
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
        "`clock` is what happens because time passed or a count was reached. Whoever has an account keeps "
        "`account:own`, `comment:report` and `poll:vote` even without any role."
    )
    return _NOTICE.format(source="participation/permissions.py") + "\n".join(lines) + "\n"


def states() -> str:
    """Return docs/states.md: the states of a suggestion and of a poll, and what moves them."""
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
    lines += _states_of_polls()
    source = "participation/suggestions/rules.py and participation/polls/rules.py"
    return _NOTICE.format(source=source) + "\n".join(lines) + "\n"


def _states_of_polls() -> list[str]:
    lines = ["\n# States of a poll\n", "| state | German | public | frozen | results |"]
    lines.append("|---|---|---|---|---|")
    for state in polls.PollState:
        groups = (polls.PUBLIC_STATES, polls.FROZEN, polls.COUNTED)
        cells = " | ".join("yes" if state in group else "" for group in groups)
        lines.append(f"| `{state.value}` | {polls.STATE_NAMES[state]} | {cells} |")
    lines += [
        "\n## Transitions of a poll\n",
        "| transition | from | to | permission | who | journal |",
        "|---|---|---|---|---|---|",
    ]
    for row in polls.TRANSITIONS.values():
        sources = ", ".join(f"`{one.value}`" for one in polls.PollState if one in row.sources)
        who = "time" if row.by_clock else "as long as nobody has voted" if row.unvoted_only else ""
        lines.append(
            f"| `{row.name}` | {sources} | `{row.target.value}` | `{row.permission.value}` "
            f"| {who} | `{row.event}` |"
        )
    return lines


def settings() -> str:
    """Return docs/settings.md: every setting, what it means, what it may be."""
    lines = [
        "# Settings\n",
        "Environment variables, read when a command starts. There is no settings file; systemd units and "
        "containers read them from one ([operations.md](operations.md)). A value that cannot be right is "
        "named in a sentence, and the command ends with status 2.\n",
        "| variable | default | meaning |",
        "|---|---|---|",
    ]
    said = ""
    comments = _comments_of_settings()
    for name, field in Settings.model_fields.items():
        said = comments.get(name) or said  # one comment can stand above several settings
        default = "**needed**" if field.is_required() else f"`{field.default}`"
        default = "empty" if field.default in ("", None) else default
        bounds = _bounds(field.metadata)
        lines.append(f"| `PARTICIPATION_{name.upper()}` | {default} | {said}{bounds} |")
    return _NOTICE.format(source="participation/config.py") + "\n".join(lines) + "\n"


def _comments_of_settings() -> dict[str, str]:
    """The ``#:`` comment above each setting, on one line."""
    comments, above = {}, ""
    for line in (ROOT / "participation" / "config.py").read_text().splitlines():
        if comment := re.fullmatch(r"    #: ?(.*)", line):
            above = f"{above} {comment[1]}".strip()
        elif field := re.match(r"    (\w+): ", line):
            comments[field[1]] = above
            above = ""
    return comments


def _bounds(metadata: list[Any]) -> str:
    """The least and the most that a number may be."""
    least = next((one.ge for one in metadata if hasattr(one, "ge")), None)
    most = next((one.le for one in metadata if hasattr(one, "le")), None)
    if least is None:
        return ""
    return f" ({least} to {most})" if most is not None else f" (at least {least})"


DOCUMENTS = {"roles.md": roles, "states.md": states, "settings.md": settings}


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
