"""What may be uploaded, and what a file is called. Pure decisions.

What a file is, its bytes say: never its name, and never the browser's word for it.
"""

import re
import unicodedata
from datetime import timedelta
from enum import StrEnum
from http import HTTPStatus

from participation.core.messages import N_, DomainError


class MediaType(StrEnum):
    """What is kept and handed out. SVG and HTML are not among it: they can run."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"
    PDF = "application/pdf"


class Variant(StrEnum):
    """The file itself, or a picture in the size of a page."""

    FULL = "full"
    SMALL = "small"


IMAGES = frozenset({MediaType.JPEG, MediaType.PNG, MediaType.WEBP})
DOCUMENTS = frozenset({MediaType.PDF})
ENDINGS = {
    MediaType.JPEG: "jpg",
    MediaType.PNG: "png",
    MediaType.WEBP: "webp",
    MediaType.PDF: "pdf",
}
#: Width times height of a picture that is taken; 50 megapixels are what good telephones make.
MOST_PIXELS = 50_000_000
#: Longest side, in pixels, of what is kept of a picture.
LONGEST_SIDE = {Variant.FULL: 2400, Variant.SMALL: 800}
LONGEST_NAME = 80
#: Time over which the uploads of one person are counted.
UPLOAD_WINDOW = timedelta(days=1)


class UnfitFile(DomainError):
    """The file cannot be taken; each reason is a class of its own."""

    message = N_("Diese Datei können wir nicht annehmen.")
    status = HTTPStatus.UNPROCESSABLE_ENTITY


class EmptyFile(UnfitFile):
    """There is nothing in it."""

    message = N_("Diese Datei ist leer. Bitte wählen Sie eine andere.")


class FileTooLarge(UnfitFile):
    """It has more bytes than the city takes."""

    message = N_("Diese Datei ist zu groß. Wie groß sie sein darf, steht beim Feld.")


class TooManyPixels(UnfitFile):
    """It would be larger than :data:`MOST_PIXELS` when it is opened."""

    message = N_(
        "Dieses Bild hat zu viele Bildpunkte. Erlaubt sind 50 Millionen. "
        "Bitte verkleinern Sie es, zum Beispiel auf 2400 Bildpunkte Breite."
    )


class NoImage(UnfitFile):
    """It is none of our kinds of pictures, whatever its name says."""

    message = N_(
        "Das ist kein Bild in einem Format, das wir annehmen. Bitte wählen Sie JPEG, PNG oder WebP."
    )


class NoDocument(UnfitFile):
    """It is no PDF, whatever its name says."""

    message = N_(
        "Das ist keine PDF-Datei, oder sie ist beschädigt. Bitte wählen Sie eine PDF-Datei."
    )


class NeitherImageNorDocument(UnfitFile):
    """It is neither one of our kinds of pictures nor a PDF."""

    message = N_(
        "Dieses Format nehmen wir nicht an. Bitte wählen Sie ein Bild (JPEG, PNG oder WebP) "
        "oder eine PDF-Datei."
    )


class BrokenImage(UnfitFile):
    """It begins like a picture, and then cannot be read."""

    message = N_("Dieses Bild ist beschädigt oder nicht vollständig. Bitte wählen Sie ein anderes.")


class TooManyUploads(DomainError):
    """The person has uploaded as much in a day as one may."""

    message = N_(
        "Sie haben heute schon viele Dateien hochgeladen. Bitte versuchen Sie es morgen wieder."
    )
    status = HTTPStatus.TOO_MANY_REQUESTS


def is_pdf(data: bytes) -> bool:
    """Tell whether the bytes begin and end as a PDF does (ISO 32000-2, 7.5).

    Readers look for the end in the last 1024 bytes. What lies in between is never opened here:
    a PDF is handed out as a file to keep, never as a page.
    """
    return data.startswith(b"%PDF-") and b"%%EOF" in data[-1024:]


def refusal(allowed: frozenset[MediaType]) -> UnfitFile:
    """What to say of a file that is none of the allowed kinds."""
    if allowed <= IMAGES:
        return NoImage()
    return NoDocument() if allowed <= DOCUMENTS else NeitherImageNorDocument()


def fitting(width: int, height: int, longest: int) -> tuple[int, int]:
    """Return the size of a picture whose longest side is at most so many pixels."""
    if max(width, height) <= longest:
        return width, height
    share = longest / max(width, height)
    return max(1, round(width * share)), max(1, round(height * share))


#: What a name may not have: path separators, what Windows forbids, and what cannot be seen or turns
#: the direction of reading around (control and format characters, line and paragraph separators).
_FORBIDDEN = re.compile(r'[/\\<>:"|?*%#;]')
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,5}$")


def clean_name(given: str | None, media_type: MediaType) -> str:
    """Return a name to show and to save under: of the upload's name only what is harmless.

    It never becomes a path of ours. Its ending says what the file is, whatever was there before.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", given or ""))[-1]
    seen = "".join(" " if unicodedata.category(one) in _UNSEEN else one for one in last)
    stem = _ENDING.sub("", " ".join(_FORBIDDEN.sub(" ", seen).split()))
    stem = stem[:LONGEST_NAME].strip(" .")
    if not stem:
        stem = "Bild" if media_type in IMAGES else "Dokument"
    return f"{stem}.{ENDINGS[media_type]}"
