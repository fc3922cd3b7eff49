"""Shape of what is typed to support without an account, and to strike supports off."""

from typing import Any

from wtforms import (
    BooleanField,
    EmailField,
    HiddenField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Regexp, ValidationError

from participation.accounts.forms import AddressForm, is_address
from participation.core.forms import Form
from participation.core.languages import gettext
from participation.core.languages import lazy_gettext as _

_BETWEEN = _("Schreiben Sie bitte mindestens %(min)d und höchstens %(max)d Zeichen.")


def _has_letters(_form: Any, field: Any) -> None:
    if not any(letter.isalpha() for letter in field.data or ""):
        raise ValidationError(gettext("Bitte füllen Sie dieses Feld aus."))


def _not_longer(most: int) -> Length:
    return Length(max=most, message=_("Bitte schreiben Sie höchstens %(max)d Zeichen."))


class GuestForm(AddressForm):
    """Name, address in the city, e-mail address: all that support without an account needs."""

    first_name = StringField(
        _("Vorname"), [_has_letters, _not_longer(80)], render_kw={"autocomplete": "given-name"}
    )
    last_name = StringField(
        _("Nachname"), [_has_letters, _not_longer(80)], render_kw={"autocomplete": "family-name"}
    )
    street = StringField(
        _("Straße und Hausnummer"),
        [_has_letters, _not_longer(120)],
        render_kw={"autocomplete": "street-address"},
    )
    postcode = StringField(
        _("Postleitzahl in Mainz"),
        [Regexp(r"[0-9]{5}\Z", message=_("Geben Sie bitte 5 Ziffern an, zum Beispiel 55116."))],
        render_kw={"autocomplete": "postal-code", "inputmode": "numeric"},
    )
    email = EmailField(
        _("E-Mail-Adresse"),
        [is_address],
        description=_("Dorthin schicken wir einen Link. Erst wenn Sie ihn bestätigen, zählt es."),
        render_kw={"autocomplete": "email"},
    )
    wants_mail = BooleanField(_("Schreiben Sie mir, was aus dieser Anregung wird."))
    eligible = BooleanField(
        _("Ich wohne in Mainz und bin mindestens 14 Jahre alt."),
        [InputRequired(_("Unterstützen können Menschen ab 14, die in Mainz wohnen."))],
    )
    consent = BooleanField(
        _("Die Stadt darf diese Angaben zum Zählen und Prüfen verwenden."),
        [InputRequired(_("Ohne Ihre Zustimmung dürfen wir die Unterstützung nicht zählen."))],
    )
    #: Nobody sees it; machines fill it in.
    homepage = StringField(
        _("Bitte leer lassen"), render_kw={"tabindex": "-1", "autocomplete": "off"}
    )
    #: When the form was shown, signed.
    stamp = HiddenField()

    def values(self) -> dict[str, Any]:
        """What the service keeps."""
        words = {
            name: " ".join(self[name].data.split())
            for name in ("first_name", "last_name", "street", "postcode")
        }
        return words | {"email": self.address, "wants_mail": bool(self.wants_mail.data)}


class StrikeForm(Form):
    """Which supports are struck off, and what is said about it."""

    chosen = SelectMultipleField(coerce=int, validate_choice=False)
    #: All that stand on the page and count.
    on_page = SelectMultipleField(coerce=int, validate_choice=False)
    whole_page = BooleanField(_("Alle auf dieser Seite streichen"))
    public_text = TextAreaField(
        _("Text, öffentlich"),
        [Length(min=20, max=8000, message=_BETWEEN)],
        description=_("Warum wird gestrichen? Nennen Sie keine Namen. Alle können das lesen."),
        render_kw={"rows": 4},
    )
    internal_text = TextAreaField(
        _("Vermerk, nur für die Verwaltung"),
        [Length(min=5, max=4000, message=_BETWEEN)],
        render_kw={"rows": 3},
    )

    def keys(self) -> list[int]:
        """Keys of all that shall be struck off."""
        return [
            *(self.chosen.data or ()),
            *(self.on_page.data or () if self.whole_page.data else ()),
        ]

    def validate_chosen(self, _field: Any) -> None:
        """Refuse a form in which nothing is chosen."""
        if not self.keys():
            raise ValidationError(gettext("Wählen Sie bitte mindestens eine Unterstützung aus."))
