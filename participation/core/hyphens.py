"""Where long German words may break. Browsers hyphenate differently; headings must fit everywhere."""

from functools import lru_cache

_SOFT = "\u00ad"
#: Words as parts; a part is found inside longer words too.
_PARTS = (
    "Bürger|beteiligung", "Einwohner|beteiligung", "Entwicklungs|konzept", "Entwicklungs|planung",
    "Lärm|aktions|plan", "Nachbarschafts|straßen", "Orts|verwaltung", "Pfarrer-Stock|heimer",
    "Quartiers|planung", "Schul|sport|halle", "Schul|zentrum", "Skater|anlage", "Sommer|straßen",
    "Straßen|bahn|anbindung", "Straßen|bahn|ausbau", "Toiletten|konzept", "Unter|stützung",
    "Unter|stützungen", "Verfügungs|fonds", "Wärme|planung", "Wasserwerks|wiese", "Gleisberg|anlage",
    "Gebäude|wirtschaft", "Koordinierungs|stelle", "Bearbeitungs|stand", "Kurz|beschreibung",
    "Daten|schutz", "Barriere|freiheit", "Nachhaltig|keit", "Online|zugangs|gesetzes",
    "Baustellen|management", "Bürgerbeteiligungs|plattform", "Kompetenz|zirkel", "Innen|stadt|ring",
    "Rückmeldung", "Handlungs|feld", "Überarbeitung", "Fort|schreibung", "Modernisierung",
)  # fmt: skip
_BREAKS = {part.replace("|", ""): part.replace("|", _SOFT) for part in _PARTS if "|" in part}
_LONGEST_FIRST = sorted(_BREAKS, key=len, reverse=True)


@lru_cache(maxsize=4096, typed=True)  # typed: text that is markup must not pass for one that is not
def with_breaks(text: str) -> str:
    """Return the text with soft hyphens in the long words that are known."""
    for word in _LONGEST_FIRST:
        text = text.replace(word, _BREAKS[word])
        text = text.replace(
            word[0].lower() + word[1:], _BREAKS[word][0].lower() + _BREAKS[word][1:]
        )
    return text
