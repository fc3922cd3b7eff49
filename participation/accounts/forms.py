"""Shape of what people type about themselves."""

from typing import Any

from email_validator import EmailNotValidError, validate_email
from wtforms import (
    BooleanField,
    EmailField,
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
)
from wtforms.validators import InputRequired, Length, ValidationError

from participation.accounts.rules import LONGEST_PASSWORD, ROLE_NAMES, SHORTEST_PASSWORD
from participation.core.forms import Form
from participation.core.languages import LANGUAGES, gettext
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


def _new_password(label: Any) -> PasswordField:
    return PasswordField(
        label,
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


def _own_password(label: Any) -> PasswordField:
    return PasswordField(
        label,
        [InputRequired(_("Geben Sie bitte Ihr Passwort ein."))],
        render_kw={"autocomplete": "current-password"},
    )


def _lives_here() -> BooleanField:
    return BooleanField(
        _("Ich wohne in Mainz."),
        [
            InputRequired(
                _("Mitmachen können Menschen, die in Mainz wohnen. Bitte bestätigen Sie das.")
            )
        ],
    )


def _old_enough() -> BooleanField:
    return BooleanField(
        _("Ich bin mindestens 14 Jahre alt."),
        [InputRequired(_("Mitmachen können Menschen ab 14 Jahren. Bitte bestätigen Sie das."))],
    )


class RegisterForm(AddressForm):
    """A new account: address, password, and the declaration of residency and age."""

    email = EmailField(_("E-Mail-Adresse"), [is_address], render_kw={"autocomplete": "email"})
    password = _new_password(_("Passwort"))
    lives_here = _lives_here()
    old_enough = _old_enough()


class ConfirmForm(Form):
    """The password again, when the link in the mail was opened."""

    password = _own_password(_("Passwort"))


class SignInForm(AddressForm):
    """Address and password; ``next`` and ``kept`` bring people back to where they were."""

    email = EmailField(
        _("E-Mail-Adresse"),
        [InputRequired(_("Geben Sie bitte Ihre E-Mail-Adresse ein."))],
        render_kw={"autocomplete": "username"},
    )
    password = _own_password(_("Passwort"))
    next = HiddenField()
    kept = HiddenField()


class SignOutForm(Form):
    """Only the token against forged requests."""


class AskForResetForm(AddressForm):
    """Where the link for a new password is to go."""

    email = EmailField(_("E-Mail-Adresse"), [is_address], render_kw={"autocomplete": "username"})


class ResetForm(Form):
    """The new password of who opened the link in the mail."""

    password = _new_password(_("Neues Passwort"))


class FirstPasswordForm(ResetForm):
    """The same for an address that was never confirmed: who declared residency may have been anybody."""

    lives_here = _lives_here()
    old_enough = _old_enough()


class ChangePasswordForm(Form):
    """The old password and the new one."""

    current = _own_password(_("Ihr jetziges Passwort"))
    password = _new_password(_("Neues Passwort"))


class ChangeAddressForm(AddressForm):
    """The new address, and the password."""

    email = EmailField(
        _("Neue E-Mail-Adresse"),
        [is_address],
        description=_("Dorthin schicken wir einen Link. Erst wenn Sie ihn öffnen, gilt sie."),
        render_kw={"autocomplete": "email"},
    )
    current = _own_password(_("Ihr Passwort"))


class LanguageForm(Form):
    """The language of mails."""

    language = RadioField(_("Sprache der E-Mails"))

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)
        self.language.choices = [(one.code, one.name) for one in LANGUAGES.values()]


class ActForm(Form):
    """Only the token against forged requests: a button."""


class GrantForm(AddressForm):
    """A role for somebody with an account; for the role of a department, which one."""

    email = EmailField(_("E-Mail-Adresse"), [is_address], render_kw={"autocomplete": "off"})
    role = RadioField(_("Rolle"))
    department = SelectField(
        _("Amt"),
        coerce=int,
        description=_("Nur für die Rolle Fachamt. Ein weiteres Amt geben Sie noch einmal genauso."),
    )

    def offer(self, departments: Any) -> "GrantForm":
        """Set what can be chosen."""
        self.department.choices = [(0, gettext("Keines"))]
        self.department.choices += [(one.id, one.label) for one in departments]
        self.role.choices = [(role.value, gettext(name)) for role, name in ROLE_NAMES.items()]
        return self


class RevokeForm(Form):
    """Which role is taken away."""

    role = HiddenField()
