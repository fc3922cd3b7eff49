"""Shape of what is added to suggestions. What is allowed stands in note_rules.py."""

from typing import Any

from wtforms import DateField, IntegerField, RadioField, TextAreaField, URLField
from wtforms.validators import URL, Length, Optional, ValidationError
from wtforms.widgets import HiddenInput

from participation.core.forms import Form
from participation.core.languages import gettext
from participation.core.languages import lazy_gettext as _
from participation.suggestions import note_rules

_MINIMUM = _("Schreiben Sie bitte mindestens %(min)d und höchstens %(max)d Zeichen.")
_NO_ADDRESS = _("Geben Sie bitte eine Adresse an, die mit https:// beginnt.")
#: Addresses of web pages only; WTForms' URL check alone would let other schemes pass.
_WEB_ADDRESS = ("https://", "http://")


class AdditionForm(Form):
    """What an author adds to the text."""

    text = TextAreaField(
        _("Ihre Ergänzung"),
        [Length(*note_rules.TEXT_LENGTH, message=_MINIMUM)],
        description=_("Was ist anders, oder was fehlt? Höchstens 1.000 Zeichen."),
        render_kw={"rows": 6},
    )


class QuestionForm(Form):
    """What an author asks about the city's answer."""

    text = TextAreaField(
        _("Ihre Frage"),
        [Length(*note_rules.TEXT_LENGTH, message=_MINIMUM)],
        description=_("Was ist noch unklar? Höchstens 1.000 Zeichen."),
        render_kw={"rows": 6},
    )
    seen_revision = IntegerField(widget=HiddenInput(), default=0)


class UpdateForm(Form):
    """How the implementation goes."""

    text = TextAreaField(
        _("Text, öffentlich"),
        [Length(*note_rules.UPDATE_LENGTH, message=_MINIMUM)],
        description=_("Was ist geschehen, und was kommt als Nächstes? In einfachen Worten."),
        render_kw={"rows": 6},
    )
    until = DateField(_("Bis wann (freiwillig)"), [Optional()])
    link = URLField(
        _("Adresse mit mehr Auskunft (freiwillig)"),
        [
            Optional(),
            Length(max=500, message=_("Die Adresse ist zu lang.")),
            URL(message=_NO_ADDRESS),
        ],
    )

    def validate_link(self, field: Any) -> None:
        """Only addresses of web pages."""
        if field.data and not field.data.startswith(_WEB_ADDRESS):
            raise ValidationError(str(_NO_ADDRESS))


class HideNoteForm(Form):
    """Why a note is hidden: a reason that everybody reads, and words for the files."""

    reason = RadioField(_("Grund"))
    internal_text = TextAreaField(
        _("Vermerk, nur für die Verwaltung"),
        [Length(min=5, max=4000, message=_MINIMUM)],
        render_kw={"rows": 3},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = note_rules.NOTE_HIDE_NAMES
        self.reason.choices = [(key.value, gettext(name)) for key, name in names.items()]
