"""Tables of files."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from participation.core.db import Base, UtcDateTime, named
from participation.files.rules import IMAGES, LONGEST_SIDE, MediaType, Variant, fitting


class StoredFile(Base):
    """What is known of a file. Its bytes are in another table, so that no list loads them."""

    __table_args__ = (
        sa.Index("ix_stored_file_uploaded_by_id_created_at", "uploaded_by_id", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: To show and to save under; cleaned, never a path.
    name: Mapped[str] = mapped_column(sa.String(120))
    media_type: Mapped[MediaType] = mapped_column(named(MediaType, 40))
    #: Bytes and SHA-256 of the file itself (variant ``full``).
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(sa.String(64))
    #: Pixels, of pictures only.
    width: Mapped[int | None]
    height: Mapped[int | None]
    uploaded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Removed: the bytes and the name are gone; the row is kept a day, for counting uploads.
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def is_image(self) -> bool:
        """Whether it is a picture; otherwise a document."""
        return self.media_type in IMAGES

    @property
    def small_width(self) -> int:
        """Width in pixels of a picture's small variant."""
        return fitting(self.width or 1, self.height or 1, LONGEST_SIDE[Variant.SMALL])[0]


class StoredFileContent(Base):
    """The bytes of a file in one variant."""

    file_id: Mapped[int] = mapped_column(sa.ForeignKey("stored_file.id"), primary_key=True)
    variant: Mapped[Variant] = mapped_column(named(Variant), primary_key=True)
    media_type: Mapped[MediaType] = mapped_column(named(MediaType, 40))
    sha256: Mapped[str] = mapped_column(sa.String(64))
    data: Mapped[bytes] = mapped_column(sa.LargeBinary)
