"""Languages: which there are, which one is spoken now, and texts, dates and numbers in it.

Source texts are German (see docs/adr/0004). Catalogues are read from the ``.po`` files themselves,
so there is no compiled file that could be out of date.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from gettext import NullTranslations
from pathlib import Path
from typing import Any

from babel import Locale, dates, numbers
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import LazyProxy, Translations

from participation.core.clock import CITY_TIME

CATALOGUES = Path(__file__).resolve().parents[2] / "translations"


@dataclass(frozen=True)
class Language:
    """One language of the interface.

    :param code: of catalogue and stored texts, such as ``de_simple``
    :param tag: in URLs and in HTML's ``lang`` (BCP 47), such as ``de-simple``
    :param name: what its speakers call it
    :param falls_back_to: codes to try, in order, where a text is missing
    """

    code: str
    tag: str
    name: str
    locale: Locale
    direction: str = "ltr"
    falls_back_to: tuple[str, ...] = ()

    @property
    def chain(self) -> tuple[str, ...]:
        """Codes in the order in which a text of the city is looked for."""
        return (self.code, *self.falls_back_to)


LANGUAGES = {
    language.code: language
    for language in (
        Language("de", "de", "Deutsch", Locale("de"), falls_back_to=("de_simple", "en")),
        Language(
            "de_simple", "de-simple", "Leichte Sprache", Locale("de"), falls_back_to=("de", "en")
        ),
        Language("en", "en", "English", Locale("en", "GB"), falls_back_to=("de", "de_simple")),
    )
}
BY_TAG = {language.tag: language for language in LANGUAGES.values()}
SOURCE = LANGUAGES["de"]

_current: ContextVar[Language] = ContextVar("language", default=SOURCE)


def current_language() -> Language:
    """Return the language that is spoken now."""
    return _current.get()


def speak(language: Language) -> None:
    """Switch to a language for the rest of this request."""
    _current.set(language)


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Switch to a language within the block; an unknown code means the source language."""
    token = _current.set(LANGUAGES.get(code, SOURCE))
    try:
        yield
    finally:
        _current.reset(token)


def negotiate(accepted: list[str]) -> Language:
    """Choose by the tags of an Accept-Language header, most wanted first."""
    for wanted in accepted:
        tag = wanted.casefold()
        if language := BY_TAG.get(tag) or BY_TAG.get(tag.split("-")[0]):
            return language
    return SOURCE


@cache
def _catalogue(code: str) -> NullTranslations:
    path = CATALOGUES / code / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        return NullTranslations()
    with path.open("rb") as file:
        catalogue = read_po(file, locale=LANGUAGES[code].locale)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)


def gettext(message: str, **values: Any) -> str:
    """Return the text in the current language, with ``%(name)s`` filled in."""
    text = _catalogue(_current.get().code).gettext(message) if message else ""
    return text % values if values else text


def ngettext(singular: str, plural: str, number: int, **values: Any) -> str:
    """Return the right plural form in the current language; ``%(num)s`` is the number."""
    text = _catalogue(_current.get().code).ngettext(singular, plural, number)
    return text % {"num": number, **values} if values else text


def lazy_gettext(message: str) -> Any:
    """Return a text that is translated when it is shown (for class bodies, such as forms)."""
    return LazyProxy(gettext, message, enable_cache=False)


def format_date(value: date | datetime, style: str = "long") -> str:
    """Write a day out: "9. Dezember 2025"; moments are taken at the city's time."""
    day = value.astimezone(CITY_TIME).date() if isinstance(value, datetime) else value
    return _written_day(day, style, _current.get().locale)


@lru_cache(maxsize=4096)
def _written_day(day: date, style: str, locale: Locale) -> str:
    return dates.format_date(day, style, locale=locale)


def format_weekday(value: date | datetime) -> str:
    """Write a day out with its weekday: "Dienstag, 3. Februar 2026"."""
    return format_date(value, "full")


def format_time(moment: datetime) -> str:
    """Write a time of day in the city: "18:00 Uhr"."""
    short = dates.format_time(moment, "HH:mm", tzinfo=CITY_TIME, locale=_current.get().locale)
    return gettext("%(time)s Uhr", time=short)


def format_month(value: date, style: str = "MMM") -> str:
    """Write a month, short: "Dez."."""
    return dates.format_date(value, style, locale=_current.get().locale)


def format_rough_date(text: str) -> str:
    """Write a date that may be only a year or a month: "2025", "März 2025", "1. März 2025"."""
    parts = [int(part) for part in text.split("-")]
    if len(parts) == 1:
        return text
    if len(parts) == 2:
        return dates.format_date(date(*parts, 1), "LLLL yyyy", locale=_current.get().locale)
    return format_date(date(*parts))


def format_number(value: int) -> str:
    """Write a whole number with the language's separators."""
    return _written_number(value, _current.get().locale)


@lru_cache(maxsize=4096)
def _written_number(value: int, locale: Locale) -> str:
    return numbers.format_decimal(value, locale=locale)


def format_euro(value: int) -> str:
    """Write an amount of whole euros."""
    return numbers.format_currency(
        value,
        "EUR",
        format="#,##0\u00a0¤" if _current.get().locale.language == "de" else "¤#,##0",
        currency_digits=False,
        locale=_current.get().locale,
    )


def format_size(count: int) -> str:
    """Write a number of bytes as people say it: "1,2 MB", "340 KB"; a megabyte is 1024 times 1024."""
    in_megabytes = count >= 1024 * 1024
    value = round(count / (1024 * 1024), 1) if in_megabytes else max(1, round(count / 1024))
    written = numbers.format_decimal(value, locale=_current.get().locale)
    return f"{written}\u00a0{'MB' if in_megabytes else 'KB'}"
