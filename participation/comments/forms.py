"""Shape of what people type about comments. What is allowed stands in rules.py."""

from typing import Any

from wtforms import HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import Length

from participation.comments import rules
from participation.core.forms import Form
from participation.core.languages import gettext
from participation.core.languages import lazy_gettext as _


class CommentForm(Form):
    """A comment or a reply, with what tells people from machines."""

    text = TextAreaField(
        _("Ihre Stellungnahme"),
        [
            Length(
                *rules.TEXT_LENGTH,
                message=_("Schreiben Sie bitte mindestens %(min)d und höchstens %(max)d Zeichen."),
            )
        ],
        description=_(
            "Bleiben Sie sachlich. Ihr Name wird nicht angezeigt. "
            "Höchstens 1.500 Zeichen und 2 Links."
        ),
        render_kw={"rows": 5},
    )
    #: Nobody sees it; machines fill it in.
    homepage = StringField(
        _("Bitte leer lassen"), render_kw={"tabindex": "-1", "autocomplete": "off"}
    )
    #: When the form was shown, signed.
    stamp = HiddenField()


class ConfirmForm(Form):
    """Nothing but the token against forged requests: for pages with one button."""


class _ReasonForm(Form):
    reason = RadioField(_("Grund"))
    names: dict[Any, str] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reason.choices = [(key.value, gettext(name)) for key, name in self.names.items()]


class ReportForm(_ReasonForm):
    """Why somebody reports a comment."""

    names = rules.REASON_NAMES


class HideForm(_ReasonForm):
    """Why the city hides a comment."""

    names = rules.REASON_NAMES


class RestoreForm(_ReasonForm):
    """Why the city shows it again."""

    names = rules.RESTORE_NAMES
