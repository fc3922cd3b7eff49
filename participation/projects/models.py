"""Tables of projects and their sheets."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from participation.city.models import Department, District, Topic
from participation.core.db import Base, UtcDateTime, named
from participation.files.models import StoredFile
from participation.projects.rules import FileRole, Form, Implementation, Level, Participation

project_district = sa.Table(
    "project_district",
    Base.metadata,
    sa.Column("project_id", sa.ForeignKey("project.id"), primary_key=True),
    sa.Column("district_id", sa.ForeignKey("district.id"), primary_key=True, index=True),
)
project_topic = sa.Table(
    "project_topic",
    Base.metadata,
    sa.Column("project_id", sa.ForeignKey("project.id"), primary_key=True),
    sa.Column("topic_id", sa.ForeignKey("topic.id"), primary_key=True, index=True),
)
project_department = sa.Table(
    "project_department",
    Base.metadata,
    sa.Column("project_id", sa.ForeignKey("project.id"), primary_key=True),
    sa.Column("department_id", sa.ForeignKey("department.id"), primary_key=True),
)


class Project(Base):
    """What the city plans. Everything that does not depend on the language."""

    __table_args__ = (
        sa.Index("ix_project_newest", "as_of_day", "id"),
        sa.Index("ix_project_review_on_id", "review_on", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(80), unique=True)
    participation: Mapped[Participation | None] = mapped_column(named(Participation), index=True)
    implementation: Mapped[Implementation | None] = mapped_column(named(Implementation), index=True)
    #: False where the city printed no state and we read it from dates.
    states_are_printed: Mapped[bool] = mapped_column(default=True)
    level: Mapped[Level | None] = mapped_column(named(Level))
    form: Mapped[Form | None] = mapped_column(named(Form))
    #: Concerns all districts.
    whole_city: Mapped[bool] = mapped_column(default=False)
    #: Rough place, WGS 84 degrees.
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    #: Planned period; year, month or day as known ("2025", "2025-03").
    period_from: Mapped[str] = mapped_column(sa.String(10), default="")
    period_to: Mapped[str] = mapped_column(sa.String(10), default="")
    #: Expected costs in whole euros; the second is the end of a range.
    cost: Mapped[int | None] = mapped_column(sa.BigInteger)
    cost_to: Mapped[int | None] = mapped_column(sa.BigInteger)
    #: Date of the current state as the city gives it, and as a day to sort by.
    as_of: Mapped[str] = mapped_column(sa.String(10), default="")
    as_of_day: Mapped[date] = mapped_column(default=date.min)
    #: Further information: ``{"url", "label"}``, in order; a paper has no url.
    links: Mapped[list[dict[str, str]]] = mapped_column(sa.JSON, default=list)
    #: Political decisions: ``{"body", "day", "note"}``, in order; ``day`` in ISO form or empty.
    decisions: Mapped[list[dict[str, str]]] = mapped_column(sa.JSON, default=list)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Empty: a draft, which only those see who may edit it.
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    #: Number of the newest :class:`ProjectVersion`; 0 if it has not changed since there are versions.
    version: Mapped[int] = mapped_column(default=0)
    #: Day by which somebody has to see whether the sheet is still right.
    review_on: Mapped[date] = mapped_column(default=date.min)
    #: Written on the web: the form it came from, so that pressing twice makes one.
    creation_key: Mapped[str | None] = mapped_column(sa.String(60), unique=True)
    #: What an imported list said last, as in ProjectVersion.snapshot; empty if no list knows it.
    source: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))

    texts: Mapped[list["ProjectText"]] = relationship(cascade="all, delete-orphan")
    phases: Mapped[list["ProjectPhase"]] = relationship(
        cascade="all, delete-orphan", order_by="ProjectPhase.starts_on, ProjectPhase.ends_on"
    )
    districts: Mapped[list[District]] = relationship(
        secondary=project_district, order_by=District.name
    )
    topics: Mapped[list[Topic]] = relationship(secondary=project_topic, order_by=Topic.position)
    departments: Mapped[list[Department]] = relationship(
        secondary=project_department, order_by=Department.id
    )


class ProjectText(Base):
    """What the sheet says in one language."""

    project_id: Mapped[int] = mapped_column(sa.ForeignKey("project.id"), primary_key=True)
    language: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    title: Mapped[str] = mapped_column(sa.String(200))
    summary: Mapped[str] = mapped_column(sa.Text, default="")
    #: What residents can still decide, and what is settled; one point a line.
    still_open: Mapped[str] = mapped_column(sa.Text, default="")
    settled: Mapped[str] = mapped_column(sa.Text, default="")
    #: What the city says about participation in its own words.
    participation_note: Mapped[str] = mapped_column(sa.Text, default="")
    #: The planned period in the city's own words.
    period_note: Mapped[str] = mapped_column(sa.Text, default="")
    cost_note: Mapped[str] = mapped_column(sa.Text, default="")
    current_state: Mapped[str] = mapped_column(sa.Text, default="")
    #: Day on which a test reader approved the text; easy German says on the page if nobody did yet.
    reviewed_on: Mapped[date | None]
    #: What came of participation, and the day on which the city said so.
    result: Mapped[str] = mapped_column(sa.Text, default="")
    result_on: Mapped[date | None]


class ProjectPhase(Base):
    """A dated piece of participation; one day, or several."""

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("project.id"), index=True)
    starts_on: Mapped[date] = mapped_column(index=True)
    ends_on: Mapped[date]
    #: Titles by language; empty where the city only gave the days.
    titles: Mapped[dict[str, str]] = mapped_column(sa.JSON, default=dict)


class ProjectPhaseBegun(Base):
    """It was told that a piece of participation begins on this day; the key makes it once. Phases
    themselves are written anew whenever a sheet is saved."""

    project_id: Mapped[int] = mapped_column(sa.ForeignKey("project.id"), primary_key=True)
    starts_on: Mapped[date] = mapped_column(primary_key=True)


class ProjectVersion(Base):
    """A whole sheet as it was saved once. Never changed afterwards."""

    project_id: Mapped[int] = mapped_column(sa.ForeignKey("project.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    #: Person who saved it; empty for an imported list. No foreign key: the record outlives people.
    actor_id: Mapped[int | None]
    #: Readers can see it: the sheet was public when it was saved.
    is_public: Mapped[bool]
    #: What changed, in the editor's words, for readers.
    note: Mapped[str] = mapped_column(sa.String(300), default="")
    #: Each field by its name, texts as ``de.title``; see projects/snapshots.py.
    snapshot: Mapped[dict[str, Any]] = mapped_column(sa.JSON)


class ProjectFile(Base):
    """A picture or a document on a sheet. A file belongs to one project."""

    __table_args__ = (
        sa.Index("ix_project_file_project_id_role_position", "project_id", "role", "position"),
    )

    file_id: Mapped[int] = mapped_column(sa.ForeignKey("stored_file.id"), primary_key=True)
    project_id: Mapped[int] = mapped_column(sa.ForeignKey("project.id"))
    role: Mapped[FileRole] = mapped_column(named(FileRole))
    #: Order within the role; the first picture is the sheet's.
    position: Mapped[int]
    #: Who made the picture, and under which rights it is shown.
    credit: Mapped[str] = mapped_column(sa.String(200), default="")
    #: Language a document is written in; empty for pictures.
    language: Mapped[str] = mapped_column(sa.String(16), default="")
    #: Staff say that everybody can read the document, also with a screen reader.
    is_accessible: Mapped[bool] = mapped_column(default=False)
    #: Counts changes, so that whoever was slower notices.
    version: Mapped[int] = mapped_column(default=1)

    file: Mapped[StoredFile] = relationship()
    texts: Mapped[list["ProjectFileText"]] = relationship(cascade="all, delete-orphan")


class ProjectFileText(Base):
    """What stands for a picture (its alternative text) or names a document, in one language."""

    file_id: Mapped[int] = mapped_column(sa.ForeignKey("project_file.file_id"), primary_key=True)
    language: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    text: Mapped[str] = mapped_column(sa.String(300))
