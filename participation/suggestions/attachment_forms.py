"""Shape of what an author says about a file, and of why staff take one away."""

from typing import Any

from wtforms import RadioField, StringField
from wtforms.validators import DataRequired, Length

from participation.core.forms import Form
from participation.core.languages import gettext
from participation.core.languages import lazy_gettext as _
from participation.files.forms import UploadForm
from participation.suggestions import note_rules, rules
from participation.suggestions.note_rules import NoteHideCode


class AttachmentForm(UploadForm):
    """A file, and what is in it."""

    text = StringField(
        _("Beschreibung"),
        [
            DataRequired(_("Bitte beschreiben Sie die Datei.")),
            Length(
                max=rules.LONGEST_ATTACHMENT_TEXT,
                message=_("Schreiben Sie bitte höchstens %(max)d Zeichen."),
            ),
        ],
        description=_(
            "Was ist auf dem Bild zu sehen, oder was steht in der PDF-Datei? Wer die Datei nicht "
            "sieht, hört oder liest diesen Text. Höchstens 300 Zeichen."
        ),
    )


class TakeAwayForm(Form):
    """Why a file is taken away; the author reads it."""

    reason = RadioField(_("Grund"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = {
            key: name
            for key, name in note_rules.NOTE_HIDE_NAMES.items()
            if key is not NoteHideCode.NEW_MATTER
        }
        self.reason.choices = [(key.value, gettext(name)) for key, name in names.items()]
