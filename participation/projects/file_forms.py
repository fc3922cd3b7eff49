"""Shape of what staff say about a project's pictures and documents."""

from collections.abc import Iterable
from typing import Any

from babel.support import LazyProxy
from wtforms import BooleanField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length
from wtforms.widgets import HiddenInput

from participation.core.forms import Form
from participation.core.languages import LANGUAGES, Language, gettext
from participation.core.languages import lazy_gettext as _
from participation.files.forms import UploadForm
from participation.projects import rules

_TOO_LONG = _("Schreiben Sie bitte höchstens %(max)d Zeichen.")
_FITS = Length(max=rules.LONGEST_FILE_TEXT, message=_TOO_LONG)


class _Words(Form):
    """What both kinds of files have: words in each language."""

    def texts(self) -> dict[str, str]:
        """What the service keeps of each language that has words."""
        found = {code: self[f"text_{code}"].data or "" for code in LANGUAGES}
        return {code: " ".join(words.split()) for code, words in found.items() if words}

    def show(self, stored: Any) -> None:
        """Fill in what is stored."""
        for name in ("credit", "language", "is_accessible"):
            if name in self:
                self[name].data = getattr(stored, name)
        for text in stored.texts:
            if f"text_{text.language}" in self:
                self[f"text_{text.language}"].data = text.text
        if "seen_version" in self:
            self["seen_version"].data = stored.version

    def fields(self) -> list[Any]:
        """What is typed, in the order of the page."""
        own = ("credit", "language", "is_accessible")
        return [self[f"text_{code}"] for code in LANGUAGES] + [self[n] for n in own if n in self]

    def differences(self, stored: "_Words") -> list[tuple[str, str]]:
        """Return ``(label, stored value)`` of each text in which what is stored is another."""
        pairs = ((one, stored[one.short_name]) for one in self.fields())
        return [
            (str(field.label.text), _in_words(other.data))
            for field, other in pairs
            if (field.data or "") != (other.data or "")
        ]


def _in_words(value: Any) -> str:
    if isinstance(value, bool):
        return gettext("ja") if value else gettext("nein")
    return str(value or "")


def _label(word: Any, language: Language) -> Any:
    return LazyProxy(lambda: f"{word} ({language.name})", enable_cache=False)


def _text_fields(word: Any, hint: Any, missing: Any) -> dict[str, Any]:
    """One field a language; German is needed, the others fall back to it."""
    return {
        f"text_{code}": TextAreaField(
            _label(word, language),
            [DataRequired(missing), _FITS] if code == "de" else [_FITS],
            description=hint if code == "de" else "",
            render_kw={"rows": 2},
        )
        for code, language in LANGUAGES.items()
    }


_IMAGE_WORDS = _text_fields(
    _("Bildbeschreibung"),
    _(
        "Was ist zu sehen? Wer das Bild nicht sieht, hört oder liest diesen Text. "
        "Höchstens 300 Zeichen."
    ),
    _("Bitte beschreiben Sie das Bild."),
)
_DOCUMENT_WORDS = _text_fields(
    _("Titel des Dokuments"),
    _("So steht es auf dem Vorhabenblatt."),
    _("Bitte geben Sie dem Dokument einen Titel."),
)


class _Image(_Words):
    """A picture's words."""

    credit = StringField(
        _("Urheber:in und Rechte"),
        [
            DataRequired(_("Bitte nennen Sie, von wem das Bild ist.")),
            Length(max=rules.LONGEST_CREDIT, message=_TOO_LONG),
        ],
        description=_("Zum Beispiel: Landeshauptstadt Mainz, Foto: Kim Muster, CC BY 4.0."),
    )


class _Document(_Words):
    """A document's words."""

    language = SelectField(_("Sprache des Dokuments"))
    is_accessible = BooleanField(_("Das Dokument ist barrierefrei (PDF/UA). Ich habe das geprüft."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language.choices = [(one.code, one.name) for one in LANGUAGES.values()]


class _Seen(Form):
    """The state of things that the editor had in sight."""

    seen_version = IntegerField(widget=HiddenInput(), default=0)


def _form(name: str, bases: Iterable[type], fields: dict[str, Any]) -> Any:
    return type(name, tuple(bases), fields)


#: New files, and what is said about files that are there.
NewImageForm = _form("NewImageForm", (UploadForm, _Image), _IMAGE_WORDS)
NewDocumentForm = _form("NewDocumentForm", (UploadForm, _Document), _DOCUMENT_WORDS)
ImageForm = _form("ImageForm", (_Seen, _Image), _IMAGE_WORDS)
DocumentForm = _form("DocumentForm", (_Seen, _Document), _DOCUMENT_WORDS)


class ActForm(Form):
    """Nothing but the token against forged requests: for pages with one button."""
