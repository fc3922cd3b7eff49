"""What all forms share: cleaned text, our own messages, CSRF, and the summary of errors."""

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, PasswordField

from participation.core.languages import gettext
from participation.core.messages import N_

#: Control characters other than tab and line feed, and those that turn the direction of text
#: around behind the reader's back (Unicode UAX #9, explicit formatting).
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]"
)
_BUILT_IN = {
    "Not a valid choice.": N_("Bitte wählen Sie eine der Möglichkeiten."),
    "Not a valid choice": N_("Bitte wählen Sie eine der Möglichkeiten."),
    "Invalid Choice: could not coerce.": N_("Bitte wählen Sie eine der Möglichkeiten."),
    "This field is required.": N_("Bitte füllen Sie dieses Feld aus."),
    "Not a valid date value.": N_("Bitte geben Sie ein Datum an, zum Beispiel 2026-03-01."),
    "Not a valid time value.": N_("Bitte geben Sie eine Uhrzeit an, zum Beispiel 18:00."),
    "Not a valid datetime value.": N_("Bitte geben Sie Tag und Uhrzeit an."),
    "Not a valid integer value.": N_("Bitte geben Sie eine Zahl an."),
}
_SESSION_OVER = N_("Die Seite war lange offen. Bitte senden Sie noch einmal ab.")


def clean_text(value: Any) -> Any:
    """Return a text in one form (NFC, line feeds) without characters that nobody can see."""
    if not isinstance(value, str):
        return value
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", text)).strip()


class _OwnMessages:
    """WTForms' own messages, in the reader's language."""

    def gettext(self, message: str) -> str:
        return gettext(_BUILT_IN.get(message, N_("Bitte prüfen Sie diese Angabe.")))

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return self.gettext(singular if n == 1 else plural)


class Form(FlaskForm):
    """Base of all forms. Input is cleaned, errors are collected for the summary on top."""

    class Meta(FlaskForm.Meta):
        def get_translations(self, form: Any) -> _OwnMessages:
            return _OwnMessages()

        def bind_field(self, form: Any, unbound_field: Any, options: dict[str, Any]) -> Field:
            # A password is kept exactly as it was typed.
            if not issubclass(unbound_field.field_class, PasswordField):
                options = options | {"filters": [clean_text, *options.get("filters", [])]}
            field = super().bind_field(form, unbound_field, options)
            # Browsers cut a pasted text at maxlength without a word; our message says what is wrong.
            for limit in ("maxlength", "minlength"):
                if getattr(field.flags, limit):
                    setattr(field.flags, limit, False)
            return field

    def faults(self) -> Iterator[tuple[str, str]]:
        """Yield ``(id of the field, message)`` for the summary, in the order of the page."""
        for field in self:
            if field.errors and field.short_name == "csrf_token":
                yield "", gettext(_SESSION_OVER)
            elif field.errors:
                first = next(iter(field), None) if field.type == "RadioField" else None
                yield (first or field).id, str(field.errors[0])


def keeps_input(view: Any) -> Any:
    """Mark a view that shows its form again, filled in, when the token of the session is over.

    Such a view must check its form first and do nothing if the form is not valid.
    """
    view.keeps_input = True
    return view
