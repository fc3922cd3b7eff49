"""Shape of what the office types about a poll. What is allowed stands in rules.py and draft_rules.py."""

import re
import secrets
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from babel.support import LazyProxy
from wtforms import (
    DateField,
    DateTimeLocalField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from participation.core.clock import CITY_TIME
from participation.core.forms import Form
from participation.core.languages import LANGUAGES, Language, gettext
from participation.core.languages import lazy_gettext as _
from participation.meetings.rules import city_moment
from participation.polls import rules
from participation.polls.rules import Eligible, PollKind

_KEY = re.compile(r"[0-9a-f]{32}")
_YEARS = range(2000, 2200)
_LONGEST_TEXT = 20_000
TOO_LONG = _("Schreiben Sie bitte höchstens %(max)d Zeichen.")
_MOMENTS = ("opens_at", "closes_at", "objection_until")
#: So long people can object if the office says nothing else.
_USUAL_OBJECTION = timedelta(days=14)
_KIND_WORDS = {
    PollKind.OPEN: _(
        "Offen: Die Stadt speichert bis zum Auszählen, wer was gewählt hat, und zeigt es niemandem. "
        "Gut für ein schnelles Stimmungsbild."
    ),
    PollKind.SEALED: _(
        "Versiegelt: wie Briefwahl. Die Stadt kann die Umschläge nicht öffnen, nur der Beirat kann es. "
        "Gut für Wahlen und alles, was geheim bleiben soll."
    ),
}
_WHO_WORDS = {
    Eligible.RESIDENTS: _("Alle, die in ihrem Konto angegeben haben, dass sie in Mainz wohnen"),
    Eligible.DISTRICTS: _("Nur Menschen aus bestimmten Stadtteilen"),
    Eligible.LISTED: _("Nur Menschen auf einer Liste von E-Mail-Adressen"),
    Eligible.LETTER: _("Wer einen Brief mit einem Code bekommt"),
}


class Checkboxes(SelectMultipleField):
    """Several of a list."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class SeenForm(Form):
    """What was seen; for pages with one button it is all there is."""

    seen_version = IntegerField(widget=HiddenInput(), default=0)

    def carry_on(self, version: int) -> None:
        """Let the next sending be a decision with this version in sight."""
        self.seen_version.process_data(version)
        self.seen_version.raw_data = None

    def seen(self) -> int:
        """The version that was seen; one that no poll has, if none was sent."""
        return -1 if self.seen_version.data is None else int(self.seen_version.data)

    def typed_fields(self) -> list[Any]:
        """The fields that somebody types in, in the order of the page."""
        hidden = ("csrf_token", "seen_version", "key", "file")
        return [field for field in self if field.short_name not in hidden]

    def differences(self, stored: "SeenForm") -> list[tuple[str, str]]:
        """Return ``(label, stored value)`` of each field in which what is stored is another."""
        pairs = ((one, stored[one.short_name]) for one in self.typed_fields())
        return [
            (str(field.label.text), in_words(other))
            for field, other in pairs
            if in_words(field) != in_words(other)
        ]

    def words(self) -> list[tuple[str, str]]:
        """Return ``(label, value)`` of everything that was typed."""
        return [(str(f.label.text), in_words(f)) for f in self.typed_fields() if in_words(f)]


def in_words(field: Any) -> str:
    """What stands in the field, as people read it."""
    if isinstance(field, Checkboxes):
        return ", ".join(str(label) for key, label in field.choices if key in (field.data or ()))
    if isinstance(field, (SelectField, RadioField)):
        return next((str(label) for key, label in field.choices if key == field.data), "")
    return str(field._value())


class TextsForm(SeenForm):
    """A form with the same fields in each language. ``LABELS``: by name; the first one names the thing."""

    LABELS: dict[str, Any] = {}
    MISSING: Any = ""

    def texts(self) -> dict[str, dict[str, Any]]:
        """What the service keeps of each language that has words."""
        found: dict[str, dict[str, Any]] = {
            code: {name: self[f"{name}_{code}"].data or "" for name in self.LABELS}
            for code in LANGUAGES
        }
        return {code: words for code, words in found.items() if any(words.values())}

    def groups(self) -> list[tuple[Language, list[Any]]]:
        """The fields of each language."""
        return [
            (language, [self[f"{name}_{code}"] for name in self.LABELS])
            for code, language in LANGUAGES.items()
        ]

    def show_texts(self, texts: Iterable[Any]) -> None:
        """Fill in what is stored."""
        for text in texts:
            for name in self.LABELS:
                if f"{name}_{text.language}" in self:
                    self[f"{name}_{text.language}"].data = getattr(text, name)

    def validate(self, extra_validators: Any = None) -> bool:
        """German is needed, and a language that has words needs the first of them."""
        is_valid = super().validate(extra_validators)
        first = next(iter(self.LABELS))
        for code in LANGUAGES:
            words = [(self[f"{name}_{code}"].data or "").strip() for name in self.LABELS]
            if (code == "de" or any(words)) and not words[0]:
                self[f"{first}_{code}"].errors = [str(self.MISSING)]
                is_valid = False
        return is_valid


def _label(word: Any, language: Language) -> Any:
    return LazyProxy(lambda: f"{word} ({language.name})", enable_cache=False)


def with_texts(base: Any, lengths: dict[str, int], hints: dict[str, Any] | None = None) -> Any:
    """Return the form with one field a language for each label.

    :param lengths: the longest text of each; those above 500 get several lines
    """
    fields: dict[str, Any] = {}
    for code, language in LANGUAGES.items():
        for name, word in base.LABELS.items():
            limit = Length(max=lengths[name], message=TOO_LONG)
            is_long = lengths[name] > rules.REASON_LENGTH[1]
            hint = (hints or {}).get(name, "") if code == "de" else ""
            fields[f"{name}_{code}"] = (TextAreaField if is_long else StringField)(
                _label(word, language), [limit], description=hint,
                render_kw={"rows": 4} if is_long else None,
            )  # fmt: skip
    return type(base.__name__.lstrip("_"), (base,), fields)


class _PollForm(TextsForm):
    """What a poll is, from when until when, and who may vote."""

    LABELS = {"title": _("Titel"), "introduction": _("Worum geht es?")}
    MISSING = _("Bitte geben Sie einen Titel an.")

    kind = RadioField(_("Art der Abstimmung"), [InputRequired(_("Bitte wählen Sie die Art."))])
    project = SelectField(_("Gehört zu einem Vorhaben der Liste (freiwillig)"), default="")
    opens_at = DateTimeLocalField(
        _("Beginn"),
        [InputRequired(_("Bitte geben Sie Tag und Uhrzeit an."))],
        format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        description=_("Uhrzeit in Mainz. Die Abstimmung öffnet dann von selbst."),
    )
    closes_at = DateTimeLocalField(
        _("Ende"),
        [InputRequired(_("Bitte geben Sie Tag und Uhrzeit an."))],
        format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        description=_("Von diesem Augenblick an wird keine Stimme mehr angenommen."),
    )
    objection_until = DateTimeLocalField(
        _("Einsprüche möglich bis"),
        [Optional()],
        format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        description=_(
            "Mindestens 7 Tage nach dem Ende. Danach werden die Umschläge vernichtet. "
            "Leer: 14 Tage nach dem Ende."
        ),
    )
    eligible = RadioField(
        _("Wer darf abstimmen?"), [InputRequired(_("Bitte wählen Sie, wer abstimmen darf."))]
    )
    districts = Checkboxes(_("Stadtteile, falls nur diese abstimmen"), coerce=int)
    min_age = IntegerField(
        _("Mindestalter in Jahren (freiwillig)"),
        [
            Optional(),
            NumberRange(
                rules.YOUNGEST,
                rules.OLDEST_LIMIT,
                _("Geben Sie bitte eine Zahl zwischen %(min)d und %(max)d an."),
            ),
        ],
        description=_("Wer abstimmt, bestätigt das Alter. Wir speichern kein Geburtsdatum."),
    )
    reviewed_on = DateField(
        _("Leichte Sprache: von Prüfer:innen gelesen am"),
        [Optional()],
        description=_("Leer: Die Seite sagt, dass noch niemand den Text geprüft hat."),
    )
    key = StringField(widget=HiddenInput())

    def offer(self, projects: Iterable[Any], districts: Iterable[Any]) -> None:
        """Fill in the choices."""
        self.kind.choices = [(kind.value, str(words)) for kind, words in _KIND_WORDS.items()]
        self.eligible.choices = [(who.value, str(words)) for who, words in _WHO_WORDS.items()]
        self.districts.choices = [(one.id, one.name) for one in districts]
        self.project.choices = [
            ("", gettext("Kein Vorhaben der Liste")),
            *((str(row.id), row.title) for row in projects),
        ]

    def creation_key(self) -> str:
        """Return the form's own key; one that is not ours counts as a new form."""
        if not _KEY.fullmatch(self.key.data or ""):
            self.key.data = secrets.token_hex(16)
        return str(self.key.data)

    def validate(self, extra_validators: Any = None) -> bool:
        """Check what concerns the clock, too."""
        is_valid = super().validate(extra_validators)
        for name in (*_MOMENTS, "reviewed_on"):
            local = self[name].data
            if local and local.year not in _YEARS:
                self[name].errors = [gettext("Bitte prüfen Sie das Jahr.")]
                is_valid = False
            elif local and name in _MOMENTS and self._moment(name) is None:
                self[name].errors = [
                    gettext("Diese Uhrzeit gibt es an diesem Tag nicht: Die Uhr wird umgestellt.")
                ]
                is_valid = False
        if is_valid and self.closes_at.data <= self.opens_at.data:
            self.closes_at.errors = [gettext("Das Ende liegt vor dem Beginn.")]
            is_valid = False
        return is_valid

    def texts(self) -> dict[str, dict[str, Any]]:
        """What the service keeps of each language that has words."""
        found = super().texts()
        if "de_simple" in found:
            found["de_simple"]["reviewed_on"] = self.reviewed_on.data
        return found

    def _moment(self, name: str) -> datetime | None:
        local = self[name].data
        found = city_moment(local.date(), local.time(), CITY_TIME) if local else None
        return found.astimezone(UTC) if found else None

    def values(self) -> dict[str, Any]:
        """What the service keeps of the poll itself."""
        closes_at = self._moment("closes_at")
        return {
            "kind": PollKind(self.kind.data),
            "project_id": int(self.project.data) if self.project.data else None,
            "opens_at": self._moment("opens_at"),
            "closes_at": closes_at,
            "objection_until": self._moment("objection_until")
            or (closes_at and closes_at + _USUAL_OBJECTION),
            "eligible": Eligible(self.eligible.data),
            "min_age": self.min_age.data,
        }

    def show(self, poll: Any) -> None:
        """Fill in what is stored."""
        self.kind.data, self.eligible.data = poll.kind.value, poll.eligible.value
        self.project.data = str(poll.project_id or "")
        for name in _MOMENTS:
            self[name].data = getattr(poll, name).astimezone(CITY_TIME)
        self.districts.data = [row.district_id for row in poll.districts]
        self.min_age.data = poll.min_age
        simple = (one.reviewed_on for one in poll.texts if one.language == "de_simple")
        self.reviewed_on.data = next(simple, None)
        self.show_texts(poll.texts)
        self.carry_on(poll.version)


PollForm = with_texts(
    _PollForm,
    {"title": rules.TITLE_LENGTH, "introduction": _LONGEST_TEXT},
    {"title": _("Daraus entsteht die Adresse der Seite.")},
)


class CancelForm(SeenForm):
    """End a poll without counting it, and say why."""

    reason = StringField(
        _("Warum wird die Abstimmung abgebrochen?"),
        [
            Length(
                *rules.REASON_LENGTH,
                message=_("Schreiben Sie bitte mindestens %(min)d und höchstens %(max)d Zeichen."),
            )
        ],
        description=_("Auf Deutsch. Alle können das lesen."),
    )


class ListForm(SeenForm):
    """Who may vote, one address a line. What is wrong in which line says ``voter_list``."""

    addresses = TextAreaField(
        _("E-Mail-Adressen, eine in jeder Zeile"),
        render_kw={"rows": 12, "spellcheck": "false"},
        description=LazyProxy(
            lambda: gettext(
                "Höchstens %(most)s. Die Liste ersetzt die bisherige.", most=rules.MOST_LISTED
            ),
            enable_cache=False,
        ),
    )


class LettersForm(SeenForm):
    """How many letters are printed."""

    count = IntegerField(
        _("Anzahl der Briefe"),
        [
            InputRequired(_("Bitte geben Sie eine Zahl an.")),
            NumberRange(
                1, rules.MOST_PRINTED, _("Geben Sie bitte eine Zahl von %(min)d bis %(max)d an.")
            ),
        ],
    )
