"""Fields of a snapshot in words, for who compares versions or decides between two texts."""

from datetime import date
from typing import Any

from participation.core.languages import (
    LANGUAGES,
    format_date,
    format_euro,
    format_rough_date,
    gettext,
)
from participation.projects import rules
from participation.projects.snapshots import language_and_name

Names = dict[str, dict[int, str]]
_STATE_NAMES: dict[str, dict[Any, str]] = {
    "participation": rules.PARTICIPATION_NAMES,
    "implementation": rules.IMPLEMENTATION_NAMES,
    "level": rules.LEVEL_NAMES,
    "form": rules.FORM_NAMES,
}
#: Fields in the order in which people read them; others are not shown.
_ORDER = {name: number for number, name in enumerate([*rules.FIELD_NAMES, *rules.TEXT_NAMES])}
_LANGUAGES = {code: number for number, code in enumerate(["", *LANGUAGES])}


def in_order(keys: list[str]) -> list[str]:
    """Return the fields that people read, language by language, in the order of the sheet."""
    parts = {key: language_and_name(key) for key in keys}
    known = [key for key in keys if parts[key][1] in _ORDER and parts[key][0] in _LANGUAGES]
    return sorted(known, key=lambda key: (_LANGUAGES[parts[key][0]], _ORDER[parts[key][1]]))


def label(key: str) -> str:
    """Return what a field is called."""
    _, name = language_and_name(key)
    return gettext({**rules.FIELD_NAMES, **rules.TEXT_NAMES}[name])


def words(key: str, value: Any, names: Names) -> str:
    """Return a field's value as people read it; empty if there is none."""
    language, name = language_and_name(key)
    if value in (None, "", []):
        return ""
    if name == "reviewed_on" or name == "as_of" or name.startswith("period_"):
        return format_rough_date(str(value))
    if language:
        return str(value)
    if name in _STATE_NAMES:
        return gettext(_STATE_NAMES[name].get(value, str(value)))
    if name in names:
        return ", ".join(sorted(names[name].get(key_, "–") for key_ in value))
    if name in _LISTS:
        return "\n".join(_LISTS[name](one) for one in value)
    if isinstance(value, bool):
        return gettext("ja") if value else gettext("nein")
    return format_euro(value) if name in ("cost", "cost_to") else str(value)


def _link(one: dict[str, str]) -> str:
    return ": ".join(filter(None, (one.get("label"), one.get("url"))))


def _decision(one: dict[str, str]) -> str:
    day = format_rough_date(one["day"]) if one.get("day") else ""
    parts = (one.get("body"), day, one.get("note"), one.get("url"))
    return ", ".join(part for part in parts if part)


def _phase(one: dict[str, Any]) -> str:
    days = " – ".join(_day(day) for day in dict.fromkeys((one["first"], one["last"])))
    titles = " / ".join(title for title in one["titles"].values() if title)
    return f"{days}: {titles}" if titles else days


def _day(iso: str) -> str:
    return format_date(date.fromisoformat(iso))


def _image(one: dict[str, Any]) -> str:
    return (
        f"{_in_all_languages(one)} ({one['credit']})" if one["credit"] else _in_all_languages(one)
    )


def _document(one: dict[str, Any]) -> str:
    spoken = LANGUAGES[one["language"]].name if one["language"] in LANGUAGES else ""
    barriers = gettext("barrierefrei") if one["is_accessible"] else gettext("nicht barrierefrei")
    return f"{_in_all_languages(one)} ({', '.join(filter(None, (spoken, barriers)))})"


def _in_all_languages(one: dict[str, Any]) -> str:
    return " / ".join(one["texts"][code] for code in LANGUAGES if one["texts"].get(code))


_LISTS: dict[str, Any] = {
    "links": _link,
    "decisions": _decision,
    "phases": _phase,
    "images": _image,
    "documents": _document,
}
