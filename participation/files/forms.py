"""Shape of an upload. What may be uploaded stands in rules.py."""

from typing import Any

from flask_wtf.file import FileField, FileRequired

from participation.core.forms import Form
from participation.core.languages import gettext
from participation.core.languages import lazy_gettext as _
from participation.files.rules import DOCUMENTS, IMAGES, MediaType, UnfitFile

_AGAIN = _("Bitte wählen Sie die Datei noch einmal. Der Browser hat sie vergessen.")


class UploadForm(Form):
    """A form with a file. A browser never sends the same file again by itself, so the page says so."""

    file = FileField(_("Datei"), [FileRequired(_("Bitte wählen Sie eine Datei."))])

    def offer(self, allowed: frozenset[MediaType], megabytes: int) -> None:
        """Say what may be chosen."""
        if allowed <= IMAGES:
            hint = gettext("JPEG, PNG oder WebP, höchstens %(megabytes)s MB.", megabytes=megabytes)
        elif allowed <= DOCUMENTS:
            hint = gettext("PDF, höchstens %(megabytes)s MB.", megabytes=megabytes)
        else:
            hint = gettext(
                "Bild (JPEG, PNG oder WebP) oder PDF, höchstens %(megabytes)s MB.",
                megabytes=megabytes,
            )
        self.file.description = hint
        self.file.render_kw = {"accept": ",".join(sorted(allowed))}

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields; if something else is wrong, the file has to be chosen again."""
        is_valid = super().validate(extra_validators)
        if not is_valid and self.file.data and not self.file.errors:
            self.choose_again()
        return is_valid

    def choose_again(self) -> None:
        """Say that the file has to be chosen again."""
        self.file.errors = [str(_AGAIN)]

    def refuse(self, error: UnfitFile) -> None:
        """Say why the file cannot be taken."""
        self.file.errors = [gettext(error.message)]
