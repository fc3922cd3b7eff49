"""Shape of what an author says about a file."""

from wtforms import StringField
from wtforms.validators import DataRequired, Length

from participation.core.languages import lazy_gettext as _
from participation.files.forms import UploadForm
from participation.suggestions import rules


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
