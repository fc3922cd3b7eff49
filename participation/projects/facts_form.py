"""The form of everything on a sheet that does not depend on the language, with rows of lists."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from babel.support import LazyProxy
from wtforms import (
    BooleanField,
    DateField,
    Field,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import Length, NumberRange, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from participation.core.languages import LANGUAGES, gettext
from participation.core.languages import lazy_gettext as _
from participation.projects import rules
from participation.projects.forms import TOO_LONG, YEARS, PageForm

_ROUGH_DATE = re.compile(r"[12][0-9]{3}(-[0-9]{2}(-[0-9]{2})?)?")
_DEGREES = re.compile(r"-?[0-9]{1,3}([.,][0-9]{1,20})?")
_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
#: Columns of the rows of each list; a phase has a title in each language besides.
_ROWS: dict[str, tuple[str, ...]] = {
    "links": ("label", "url"),
    "decisions": ("body", "day", "note", "url"),
    "phases": ("first", "last"),
}
#: Empty rows that every form has, and those that one press of the button adds.
_EMPTY_ROWS = 2
_MORE_ROWS = 3
_CHOICES: dict[str, Mapping[Any, str]] = {
    "participation": rules.PARTICIPATION_NAMES,
    "implementation": rules.IMPLEMENTATION_NAMES,
    "level": rules.LEVEL_NAMES,
    "form": rules.FORM_NAMES,
}
_RELATIONS = ("districts", "topics", "departments")


def _check_rough_date(_form: Any, field: Field) -> None:
    text = field.data or ""
    try:
        if text and not _ROUGH_DATE.fullmatch(text):
            raise ValueError
        if text:
            date.fromisoformat(text + "-01" * (2 - text.count("-")))
    except ValueError as error:
        message = gettext(
            "Geben Sie bitte ein Jahr, einen Monat oder einen Tag an: 2026, 2026-03 oder 2026-03-01."
        )
        raise ValidationError(message) from error


def _check_address(_form: Any, field: Field) -> None:
    address = field.data or ""
    try:
        is_address = bool(_ADDRESS.fullmatch(address) and urlsplit(address).hostname)
    except ValueError:
        is_address = False
    if address and not is_address:
        raise ValidationError(gettext("Geben Sie bitte eine Adresse an, die mit https:// beginnt."))


def _check_degrees(_form: Any, field: Field) -> None:
    limit = 90 if field.short_name == "latitude" else 180
    text = field.data or ""
    if text and not (_DEGREES.fullmatch(text) and abs(float(text.replace(",", "."))) <= limit):
        raise ValidationError(gettext("Geben Sie bitte Grad an, zum Beispiel 49.998."))


def _check_year(_form: Any, field: Field) -> None:
    if field.data and field.data.year not in YEARS:
        raise ValidationError(gettext("Bitte prüfen Sie das Jahr."))


class _Checkboxes(SelectMultipleField):
    """Several of a list."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class _FactsForm(PageForm):
    """Everything that does not depend on the language."""

    participation = SelectField(_("Zustand der Beteiligung"), default="")
    implementation = SelectField(_("Zustand der Umsetzung"), default="")
    level = SelectField(_("Stufe der Beteiligung"), default="")
    form = SelectField(_("Art der Beteiligung"), default="")
    whole_city = BooleanField(_("Betrifft ganz Mainz"))
    districts = _Checkboxes(_("Stadtteile"))
    topics = _Checkboxes(_("Themen"))
    departments = _Checkboxes(_("Zuständig"))
    period_from = StringField(
        _("Geplant ab"),
        [_check_rough_date],
        description=_("Jahr, Monat oder Tag: 2026, 2026-03 oder 2026-03-01."),
    )
    period_to = StringField(_("Geplant bis"), [_check_rough_date])
    cost = IntegerField(
        _("Erwartete Kosten in Euro"),
        [
            Optional(),
            NumberRange(0, rules.MOST_EUROS, _("Geben Sie bitte eine Zahl ab %(min)d an.")),
        ],
        description=_("Ganze Euro, nur Ziffern. Leer: noch nicht bezifferbar."),
    )
    cost_to = IntegerField(
        _("Höchstens, in Euro"),
        [
            Optional(),
            NumberRange(0, rules.MOST_EUROS, _("Geben Sie bitte eine Zahl ab %(min)d an.")),
        ],
        description=_("Nur, wenn Sie eine Spanne angeben."),
    )
    as_of = StringField(_("Datum des Stands"), [_check_rough_date])
    latitude = StringField(
        _("Breitengrad"),
        [_check_degrees],
        description=_("Leer: Die Karte zeigt die Stadtteile."),
    )
    longitude = StringField(_("Längengrad"), [_check_degrees])
    rows: dict[str, int]

    def offer(self, names: Mapping[str, Mapping[int, str]]) -> None:
        """Fill in the choices.

        :param names: districts, topics and departments that can be chosen, by key
        """
        for name, choices in _CHOICES.items():
            words = [(state.value, gettext(word)) for state, word in choices.items()]
            self[name].choices = [("", gettext("keine Angabe")), *words]
        for name in _RELATIONS:
            self[name].choices = [(str(key), word) for key, word in names[name].items()]

    def validate(self, extra_validators: Any = None) -> bool:
        """Check what concerns several fields at once, too."""
        is_valid = super().validate(extra_validators)
        faults: list[tuple[str, str]] = []
        first, last = self.period_from.data or "", self.period_to.data or ""
        length = min(len(first), len(last))
        if first[:length] > last[:length]:
            faults.append(("period_to", gettext("Das Ende liegt vor dem Beginn.")))
        low, high = self.cost.data, self.cost_to.data
        if high is not None and not self.cost_to.errors and (low is None or low > high):
            faults.append(("cost_to", gettext("Der höchste Betrag ist kleiner als der erste.")))
        if bool(self.latitude.data) != bool(self.longitude.data):
            faults.append(("longitude", gettext("Geben Sie bitte beide Werte an oder keinen.")))
        for number in range(self.rows["phases"]):
            faults += self._phase_faults(number)
        for name, message in faults:
            if not self[name].errors:
                self[name].errors = [message]
        return is_valid and not faults

    def _phase_faults(self, number: int) -> Iterable[tuple[str, str]]:
        first, last = (self[f"phases_{number}_{name}"] for name in ("first", "last"))
        titles = [self[f"phases_{number}_title_{code}"].data for code in LANGUAGES]
        if not first.data and not first.errors and (last.data or any(titles)):
            yield first.short_name, gettext("Geben Sie bitte einen Tag an.")
        if first.data and last.data and last.data < first.data:
            yield last.short_name, gettext("Das Ende liegt vor dem Beginn.")

    def groups(self, name: str) -> list[list[Field]]:
        """The rows of a list, each with its fields."""
        return [
            [self[f"{name}_{number}_{column}"] for column in columns_of(name)]
            for number in range(self.rows[name])
        ]

    def show(self, snapshot: Mapping[str, Any]) -> None:
        """Fill in what is stored."""
        for name in (
            *_CHOICES,
            "whole_city",
            "cost",
            "cost_to",
            "period_from",
            "period_to",
            "as_of",
        ):
            self._put(name, snapshot.get(name) if snapshot.get(name) is not None else "")
        for name in _RELATIONS:
            self._put(name, [str(key) for key in snapshot.get(name) or []])
        for name in ("latitude", "longitude"):
            self._put(name, "" if snapshot.get(name) is None else str(snapshot[name]))
        for name in _ROWS:
            stored = snapshot.get(name) or []
            for number in range(self.rows[name]):
                one = stored[number] if number < len(stored) else {}
                for column in columns_of(name):
                    self._put(f"{name}_{number}_{column}", _cell(one, column))

    def _put(self, name: str, value: Any) -> None:
        field = self[name]
        if isinstance(field, IntegerField):
            value = None if value == "" else value
        field.process_data(value)
        field.raw_data = None

    def wanted(self) -> dict[str, Any]:
        """What the service keeps, as in a snapshot."""
        found: dict[str, Any] = {name: self[name].data or None for name in _CHOICES}
        for name in _RELATIONS:
            found[name] = sorted(int(key) for key in self[name].data or [])
        for name in ("period_from", "period_to", "as_of"):
            found[name] = self[name].data or ""
        for name in ("latitude", "longitude"):
            text = self[name].data
            found[name] = float(text.replace(",", ".")) if text else None
        found |= {name: self[name].data for name in ("whole_city", "cost", "cost_to")}
        found["links"] = self._texts_of("links")
        found["decisions"] = self._texts_of("decisions")
        found["phases"] = self._phases()
        return found

    def _texts_of(self, name: str) -> list[dict[str, str]]:
        found = []
        for fields in self.groups(name):
            values = zip(_ROWS[name], (_plain(field.data) for field in fields), strict=True)
            one = dict(values)
            if name == "decisions" and not one["url"]:
                del one["url"]
            if any(one.values()):
                found.append(one)
        return found

    def _phases(self) -> list[dict[str, Any]]:
        found = []
        for first, last, *titles in self.groups("phases"):
            if first.data:
                words = zip(LANGUAGES, (title.data for title in titles), strict=True)
                found.append(
                    {
                        "first": first.data.isoformat(),
                        "last": (last.data or first.data).isoformat(),
                        "titles": {code: title for code, title in words if title},
                    }
                )
        return sorted(found, key=lambda one: (one["first"], one["last"]))


def columns_of(name: str) -> tuple[str, ...]:
    """The columns of a list's rows."""
    titles = tuple(f"title_{code}" for code in LANGUAGES) if name == "phases" else ()
    return _ROWS[name] + titles


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else value or ""


def _cell(one: Mapping[str, Any], column: str) -> Any:
    if column.startswith("title_"):
        return one.get("titles", {}).get(column.removeprefix("title_"), "")
    value = one.get(column, "")
    if column in ("first", "last", "day"):
        return date.fromisoformat(value) if value else None
    return value


_LABELS: dict[str, Any] = {
    "links_label": _("Name"), "links_url": _("Adresse"),
    "decisions_body": _("Wer hat beschlossen?"), "decisions_day": _("Tag"),
    "decisions_note": _("Was wurde beschlossen?"), "decisions_url": _("Adresse der Vorlage"),
    "phases_first": _("Erster Tag"), "phases_last": _("Letzter Tag"), "phases_title": _("Titel"),
}  # fmt: skip
_LENGTHS = {"label": 1000, "url": rules.LONGEST_ADDRESS, "body": 1000, "note": 4000}


def _cell_field(name: str, column: str, number: int) -> Field:
    code = column.removeprefix("title_") if column.startswith("title_") else ""
    words = _LABELS[f"{name}_title" if code else f"{name}_{column}"]
    spoken = f" ({LANGUAGES[code].name})" if code else ""
    label = LazyProxy(lambda: f"{number + 1}. {words}{spoken}", enable_cache=False)
    if column in ("first", "last", "day"):
        return DateField(label, [Optional(), _check_year])
    checks: list[Any] = [Length(max=_LENGTHS.get(column, 200), message=TOO_LONG)]
    return StringField(label, [*checks, _check_address] if column == "url" else checks)


@lru_cache(64)
def _facts_form(links: int, decisions: int, phases: int) -> Any:
    counts = {"links": links, "decisions": decisions, "phases": phases}
    fields: dict[str, Any] = {
        f"{name}_{number}_{column}": _cell_field(name, column, number)
        for name, count in counts.items()
        for number in range(count)
        for column in columns_of(name)
    }
    return type("FactsForm", (_FactsForm,), fields | {"rows": counts})


def facts_form_for(snapshot: Mapping[str, Any]) -> Any:
    """The form's class with room for what is stored, and for more."""
    return _facts_form(*[len(snapshot.get(name) or []) + _EMPTY_ROWS for name in _ROWS])


def facts_form_of(data: Mapping[str, str], stored: Mapping[str, Any]) -> Any:
    """The form's class with as many rows as were sent, and more where the button asked for them."""
    counts = []
    for name in _ROWS:
        sent = data.get(f"rows_{name}", "")
        count = int(sent) if re.fullmatch("[0-9]{1,4}", sent) else _EMPTY_ROWS
        count += _MORE_ROWS if data.get("act") == f"more-{name}" else 0
        most = max(rules.MOST_ROWS, len(stored.get(name) or []) + _EMPTY_ROWS)
        counts.append(min(count, most))
    return _facts_form(*counts)
