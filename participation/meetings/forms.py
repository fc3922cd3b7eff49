"""Shape of what staff type about meetings. What is allowed stands in rules.py."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from babel.support import LazyProxy
from wtforms import (
    DateField,
    DateTimeLocalField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
    TimeField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import HiddenInput

from participation.core.clock import CITY_TIME
from participation.core.forms import Form
from participation.core.languages import LANGUAGES, Language, gettext
from participation.core.languages import lazy_gettext as _
from participation.meetings import rules

_YEARS = range(2000, 2200)
_LONGEST_TEXT = 20_000
_TOO_LONG = _("Schreiben Sie bitte höchstens %(max)d Zeichen.")
_NO_SUCH_TIME = _("Diese Uhrzeit gibt es an diesem Tag nicht: Die Uhr wird umgestellt.")
#: Texts of each language, with their German names.
_LABELS = {
    "title": _("Titel"),
    "agenda": _("Tagesordnung"),
    "accessibility": _("Barrierefreiheit"),
    "results": _("Protokoll und Ergebnisse"),
}


class ActForm(Form):
    """Nothing but the token against forged requests: for pages with one button."""


class CancelForm(Form):
    """Cancel what the editor has seen, and say why."""

    reason = StringField(
        _("Warum fällt der Termin aus?"),
        [
            Length(
                *rules.REASON_LENGTH,
                message=_("Schreiben Sie bitte mindestens %(min)d und höchstens %(max)d Zeichen."),
            )
        ],
        description=_("Auf Deutsch. Alle können das lesen."),
    )
    seen_sequence = IntegerField(widget=HiddenInput())


class _MeetingForm(Form):
    """A meeting: when, where, what, in every language."""

    kind = SelectField(_("Art des Termins"))
    day = DateField(_("Tag"), [InputRequired(_("Geben Sie bitte einen Tag an."))])
    begins = TimeField(
        _("Beginn"),
        [Optional()],
        format=["%H:%M", "%H:%M:%S"],
        description=_("Leer: Der Termin dauert ganze Tage."),
    )
    last_day = DateField(
        _("Letzter Tag"), [Optional()], description=_("Leer: Der Termin endet am selben Tag.")
    )
    ends = TimeField(
        _("Ende"),
        [Optional()],
        format=["%H:%M", "%H:%M:%S"],
        description=_("Leer: Das Ende ist offen."),
    )
    place = StringField(_("Ort"), [Length(max=200, message=_TOO_LONG)])
    project = SelectField(_("Gehört zu einem Vorhaben der Liste (freiwillig)"), default="")
    capacity = IntegerField(
        _("Plätze"),
        [
            Optional(),
            NumberRange(1, rules.MOST_PLACES, _("Geben Sie bitte eine Zahl ab %(min)d an.")),
        ],
        description=_("Leer: Alle können ohne Anmeldung kommen."),
    )
    sign_up_closes_at = DateTimeLocalField(
        _("Anmeldung möglich bis"),
        [Optional()],
        format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        description=_("Leer: Anmelden kann man sich, bis der Termin beginnt."),
    )
    seen_sequence = IntegerField(widget=HiddenInput(), default=0)

    def offer(self, projects: Iterable[Any]) -> None:
        """Fill in the choices."""
        self.kind.choices = [(kind.value, gettext(name)) for kind, name in rules.KIND_NAMES.items()]
        self.project.choices = [
            ("", gettext("Kein Vorhaben der Liste")),
            *((str(row.id), row.title) for row in projects),
        ]

    def validate(self, extra_validators: Any = None) -> bool:
        """Check what concerns several fields at once, too."""
        is_valid = super().validate(extra_validators)
        for name in ("day", "last_day", "sign_up_closes_at"):
            if self[name].data and self[name].data.year not in _YEARS:
                self[name].errors = [gettext("Bitte prüfen Sie das Jahr.")]
                is_valid = False
        for code in LANGUAGES:
            words = [self[f"{name}_{code}"].data for name in _LABELS]
            is_needed = code == "de" or any(words)
            if is_needed and not words[0]:
                self[f"title_{code}"].errors = [gettext(rules.TitleMissing.message)]
                is_valid = False
        return is_valid and self._times_fit()

    def _times_fit(self) -> bool:
        if self.ends.data and not self.begins.data:
            self.begins.errors = [gettext("Geben Sie bitte auch den Beginn an.")]
            return False
        moments = {
            "begins": self._begin,
            "ends": self._end,
            "sign_up_closes_at": self._closing,
        }
        for name, moment in moments.items():
            if self[name].data and moment() is None:
                self[name].errors = [str(_NO_SUCH_TIME)]
                return False
        begin, end = self._begin(), self._end()
        if begin and end and end < begin:
            self["ends" if self.ends.data else "last_day"].errors = [
                gettext("Das Ende liegt vor dem Beginn.")
            ]
            return False
        return True

    def _begin(self) -> datetime | None:
        hour = self.begins.data or time()
        return rules.city_moment(self.day.data, hour, CITY_TIME)

    def _end(self) -> datetime | None:
        """The end; ``None`` if it is open. Whole days end at the midnight after the last one."""
        last: date = self.last_day.data or self.day.data
        if self.ends.data:
            return rules.city_moment(last, self.ends.data, CITY_TIME)
        if self.begins.data:
            return None
        return rules.city_moment(last + timedelta(days=1), time(), CITY_TIME)

    def _closing(self) -> datetime | None:
        local = self.sign_up_closes_at.data
        return rules.city_moment(local.date(), local.time(), CITY_TIME) if local else None

    def values(self) -> dict[str, Any]:
        """What the service keeps of the meeting itself."""
        begin, end, closing = (
            moment.astimezone(UTC) if moment else None
            for moment in (self._begin(), self._end(), self._closing())
        )
        return {
            "kind": rules.MeetingKind(self.kind.data),
            "starts_at": begin,
            "ends_at": end,
            "whole_days": not self.begins.data,
            "place": self.place.data or "",
            "project_id": int(self.project.data) if self.project.data else None,
            "capacity": self.capacity.data,
            "sign_up_closes_at": closing,
        }

    def texts(self) -> dict[str, dict[str, str]]:
        """What the service keeps of each language that has words."""
        found = {
            code: {name: self[f"{name}_{code}"].data or "" for name in _LABELS}
            for code in LANGUAGES
        }
        return {code: words for code, words in found.items() if any(words.values())}

    def groups(self) -> list[tuple[Language, list[Any]]]:
        """The fields of each language."""
        return [
            (language, [self[f"{name}_{code}"] for name in _LABELS])
            for code, language in LANGUAGES.items()
        ]

    def show(self, meeting: Any) -> None:
        """Fill in what is stored."""
        local = meeting.starts_at.astimezone(CITY_TIME)
        self.kind.data = meeting.kind.value
        self.day.data, self.begins.data = local.date(), None if meeting.whole_days else local.time()
        has_other_end = meeting.last_day != meeting.first_day
        self.last_day.data = meeting.last_day if has_other_end else None
        if meeting.ends_at and not meeting.whole_days:
            end = meeting.ends_at.astimezone(CITY_TIME)
            self.ends.data = end.time()
            self.last_day.data = end.date() if end.date() != local.date() else None
        self.place.data = meeting.place
        self.project.data = str(meeting.project_id or "")
        self.capacity.data = meeting.capacity
        closing = meeting.sign_up_closes_at
        self.sign_up_closes_at.data = closing.astimezone(CITY_TIME) if closing else None
        self.seen_sequence.data = meeting.sequence
        for text in meeting.texts:
            for name in _LABELS:
                if f"{name}_{text.language}" in self:
                    self[f"{name}_{text.language}"].data = getattr(text, name)

    def differences(self, stored: "_MeetingForm") -> list[tuple[str, str]]:
        """Return ``(label, stored value)`` of each field in which the stored meeting is another."""
        return [
            (str(field.label.text), _shown(other))
            for field, other in ((one, stored[one.short_name]) for one in self._typed_fields())
            if _shown(field) != _shown(other)
        ]

    def _typed_fields(self) -> Iterable[Any]:
        hidden = ("csrf_token", "seen_sequence")
        return (field for field in self if field.short_name not in hidden)


def _shown(field: Any) -> str:
    """What stands in the field, as people read it."""
    if isinstance(field, SelectField):
        return next((str(label) for key, label in field.choices if key == field.data), "")
    return str(field._value())


def _label(name: str, language: Language) -> Any:
    return LazyProxy(lambda: f"{_LABELS[name]} ({language.name})", enable_cache=False)


def _text_fields() -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for code, language in LANGUAGES.items():
        for name in _LABELS:
            label = _label(name, language)
            if name == "title":
                field: Any = StringField(label, [Length(max=200, message=_TOO_LONG)])
            else:
                limit = Length(max=_LONGEST_TEXT, message=_TOO_LONG)
                rows = {"rows": 3 if name == "accessibility" else 5}
                field = TextAreaField(label, [limit], render_kw=rows)
            fields[f"{name}_{code}"] = field
    return fields


MeetingForm: Any = type("MeetingForm", (_MeetingForm,), _text_fields())
