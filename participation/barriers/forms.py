"""Shape of what people type about barriers. What is allowed stands in rules.py."""

from typing import Any

from email_validator import EmailNotValidError
from wtforms import EmailField, HiddenField, StringField, TextAreaField
from wtforms.validators import Length, Optional

from participation.accounts.forms import is_address, mail_address
from participation.barriers import rules
from participation.core.forms import Form
from participation.core.languages import lazy_gettext as _

_BETWEEN = _("Schreiben Sie bitte mindestens %(min)d und höchstens %(max)d Zeichen.")


class ReportForm(Form):
    """What, where, and to whom the answer goes; with what tells people from machines."""

    text = TextAreaField(
        _("Was geht nicht?"),
        [Length(*rules.TEXT_LENGTH, message=_BETWEEN)],
        description=_(
            "Zum Beispiel: Was wollten Sie tun? Womit lesen oder bedienen Sie die Seite?"
        ),
        render_kw={"rows": 6},
    )
    page = StringField(
        _("Auf welcher Seite? (freiwillig)"),
        [
            Length(
                max=rules.LONGEST_PAGE, message=_("Schreiben Sie bitte höchstens %(max)d Zeichen.")
            )
        ],
        description=_("Die Adresse der Seite, oder wie sie heißt."),
        render_kw={"autocomplete": "off"},
    )
    email = EmailField(
        _("E-Mail-Adresse für die Antwort (freiwillig)"),
        [Optional(), is_address],
        description=_(
            "Ohne Adresse können wir Ihnen nicht antworten. Wir lesen Ihre Meldung trotzdem."
        ),
        render_kw={"autocomplete": "email"},
    )
    #: Nobody sees it; machines fill it in.
    homepage = StringField(
        _("Bitte leer lassen"), render_kw={"tabindex": "-1", "autocomplete": "off"}
    )
    #: When the form was shown, signed.
    stamp = HiddenField()

    @property
    def address(self) -> str:
        """The address as mail servers write it; empty if none was given."""
        try:
            return mail_address(self.email.data) if self.email.data else ""
        except EmailNotValidError:
            return ""


class AnswerForm(Form):
    """The city's answer."""

    text = TextAreaField(
        _("Antwort"),
        [Length(*rules.ANSWER_LENGTH, message=_BETWEEN)],
        render_kw={"rows": 8},
    )

    def __init__(self, *args: Any, has_address: bool, **more: Any) -> None:
        super().__init__(*args, **more)
        self.text.description = (
            _("Sie geht an die angegebene E-Mail-Adresse.")
            if has_address
            else _("Es gibt keine Adresse. Schreiben Sie auf, was Sie getan haben.")
        )
