"""What can be found: one entry a text, written in the transaction that changes the text.

The meaning of a hit is kept apart from the databases. An entry's ``words`` are all that is ever
compared (see ``words_in``). SQLite indexes the column with FTS5, PostgreSQL as a ``tsvector``; the
migration makes these indexes and the databases keep them. Both find words, and beginnings of words.

A part of a word is the beginning of one of its endings: with the ending ``~radweg`` of "Fahrradweg"
kept beside it, the beginning ``~radweg`` finds it for who looks for "Radweg". The word itself is
looked for apart, because many texts may have it: that is quick, a beginning of many words is not.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped, mapped_column

from participation.core.db import Base, db, named
from participation.core.languages import LANGUAGES
from participation.core.words import traces_of, words_of

#: Of a longer text, in letters, and of more words, in bytes, the rest is not found. No form takes as
#: much, and no ``tsvector`` can be larger than a megabyte.
LONGEST_BODY = 200_000
_MOST_BYTES = 400_000
_CHUNK = 500


class Kind(StrEnum):
    """What can be found. The order counts: it is part of the entries' keys, new ones go to the end."""

    PROJECT = "project"
    SUGGESTION = "suggestion"
    ANSWER = "answer"
    COMMENT = "comment"
    MEETING = "meeting"
    PAGE = "page"
    POLL = "poll"


_KIND_NUMBERS = {kind: number for number, kind in enumerate(Kind)}
_LANGUAGE_NUMBERS = {code: number for number, code in enumerate(LANGUAGES)}
_OTHER_LANGUAGE = 31
_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


class SearchEntry(Base):
    """One text that everybody may read, in one language."""

    __table_args__ = (
        sa.UniqueConstraint("kind", "subject_id", "language"),
        sa.Index("ix_search_entry_owner", "owner_kind", "owner_id"),
    )

    #: Made of day, subject, kind and language (``key_of``): its order is the order "newest first".
    id: Mapped[int] = mapped_column(_KEY, primary_key=True, autoincrement=False)
    kind: Mapped[Kind] = mapped_column(named(Kind))
    subject_id: Mapped[int]
    language: Mapped[str] = mapped_column(sa.String(16))
    day: Mapped[date]
    title: Mapped[str] = mapped_column(sa.Text)
    body: Mapped[str] = mapped_column(sa.Text)
    #: What the subject's address is made of: slug or number.
    address: Mapped[str] = mapped_column(sa.String(80))
    #: What this is about: it can be read only while its owner can, and has its district and topics.
    owner_kind: Mapped[Kind | None] = mapped_column(named(Kind))
    owner_id: Mapped[int | None]
    #: Districts and topics, such as ``:district:3 :topic:1``.
    marks: Mapped[str] = mapped_column(sa.Text)
    #: Everything that is compared, sorted, with spaces between.
    words: Mapped[str] = mapped_column(sa.Text)


_ENTRIES = SearchEntry.__table__


def belongs_to_models(name: str | None, kind: str, parents: Mapping[str, Any]) -> bool:
    """Tell whether a thing of the database is described by a model: the databases' own indexes of
    ``words`` are not, for Alembic's ``include_name``."""
    if kind == "table":
        return not (name or "").startswith("search_index")
    return parents.get("table_name") != "search_entry" or "vector" not in (name or "")


@dataclass(frozen=True)
class Text:
    """A text as its feature hands it over.

    :param day: its date for readers, and what "newest" means
    :param marks: districts and topics; for a text with an owner they are the owner's
    :param not_for: languages whose readers are shown another text of the same subject
    """

    language: str
    day: date
    title: str
    body: str
    address: str
    marks: frozenset[str] = frozenset()
    owner: tuple[Kind, int] | None = None
    not_for: frozenset[str] = frozenset()


def shown_to(languages: Iterable[str]) -> dict[str, frozenset[str]]:
    """For each language that a text of the city has: the readers who are shown another one."""
    there = list(languages)
    first = {
        reader.code: next((code for code in reader.chain if code in there), min(there, default=""))
        for reader in LANGUAGES.values()
    }
    return {code: frozenset(r for r, best in first.items() if best != code) for code in there}


def places(
    district_ids: Iterable[int], topic_ids: Iterable[int] = (), *, everywhere: bool = False
) -> frozenset[str]:
    """Return the marks of a text about these districts and topics."""
    marks = {f":district:{key}" for key in district_ids} | {f":topic:{key}" for key in topic_ids}
    return frozenset(marks | ({":district:all"} if everywhere else set()))


def key_of(kind: Kind, subject_id: int, text: Text) -> int:
    """Return the entry's key: 22 bits of day, 31 of subject, 5 of kind, 5 of language."""
    language = _LANGUAGE_NUMBERS.get(text.language, _OTHER_LANGUAGE)
    return (((text.day.toordinal() << 31 | subject_id) << 5 | _KIND_NUMBERS[kind]) << 5) | language


def keep(kind: Kind, subject_id: int, texts: Sequence[Text]) -> None:
    """Let a subject be found by these texts and no others; by none, nor what belongs to it, if empty.

    Call it in the transaction that changed the subject, after the change was flushed.
    """
    keep_all(kind, {subject_id: texts})


def keep_all(kind: Kind, texts: Mapping[int, Sequence[Text]]) -> bool:
    """The same for many subjects of a kind; tell whether anything changed."""
    db.session.flush()
    columns = list(_ENTRIES.columns)
    here = SearchEntry.kind == kind, SearchEntry.subject_id.in_(list(texts))
    old = {row.id: row._asdict() for row in db.session.execute(sa.select(*columns).where(*here))}
    rows = [row for key, some in texts.items() for row in _rows(kind, key, some)]
    new = {row["id"]: row for row in _with_owners_marks(rows)}
    gone = {key: row for key, row in old.items() if new.get(key) != row}
    come = [row for key, row in new.items() if old.get(key) != row]
    if not gone and not come:
        return False
    _delete(gone)
    for some in _chunks(come):
        db.session.execute(sa.insert(_ENTRIES), some)
    _tell_belongings(kind, {row["subject_id"] for row in gone.values()}, new.values())
    return True


def drop_others(kind: Kind, subject_ids: Iterable[int]) -> bool:
    """Let nothing else of this kind be found; tell whether there was anything."""
    there = set(
        db.session.scalars(sa.select(SearchEntry.subject_id).where(SearchEntry.kind == kind))
    )
    others = sorted(there - set(subject_ids))
    for some in _chunks(others):
        keep_all(kind, dict.fromkeys(some, ()))
    return bool(others)


def _rows(kind: Kind, subject_id: int, texts: Sequence[Text]) -> Iterator[dict[str, Any]]:
    for text in texts:
        body = text.body[:LONGEST_BODY].replace("\x00", "")
        title = text.title.replace("\x00", "")
        owner_kind, owner_id = text.owner or (None, None)
        yield {
            "id": key_of(kind, subject_id, text),
            "kind": kind,
            "subject_id": subject_id,
            "language": text.language,
            "day": text.day,
            "title": title,
            "body": body,
            "address": text.address,
            "owner_kind": owner_kind,
            "owner_id": owner_id,
            "marks": " ".join(sorted(text.marks)),
            "words": " ".join(sorted(words_in(title, body) | _marks_of(kind, text))),
        }


def words_in(title: str, body: str) -> set[str]:
    """Return all that is compared of a text: the traces of each word (``words.traces_of``), and once
    more after ``=`` those of the words of the title."""
    words: set[str] = set()
    size = 0
    for sign, text in (("=", title), ("", f"{title} {body}")):
        for word in dict.fromkeys(words_of(text)):
            if size > _MOST_BYTES:
                return words
            fresh = {f"{sign}{trace}" for trace in traces_of(word)} - words
            size += sum(len(one.encode()) + 1 for one in fresh)
            words |= fresh
    return words


def _marks_of(kind: Kind, text: Text) -> set[str]:
    """What hits are narrowed by. A word of a text never begins with such a sign."""
    not_for = {f":not:{reader}" for reader in text.not_for}
    return {f":kind:{kind}", f":language:{text.language}", *not_for, *text.marks}


def _with_owners_marks(rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Give texts the marks of what they are about; leave out those whose owner cannot be found."""
    owners = {(row["owner_kind"], row["owner_id"]) for row in rows} - {(None, None)}
    marks = _marks_by_owner(owners)
    # Whoever changes an owner replaces its entry: who waited for that sees no entry at first.
    marks |= _marks_by_owner(owners - set(marks))
    for row in rows:
        owner = row["owner_kind"], row["owner_id"]
        if owner == (None, None):
            yield row
        elif owner in marks:
            yield _remarked(row, marks[owner])


def _marks_by_owner(owners: set[tuple[Any, Any]]) -> dict[tuple[Any, Any], str]:
    """The marks of these owners, which nobody changes or takes away meanwhile."""
    marks: dict[tuple[Any, Any], str] = {}
    for kind in sorted({kind for kind, _ in owners}):
        ids = [key for one, key in owners if one == kind]
        found = (
            sa.select(SearchEntry.subject_id, SearchEntry.marks)
            .where(SearchEntry.kind == kind, SearchEntry.subject_id.in_(ids))
            .order_by(SearchEntry.id)
            .with_for_update(read=True)
        )
        marks |= {(kind, key): text for key, text in db.session.execute(found)}
    return marks


def _remarked(row: dict[str, Any], marks: str) -> dict[str, Any]:
    words = set(row["words"].split()) - set(row["marks"].split()) | set(marks.split())
    return row | {"marks": marks, "words": " ".join(sorted(words))}


def _tell_belongings(kind: Kind, changed: set[int], rows: Iterable[dict[str, Any]]) -> None:
    """Let what belongs to the changed subjects go with them, or take their new marks."""
    marks = {row["subject_id"]: row["marks"] for row in rows}
    for some in _chunks(sorted(changed)):
        columns = list(_ENTRIES.columns)
        theirs = SearchEntry.owner_kind == kind, SearchEntry.owner_id.in_(some)
        found = db.session.execute(sa.select(*columns).where(*theirs)).all()
        lost = {row.id: row._asdict() for row in found if row.owner_id not in marks}
        _delete(lost)
        for row in found:
            if row.owner_id in marks and row.marks != marks[row.owner_id]:
                fresh = _remarked(row._asdict(), marks[row.owner_id])
                values = {"marks": fresh["marks"], "words": fresh["words"]}
                here = SearchEntry.id == row.id
                db.session.execute(sa.update(_ENTRIES).where(here).values(values))


def _delete(rows: Mapping[int, Any]) -> None:
    for some in _chunks(sorted(rows)):
        db.session.execute(sa.delete(_ENTRIES).where(SearchEntry.id.in_(some)))


def _chunks(things: Iterable[Any], size: int = _CHUNK) -> Iterator[list[Any]]:
    rest = iter(things)
    while chunk := list(islice(rest, size)):
        yield chunk


@dataclass(frozen=True)
class Begins:
    """A word of the entry begins like this."""

    word: str


@dataclass(frozen=True)
class All:
    """Every one of these is in the entry. A plain string is a word or a mark."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True)
class AnyOf:
    """At least one of these is in the entry."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True)
class But:
    """The first, and not the second."""

    first: "Condition"
    second: "Condition"


Condition = str | Begins | All | AnyOf | But
#: How the two databases write a condition: all, any, but not, the quote around a word, a beginning.
_FTS5 = (" AND ", " OR ", ") NOT (", '"', " *")
_TSQUERY = (" & ", " | ", ") & !(", "'", ":*")


def _written(condition: Condition, signs: tuple[str, str, str, str, str]) -> str:
    """Write a condition. Words hold letters and digits only, so no quote can end early."""
    every, some, but, quote, begin = signs
    if isinstance(condition, str):
        return f"{quote}{condition}{quote}"
    if isinstance(condition, Begins):
        return f"{quote}{condition.word}{quote}{begin}"
    if isinstance(condition, But):
        return f"({_written(condition.first, signs)}{but}{_written(condition.second, signs)})"
    between = every if isinstance(condition, All) else some
    return f"({between.join(_written(part, signs) for part in condition.parts)})"


def found(condition: Condition) -> tuple[sa.Select[Any], Any]:
    """Return a statement for the keys of the entries that meet the condition, and its key column.

    Ordering it by the key, newest first, with a limit costs little however many there are.
    """
    if db.session.get_bind().dialect.name == "sqlite":
        index = sa.table("search_index", sa.column("rowid", sa.Integer))
        meets = sa.literal_column("search_index").op("MATCH")(_written(condition, _FTS5))
        return sa.select(index.c.rowid.label("id")).where(meets), index.c.rowid
    query = sa.cast(_written(condition, _TSQUERY), postgresql.TSQUERY)
    meets = sa.literal_column("search_vector(search_entry.vector)").op("@@")(query)
    # "+ 0": this order is no index's, so the index of the words is always used. PostgreSQL guesses that
    # a beginning is in many entries, and would go through all of them to find the newest ones. Sorting
    # 60,000 keys takes 20 ms, reading 100,000 entries for the one that is not there takes 4 s.
    key = SearchEntry.id + sa.literal_column("0")
    return sa.select(key.label("id")).where(meets), key
