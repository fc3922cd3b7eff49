"""Shape of what people choose about mails."""

from wtforms import RadioField
from wtforms.fields.choices import SelectChoice

from participation.core.forms import Form
from participation.core.languages import lazy_gettext as _
from participation.following.rules import FREQUENCY_NAMES


class FrequencyForm(Form):
    """How often to hear of news."""

    frequency = RadioField(
        _("Wie oft möchten Sie Nachrichten?"),
        choices=[SelectChoice(one.value, _(name)) for one, name in FREQUENCY_NAMES.items()],
    )
