"""Shape of what staff type about projects. What is allowed stands in rules.py."""

import re
import secrets
from collections.abc import Mapping
from datetime import date
from typing import Any

from wtforms import DateField, Field, IntegerField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, ValidationError
from wtforms.widgets import HiddenInput

from participation.core.forms import Form
from participation.core.languages import Language, gettext
from participation.core.languages import lazy_gettext as _
from participation.projects import rules

TOO_LONG = _("Schreiben Sie bitte höchstens %(max)d Zeichen.")
_KEY = re.compile(r"[0-9a-f]{32}")
YEARS = range(1900, 2200)
_LONGEST_NOTE = 300


class ActForm(Form):
    """For pages with one button: which version was seen."""

    seen_version = IntegerField(widget=HiddenInput(), default=0)


class NewForm(Form):
    """What a sheet begins with."""

    title = StringField(
        _("Titel"),
        [
            InputRequired(_("Bitte geben Sie einen Titel an.")),
            Length(max=rules.LONGEST["title"], message=TOO_LONG),
        ],
        description=_(
            "Daraus entsteht die Adresse der Seite. Sie bleibt, auch wenn Sie den Titel später ändern."
        ),
    )
    summary = TextAreaField(
        _("Kurzbeschreibung"),
        [Length(max=rules.LONGEST["summary"], message=TOO_LONG)],
        render_kw={"rows": 5},
    )
    key = StringField(widget=HiddenInput())

    def creation_key(self) -> str:
        """Return the form's own key; one that is not ours counts as a new form."""
        if not _KEY.fullmatch(self.key.data or ""):
            self.key.data = secrets.token_hex(16)
        return str(self.key.data)


class PageForm(Form):
    """One page of a sheet: which version it began with, what changed, when to look again."""

    seen_version = IntegerField(widget=HiddenInput(), default=0)
    note = StringField(
        _("Was hat sich geändert? (freiwillig)"),
        [Length(max=_LONGEST_NOTE, message=TOO_LONG)],
        description=_("Ein Satz für alle, die das Vorhaben verfolgen. Er steht im Verlauf."),
    )
    review_on = DateField(
        _("Wieder prüfen am"), [Optional()], description=_("Leer: in drei Monaten.")
    )

    def validate_review_on(self, field: Field) -> None:
        """A year that somebody can mean."""
        if field.data and field.data.year not in YEARS:
            raise ValidationError(gettext("Bitte prüfen Sie das Jahr."))

    def carry_on(self, version: int) -> None:
        """Let the next sending be a decision with this version in sight."""
        self.seen_version.process_data(version)
        self.seen_version.raw_data = None


class _TextForm(PageForm):
    """What the sheet says in one language."""

    reviewed_on = DateField(
        _("Von Prüfer:innen gelesen am"),
        [Optional()],
        description=_("Leer: Die Seite sagt, dass noch niemand den Text geprüft hat."),
    )

    def __init__(self, *args: Any, language: Language, **more: Any) -> None:
        super().__init__(*args, **more)
        self.language = language
        if language.code != "de_simple":
            del self.reviewed_on

    def validate(self, extra_validators: Any = None) -> bool:
        """A language that has words needs a title; German always does."""
        is_valid = super().validate(extra_validators)
        has_words = any(self[name].data for name in rules.LONGEST)
        if not self.title.data and (has_words or self.language.code == "de"):
            self.title.errors = [gettext(rules.TitleMissing.message)]
            is_valid = False
        return is_valid

    def show(self, snapshot: Mapping[str, Any]) -> None:
        """Fill in what is stored."""
        for name in (*rules.LONGEST, "reviewed_on"):
            value = snapshot.get(f"{self.language.code}.{name}") or ""
            if name in self:
                is_day = name == "reviewed_on"
                data = (date.fromisoformat(value) if value else None) if is_day else value
                self[name].process_data(data)
                self[name].raw_data = None

    def wanted(self) -> dict[str, Any]:
        """What the service keeps, as in a snapshot."""
        code = self.language.code
        found = {f"{code}.{name}": self[name].data or "" for name in rules.LONGEST}
        if "reviewed_on" in self:
            day = self.reviewed_on.data
            found[f"{code}.reviewed_on"] = day.isoformat() if day else ""
        return found


def _text_fields() -> dict[str, Any]:
    fields: dict[str, Any] = {}
    hints = {
        "still_open": _("Eine Zeile für jeden Punkt."),
        "settled": _("Eine Zeile für jeden Punkt."),
        "result": _("Für abgeschlossene Vorhaben: Was wurde übernommen, was nicht, und warum?"),
    }
    for name, longest in rules.LONGEST.items():
        limit = [Length(max=longest, message=TOO_LONG)]
        title, hint = _(rules.TEXT_NAMES[name]), hints.get(name, "")
        if name == "title":
            fields[name] = StringField(title, limit)
        else:
            rows = {"rows": 3 if longest <= 1000 else 5}
            fields[name] = TextAreaField(title, limit, description=hint, render_kw=rows)
    return fields


TextForm: Any = type("TextForm", (_TextForm,), _text_fields())
