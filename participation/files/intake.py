"""Reads what somebody uploads, and makes of it what can be kept."""

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO

from participation.files import images, rules
from participation.files.rules import IMAGES, MediaType, Variant


@dataclass(frozen=True)
class Content:
    """The bytes of one variant."""

    media_type: MediaType
    data: bytes

    @property
    def sha256(self) -> str:
        """What tells these bytes from all others."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True)
class Prepared:
    """An upload that is fit to be kept.

    :param name: to show; :param width: and ``height`` in pixels, of pictures only
    """

    name: str
    media_type: MediaType
    contents: Mapping[Variant, Content]
    width: int | None = None
    height: int | None = None

    @property
    def full(self) -> Content:
        """The file itself."""
        return self.contents[Variant.FULL]


def prepare(
    stream: IO[bytes], name: str | None, most_bytes: int, allowed: frozenset[MediaType]
) -> Prepared:
    """Read an upload of at most so many bytes, and make what is kept of it.

    It takes its time: no transaction should be open meanwhile.

    :raises rules.UnfitFile: one of its kinds says why
    """
    size = stream.seek(0, io.SEEK_END)
    stream.seek(0)
    if size == 0:
        raise rules.EmptyFile
    if size > most_bytes:  # it lies in a temporary file, and never gets into memory
        raise rules.FileTooLarge
    data = stream.read()
    if images.is_image(data) and allowed & IMAGES:
        pictures = images.reencoded(data)
        full = pictures[Variant.FULL]
        contents = {key: Content(one.media_type, one.data) for key, one in pictures.items()}
        clean = rules.clean_name(name, full.media_type)
        return Prepared(clean, full.media_type, contents, full.width, full.height)
    if rules.is_pdf(data) and MediaType.PDF in allowed:
        document = Content(MediaType.PDF, data)
        clean = rules.clean_name(name, MediaType.PDF)
        return Prepared(clean, MediaType.PDF, {Variant.FULL: document})
    raise rules.refusal(allowed)
