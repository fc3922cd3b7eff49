"""German words of other cities' lists: amounts, periods, decisions, participation.

Pure. Only what is clear is read; everything else stays words, which the importers keep anyway.
"""

import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from participation.projects.rules import MOST_EUROS, Form, Participation

_MONTHS = (
    "Januar", "Februar", "März", "April", "Mai", "Juni",
    "Juli", "August", "September", "Oktober", "November", "Dezember",
)  # fmt: skip
_QUARTERS = {"1": 1, "2": 2, "3": 3, "4": 4, "I": 1, "II": 2, "III": 3, "IV": 4}

_NUMBER = r"(?:[0-9]{1,3}(?:\.[0-9]{3}){1,4}|[0-9]{1,12})(?:,[0-9]{1,2})?(?![0-9.,]*[0-9])"
_SCALES = {"tsd": 10**3, "mio": 10**6, "millionen": 10**6, "mrd": 10**9}
_SCALE = r"(?:Tsd|Mio|Millionen|Mrd)\b\.?"
_EURO = r"(?:€|EUR\b|Euro\b)"
_COST = re.compile(
    rf"(?:(?:ca|rd)\.|circa\b|rund\b|etwa\b)?\s*(?P<first>{_NUMBER})"
    rf"(?:\s*(?:-|–|bis)\s*(?P<last>{_NUMBER}))?\s*(?P<scale>{_SCALE})?\s*(?P<euro>{_EURO})?(?P<rest>.*)",
    re.DOTALL | re.IGNORECASE,
)
_ANOTHER_AMOUNT = re.compile(rf"{_EURO}|[0-9]\.[0-9]{{3}}|\b{_SCALE}", re.IGNORECASE)
_EACH_YEAR = re.compile(r"p\. ?a\.|/ ?Jahr|pro Jahr|jährlich|jeweils", re.IGNORECASE)

_YEAR = r"(?:19|20)[0-9]{2}"
_MONTH = f"(?:{'|'.join(_MONTHS)})"
_POINT = (
    rf"(?:[0-9]{{1,2}}\. ?{_MONTH} {_YEAR}|[0-9]{{1,2}}\.[0-9]{{1,2}}\.{_YEAR}|{_MONTH} {_YEAR}"
    rf"|[0-9]{{1,2}}/{_YEAR}|(?:[1-4]|I{{1,3}}|IV)\. ?Quartal {_YEAR}|{_YEAR})"
)
_HALF_POINT = rf"(?:[0-9]{{1,2}}\. ?{_MONTH}|{_MONTH})"
_TIME = re.compile(
    rf"(?<![\w/.])(?:(?P<first>{_POINT}|{_HALF_POINT}) ?(?:bis|-|–|/) ?"
    rf"(?:(?:Frühjahr|Sommer|Herbst|Winter|Anfang|Mitte|Ende) )?)?(?P<last>{_POINT})(?!\w)"
)
_CLAUSE_END = re.compile(r", |; |(?<=[a-zäöüß]{2})\. |\n")
_FINISHES = re.compile(r"Bauende|Fertigstellung|abgeschlossen")
_BEGINS = re.compile(r"\b[Aa]b $|\b[Aa]b\b|Baubeginn|beginnt|begonnen|frühestens")
_TAKES_PLACE = re.compile(r"Maßnahme|Umsetzung|Realisierung|realisiert|Ausführung|Erarbeitung")

_DAY = r"(?P<day>[0-9]{1,2})\.(?P<month>[0-9]{1,2})\.(?P<year>[12][0-9]{3})"
_BODY = r"(?P<body>Stadtrat(?=e?s)|Stadrat(?=e?s)|[A-ZÄÖÜ][a-zäöüß]{2,40}ausschuss(?=es))(?:e?s)"
_DECISION = re.compile(
    rf"(?:Beschluss des {_BODY}|(?P<council>Stadtratsbeschluss))"
    rf"(?P<number>(?: Nr\.)? [0-9A-Za-z/-]{{1,30}})? vom {_DAY}"
)
_IS_DONE = re.compile(r"bereits (?:stattgefunden|erfolgt)")
_IS_TO_COME = re.compile(r"vorgesehen|geplant|folgen\b|weitere", re.IGNORECASE)
_HAS_BEGUN = re.compile(
    r"\bfand(?:en)?\b|stattgefunden|erfolgte?n?\b|durchgeführt|\bwurden?\b|statt\b"
)
_BY_LAW = re.compile(r"(?:Ja\. )?Im Zuge des Planverfahrens gem\. BauGB\.?")


def costs_in(text: str) -> tuple[int | None, int | None]:
    """Return whole euros, and the end of the range, of a text that begins with one plain amount."""
    found = _COST.fullmatch(text.strip())
    if not found or _EACH_YEAR.search(text):
        return None, None
    # In brackets stands where the money comes from; another amount outside makes it unclear.
    if _ANOTHER_AMOUNT.search(found["rest"].partition("(")[0]):
        return None, None
    is_money = found["euro"] or (not found["rest"] and "." in found["first"])
    first = _euros(found["first"], found["scale"])
    last = _euros(found["last"], found["scale"]) if found["last"] else None
    if not is_money or first > MOST_EUROS or (last is not None and not first <= last <= MOST_EUROS):
        return None, None
    return first, last


def _euros(number: str, scale: str | None) -> int:
    amount = Decimal(number.replace(".", "").replace(",", "."))
    factor = _SCALES[scale.rstrip(".").casefold()] if scale else 1
    return int((amount * factor).quantize(Decimal(1), ROUND_HALF_UP))


def period_in(text: str) -> tuple[str, str]:
    """Return first and last rough date of a text that names one time at which something is done."""
    times = list(_TIME.finditer(text))
    if len(times) != 1 or "bereits" in text:
        return "", ""
    time = times[0]
    last = _rough_dates(time["last"])
    first = _rough_dates(_with_year(time["first"], time["last"])) if time["first"] else last
    if not first or not last or _compare(first[0], last[1]) > 0:
        return "", ""
    clause = (
        _CLAUSE_END.split(text[: time.start()])[-1] + "·" + _CLAUSE_END.split(text[time.end() :])[0]
    )
    if _FINISHES.search(clause):
        return "", last[1]
    if _BEGINS.search(clause):
        return first[0], ""
    if _TAKES_PLACE.search(clause) or time[0] == text.strip(" ."):
        return first[0], last[1]
    return "", ""


def _with_year(point: str, other: str) -> str:
    return point if re.search(_YEAR, point) else f"{point} {other[-4:]}"


def _compare(first: str, last: str) -> int:
    length = min(len(first), len(last))
    return (first[:length] > last[:length]) - (first[:length] < last[:length])


def _rough_dates(point: str) -> tuple[str, str] | None:
    """The first and last rough date of a point: a quarter has two, all others one."""
    year, before = point[-4:], point[:-4]
    if "Quartal" in before:
        quarter = _QUARTERS[before.partition(".")[0]]
        return f"{year}-{quarter * 3 - 2:02}", f"{year}-{quarter * 3:02}"
    month = next((n for n, name in enumerate(_MONTHS, 1) if name in before), 0)
    numbers = [int(digits) for digits in re.findall("[0-9]+", before)]
    parts = [*([month] if month else numbers[-1:]), *(numbers if month else numbers[:-1])]
    rough = "-".join([year, *(f"{part:02}" for part in parts)])
    try:
        date.fromisoformat(rough + "-01" * (2 - rough.count("-")))
    except ValueError:
        return None
    return rough, rough


def decision_in(line: str) -> dict[str, str]:
    """Return body, day and note; a line that does not say them clearly is all note."""
    found = _DECISION.search(line)
    try:
        day = date(int(found["year"]), int(found["month"]), int(found["day"])) if found else None
    except ValueError:
        day = None
    if not found or not day:
        return {"body": "", "day": "", "note": line}
    body = "Stadtrat" if found["council"] or found["body"] == "Stadrat" else found["body"]
    before = line[: found.start()].strip(" -–")
    parts = [before, (found["number"] or "").strip(), line[found.end() :].strip(" -–,")]
    return {"body": body, "day": day.isoformat(), "note": " – ".join(filter(None, parts))}


def participation_in(text: str) -> Participation | None:
    """Return the state of participation, if the words leave no doubt."""
    if text.startswith("Nein"):
        return None
    if _IS_DONE.search(text):
        return None if _IS_TO_COME.search(text) else Participation.COMPLETED
    if re.search("vorgesehen", text, re.IGNORECASE) and not _HAS_BEGUN.search(text):
        return Participation.PLANNED
    return None


def form_in(text: str) -> Form | None:
    """Return the form of participation: a planning procedure by law is formal."""
    return Form.FORMAL if _BY_LAW.fullmatch(text) else None
