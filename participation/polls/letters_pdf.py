"""Letters with codes as a PDF that can be printed: one page a letter (PDF/UA-1, German).

Everything that is said goes into the typesetter as data, never as source.
"""

import json
from typing import Any

import typst

from participation.config import ROOT, Settings
from participation.core.languages import format_time, format_weekday, speaking
from participation.polls.definitions import german
from participation.polls.models import Poll

_TEMPLATES = ROOT / "templates" / "print"


def letters(poll: Poll, codes: list[str], settings: Settings) -> bytes:
    """Return the letters, a page for each code.

    :param codes: as ``making.make_letters`` returns them
    """
    with speaking("de"):
        words = _words(poll, settings) | {"codes": codes}
    return typst.compile(
        str(_TEMPLATES / "letters.typ"),
        root=str(_TEMPLATES),
        font_paths=[str(_TEMPLATES / "vendor" / "fira-sans")],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(words)},
        pdf_standards=["ua-1"],
    )


def _words(poll: Poll, settings: Settings) -> dict[str, Any]:
    ends = f"{format_weekday(poll.closes_at)}, {format_time(poll.closes_at)}"
    begins = f"{format_weekday(poll.opens_at)}, {format_time(poll.opens_at)}"
    address = f"{settings.public_url}/de/abstimmungen/{poll.slug}/"
    return {
        "title": german(poll.texts, "title"),
        "sender": settings.city_name,
        "before": [
            "Sie können abstimmen. Ihre Stimme berät den Stadtrat.",
            f"Beginn: {begins}",
            f"Ende: {ends}",
        ],
        "code_heading": "Ihr Code",
        "how_heading": "So geht es",
        "steps": [
            f"Öffnen Sie im Internet diese Seite: {address}",
            "Geben Sie dort Ihren Code ein. Groß oder klein ist gleich.",
            "Wählen Sie, prüfen Sie Ihre Auswahl, und geben Sie sie ab.",
        ],
        "after": [
            "Sie brauchen kein Konto. Bis zum Ende können Sie neu abstimmen. "
            "Es zählt die letzte Stimme.",
            "Bitte geben Sie den Code niemandem. Wir wissen nicht, wer welchen Code bekommen hat, "
            "und können ihn nicht ersetzen.",
        ],
    }
