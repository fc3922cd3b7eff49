"""Shape of what somebody who deletes the account says."""

from typing import Any

from wtforms import PasswordField, RadioField
from wtforms.validators import InputRequired

from participation.core.forms import Form
from participation.core.languages import lazy_gettext as _
from participation.privacy.rules import Wish

_CHOICES = {
    Wish.STAY.value: _("Sie bleiben, ohne Bezug zu mir."),
    Wish.GO.value: _("Sie werden gelöscht."),
}
_CHOOSE = InputRequired(_("Bitte wählen Sie, was mit Ihren Texten geschieht."))


class DeleteForm(Form):
    """What becomes of public texts, and the password."""

    suggestions = RadioField(_("Meine öffentlichen Anregungen"), [_CHOOSE])
    comments = RadioField(_("Meine Stellungnahmen"), [_CHOOSE])
    password = PasswordField(
        _("Ihr Passwort"),
        [InputRequired(_("Geben Sie bitte Ihr Passwort ein."))],
        description=_("Damit niemand anderes Ihr Konto löscht."),
        render_kw={"autocomplete": "current-password"},
    )

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        for field in (self.suggestions, self.comments):
            field.choices = [(value, str(words)) for value, words in _CHOICES.items()]
