"""Words in a page that the platform fills in, and gaps that the city has to fill. Pure.

``{quorum}`` stands for a figure of the settings, so that no page says another one than the rules.
``[[Name der Leitung]]`` stands for what only the city knows.
"""

import re
from collections.abc import Mapping

from participation.core.messages import N_

#: Every word that is filled in, and what it means to an editor.
NAMES = {
    "city_name": N_("Name der Stadt"),
    "city_url": N_("Internetseite der Stadt"),
    "contact_mail": N_("E-Mail-Adresse der Koordinierungsstelle"),
    "platform_url": N_("Adresse dieser Plattform"),
    "quorum": N_("nötige Unterstützungen"),
    "collection_weeks": N_("Wochen, um Unterstützung zu sammeln"),
    "review_workdays": N_("Arbeitstage für die Prüfung"),
    "answer_workdays": N_("Arbeitstage für die Antwort"),
    "session_days": N_("Tage, bis eine Anmeldung endet"),
}
_WORD = re.compile(r"\{([a-z_]{1,30})\}")
_GAP = re.compile(r"\[\[([^\[\]\n]{1,200})\]\]")
#: Everything that means something in Markdown can be said to mean itself by a backslash before it.
_SIGN = re.compile(r"([!-/:-@\[-`{-~])")
_TO_FILL = {"de": "noch einzutragen", "de_simple": "fehlt noch", "en": "to be filled in"}


def fill(text: str, facts: Mapping[str, str], language: str) -> str:
    """Return Markdown with the facts in it, as letters only; gaps stand out in bold.

    Each word is looked at once: a fact that looks like another word stays what it is.

    :param facts: by the names of :data:`NAMES`; other words in braces stay as they are
    """
    to_fill = _TO_FILL.get(language, _TO_FILL["de"])

    def fact(found: "re.Match[str]") -> str:
        if found[1] not in NAMES or found[1] not in facts:
            return found[0]
        return _SIGN.sub(r"\\\1", " ".join(facts[found[1]].split()))

    return _WORD.sub(fact, _GAP.sub(rf"**\\[{to_fill}: \1\\]**", text))


def fill_plain(text: str, facts: Mapping[str, str]) -> str:
    """The same for a title or a lead, which are no Markdown."""
    return _WORD.sub(
        lambda found: facts[found[1]] if found[1] in NAMES and found[1] in facts else found[0], text
    )


def gaps_in(text: str) -> list[str]:
    """Return what the city still has to fill in, in order."""
    return _GAP.findall(text)
