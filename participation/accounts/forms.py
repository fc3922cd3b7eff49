"""Shape of what people type about themselves."""

from typing import Any

from email_validator import EmailNotValidError, validate_email
from wtforms import BooleanField, EmailField, HiddenField, PasswordField
from wtforms.validators import InputRequired, Length, ValidationError

from participation.accounts.rules import LONGEST_PASSWORD, SHORTEST_PASSWORD
from participation.core.forms import Form
from participation.core.languages import gettext
from participation.core.languages import lazy_gettext as _


def mail_address(typed: str | None) -> str:
    """Return an address as mail servers write it: the domain ``grün.de`` is ``xn--grn-hoa.de``.

    :raises EmailNotValidError: if it is none
    """
    checked = validate_email(typed or "", check_deliverability=False, allow_smtputf8=False)
    return str(checked.ascii_email)


def is_address(_form: Any, field: Any) -> None:
    """Accept an e-mail address that mail servers take."""
    try:
        mail_address(field.data)
    except EmailNotValidError as error:
        message = gettext("Schreiben Sie bitte eine E-Mail-Adresse, zum Beispiel name@beispiel.de.")
        raise ValidationError(message) from error


class AddressForm(Form):
    """A form with an e-mail address; what was typed stays in the field."""

    @property
    def address(self) -> str:
        """The address to look for or to store."""
        try:
            return mail_address(self["email"].data)
        except EmailNotValidError:
            return str(self["email"].data)


class RegisterForm(AddressForm):
    """A new account: address, password, and the declaration of residency and age."""

    email = EmailField(_("E-Mail-Adresse"), [is_address], render_kw={"autocomplete": "email"})
    password = PasswordField(
        _("Passwort"),
        [
            Length(
                min=SHORTEST_PASSWORD,
                max=LONGEST_PASSWORD,
                message=_("Nehmen Sie bitte ein Passwort mit 10 bis 200 Zeichen."),
            )
        ],
        description=_("Mindestens 10 Zeichen. Mehrere Wörter hintereinander sind gut zu merken."),
        render_kw={"autocomplete": "new-password"},
    )
    lives_here = BooleanField(
        _("Ich wohne in Mainz."),
        [
            InputRequired(
                _("Mitmachen können Menschen, die in Mainz wohnen. Bitte bestätigen Sie das.")
            )
        ],
    )
    old_enough = BooleanField(
        _("Ich bin mindestens 14 Jahre alt."),
        [InputRequired(_("Mitmachen können Menschen ab 14 Jahren. Bitte bestätigen Sie das."))],
    )


class ConfirmForm(Form):
    """The password again, when the link in the mail was opened."""

    password = PasswordField(
        _("Passwort"),
        [InputRequired(_("Geben Sie bitte Ihr Passwort ein."))],
        render_kw={"autocomplete": "current-password"},
    )


class SignInForm(AddressForm):
    """Address and password; ``next`` and ``kept`` bring people back to where they were."""

    email = EmailField(
        _("E-Mail-Adresse"),
        [InputRequired(_("Geben Sie bitte Ihre E-Mail-Adresse ein."))],
        render_kw={"autocomplete": "username"},
    )
    password = PasswordField(
        _("Passwort"),
        [InputRequired(_("Geben Sie bitte Ihr Passwort ein."))],
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField()
    kept = HiddenField()


class SignOutForm(Form):
    """Only the token against forged requests."""
