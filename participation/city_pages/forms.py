"""Shape of what staff type about pages. What is allowed stands in rules.py."""

import re
import secrets
from collections.abc import Mapping
from datetime import date
from typing import Any

from wtforms import DateField, Field, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, ValidationError
from wtforms.widgets import HiddenInput

from participation.city_pages import rules
from participation.core.forms import Form
from participation.core.languages import Language, gettext
from participation.core.languages import lazy_gettext as _

TOO_LONG = _("Schreiben Sie bitte höchstens %(max)d Zeichen.")
_TITLE, _LEAD, _BODY = map(_, rules.TEXT_NAMES.values())
_KEY = re.compile(r"[0-9a-f]{32}")
_ADDRESS = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_YEARS = range(2000, 2200)


class ConfirmForm(Form):
    """Nothing but the token against forged requests: for pages with one button."""


class NewPageForm(Form):
    """What a page of the city's own begins with."""

    title = StringField(
        _TITLE,
        [
            InputRequired(_("Bitte geben Sie einen Titel an.")),
            Length(max=rules.LONGEST["title"], message=TOO_LONG),
        ],
    )
    address = StringField(
        _("Letzter Teil der Adresse (freiwillig)"),
        [Optional(), Length(max=rules.LONGEST_SLUG, message=TOO_LONG)],
        description=_(
            "Kleine Buchstaben, Ziffern und Bindestriche. Leer: aus dem Titel. "
            "Die Adresse bleibt für immer."
        ),
        render_kw={"autocomplete": "off"},
    )
    key = StringField(widget=HiddenInput())

    def validate_address(self, field: Field) -> None:
        """What can stand in an address."""
        if not _ADDRESS.fullmatch(field.data):
            message = gettext("Nehmen Sie bitte nur kleine Buchstaben, Ziffern und Bindestriche.")
            raise ValidationError(message)

    def creation_key(self) -> str:
        """Return the form's own key; one that is not ours counts as a new form."""
        if not _KEY.fullmatch(self.key.data or ""):
            self.key.data = secrets.token_hex(16)
        return str(self.key.data)


class PageForm(Form):
    """A page in one language, and the version it began with."""

    seen_version = IntegerField(widget=HiddenInput(), default=0)
    title = StringField(
        _TITLE,
        [
            InputRequired(_("Bitte geben Sie einen Titel an.")),
            Length(max=rules.LONGEST["title"], message=TOO_LONG),
        ],
    )
    lead = StringField(
        _LEAD,
        [Length(max=rules.LONGEST["lead"], message=TOO_LONG)],
        description=_("Steht groß unter dem Titel."),
    )
    body = TextAreaField(
        _BODY,
        [Length(max=rules.LONGEST["body"], message=TOO_LONG)],
        description=_("Wie man schreibt, steht in den Tipps."),
        render_kw={"rows": 24},
    )
    reviewed_by = SelectField(_("Wer hat den Text geprüft?"))
    reviewed_on = DateField(
        _("Geprüft am"),
        [Optional()],
        description=_(
            "Ändern Sie den Text, gilt er wieder als nicht geprüft, bis Sie hier ein neues Datum eintragen."
        ),
    )
    note = StringField(
        _("Was hat sich geändert? (freiwillig)"),
        [Length(max=rules.LONGEST_NOTE, message=TOO_LONG)],
        description=_("Ein Satz für alle, die lesen. Er steht im Verlauf."),
    )

    def __init__(self, *args: Any, language: Language, **more: Any) -> None:
        super().__init__(*args, **more)
        self.language = language
        if language.code != rules.REVIEWED:
            del self.reviewed_by, self.reviewed_on
            return
        names = [(key.value, gettext(name)) for key, name in rules.REVIEWER_NAMES.items()]
        self.reviewed_by.choices = [("", gettext("noch niemand")), *names]

    def validate_reviewed_on(self, field: Field) -> None:
        """A year that somebody can mean."""
        if field.data and field.data.year not in _YEARS:
            raise ValidationError(gettext("Bitte prüfen Sie das Jahr."))

    def show(self, snapshot: Mapping[str, Any], version: int) -> None:
        """Fill in what is stored; the next sending is a decision with this version in sight."""
        for name in (*rules.LONGEST, "reviewed_by", "reviewed_on"):
            if name not in self:
                continue
            value = snapshot.get(f"{self.language.code}.{name}") or ""
            if name == "reviewed_on":
                value = date.fromisoformat(value) if value else None
            self._set(name, value)
        self._set("seen_version", version)

    def _set(self, name: str, value: Any) -> None:
        self[name].process_data(value)
        self[name].raw_data = None

    def wanted(self) -> dict[str, Any]:
        """What the service keeps, as in a snapshot."""
        code = self.language.code
        found = {f"{code}.{name}": self[name].data or "" for name in rules.LONGEST}
        if "reviewed_on" in self:
            day = self.reviewed_on.data
            found[f"{code}.reviewed_by"] = self.reviewed_by.data or ""
            found[f"{code}.reviewed_on"] = day.isoformat() if day else ""
        return found
