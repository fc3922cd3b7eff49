"""Searching: what a query means, hits page by page, keys for lists, and texts that are alike.

A hit has every word of the query: the word itself, or, if it is long enough, a word that is made of
it (``core/words.py``). Hits come in four ranks, in each of them newest first:

4. every word stands in the title,
3. every word stands in the title, or a word that is made of it,
2. every word stands somewhere in the text,
1. the others.

So "newest first" and a rank are all that a place in the list is made of, and it is the same on both
databases. What people type never gets into a database's query language.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from participation.core import paging
from participation.core.db import db
from participation.core.search_index import (
    All,
    AnyOf,
    Begins,
    But,
    Condition,
    Kind,
    SearchEntry,
    found,
)
from participation.core.words import INSIDE_FROM, Word, stems_of, ways_to, words_of

PAGE_SIZE = 20
#: What of a query counts: so many letters, and of them so many different words.
LONGEST_QUERY = 200
MOST_WORDS = 6
#: Hits are counted up to here.
COUNTED_UP_TO = 500
_LARGEST_KEY = 2**63 - 1
#: How many words of a text ``candidates`` looks for, and how many entries it takes for each.
_TELLING_WORDS = 12


@dataclass(frozen=True)
class Query:
    """What somebody looks for, as words that are compared.

    :param is_cut: some of it was too much and is left out
    """

    words: tuple[Word, ...]
    is_cut: bool


@dataclass(frozen=True)
class Filters:
    """What hits are narrowed to; ``None`` means no narrowing.

    :param reader: code of the reader's language: of a text of the city in several languages, the
        one that this reader is shown is found; not asked if ``language`` is given
    """

    reader: str = ""
    kind: Kind | None = None
    district_id: int | None = None
    topic_id: int | None = None
    language: str | None = None


NO_FILTERS = Filters()


def read_query(text: str) -> Query:
    """Return the words of what somebody typed, each once, in their order."""
    by_stem: dict[str, Word] = {}
    for word in words_of(text[:LONGEST_QUERY]):
        by_stem.setdefault(word.stem, word)
    words = tuple(by_stem.values())
    is_cut = len(text.strip()) > LONGEST_QUERY or len(words) > MOST_WORDS
    return Query(words[:MOST_WORDS], is_cut)


def page_of_hits(
    query: Query, filters: Filters, token: str | None, *, newest_first: bool = False
) -> tuple[paging.Page[Any], dict[Kind, int]]:
    """One page of hits, rows ``(SearchEntry's columns, rank)``; and how many there are of each kind.

    Kinds are counted without the filter by kind; not at all if there are more than
    ``COUNTED_UP_TO``. At most five statements.
    """
    if not query.words:
        return paging.Page([], None, None), {}
    ranks = {1: _anywhere(query)} if newest_first else _by_rank(query)
    return _page(ranks, _narrowing(filters), token), _counts(query, filters)


def owners_of(rows: Iterable[Any], chain: Sequence[str]) -> dict[tuple[Kind, int], Any]:
    """What the hits are about: rows ``(owner_kind, owner_id, title, language)`` by the owner, in the
    first language of the chain; one statement."""
    owners = sorted({(row.owner_kind, row.owner_id) for row in rows if row.owner_kind})
    if not owners:
        return {}
    statement = sa.select(
        SearchEntry.kind, SearchEntry.subject_id, SearchEntry.title, SearchEntry.language
    ).where(sa.tuple_(SearchEntry.kind, SearchEntry.subject_id).in_(owners))
    rank = {code: number for number, code in enumerate(chain)}
    best: dict[tuple[Kind, int], Any] = {}
    for row in sorted(
        db.session.execute(statement), key=lambda one: rank.get(one.language, len(rank))
    ):
        best.setdefault((row.kind, row.subject_id), row)
    return best


def ids(kind: Kind, text: str) -> sa.Select[tuple[int]]:
    """Keys of the subjects of a kind that a query finds, for ``WHERE id IN (…)``.

    In whatever language; nothing, if there is no word in the query.
    """
    query = read_query(text)
    subject = sa.select(SearchEntry.subject_id)
    if not query.words:
        return subject.where(sa.false())
    keys, _ = found(All((_anywhere(query), f":kind:{kind}")))
    return subject.where(SearchEntry.id.in_(keys))


def candidates(kinds: Iterable[Kind], text: str, limit: int = 200) -> list[tuple[Kind, int]]:
    """Subjects ``(kind, id)`` that share telling words with a text, most alike first; one statement.

    Its longest words are the telling ones, and the rarer one is among the entries, the more it
    counts. Bounded: twelve words, ``limit`` newest entries for each, however many there are.
    """
    words = sorted({word for word in stems_of(text[:5000]) if len(word) >= INSIDE_FROM})
    words = sorted(words, key=lambda word: (-len(word), word))[:_TELLING_WORDS]
    kind_marks = AnyOf(tuple(f":kind:{kind}" for kind in kinds))
    if not words or not kind_marks.parts:
        return []
    parts = []
    for word in words:
        keys, key = found(All((word, kind_marks)))
        some = keys.order_by(key.desc()).limit(limit).subquery()
        parts.append(sa.select(sa.literal(word).label("word"), some.c.id))
    those = sa.union_all(*parts).subquery()
    statement = sa.select(those.c.word, SearchEntry.kind, SearchEntry.subject_id, SearchEntry.id)
    rows = db.session.execute(statement.join(those, SearchEntry.id == those.c.id)).all()
    having: dict[str, int] = {}
    for row in rows:
        having[row.word] = having.get(row.word, 0) + 1
    weight: dict[tuple[Kind, int], float] = {}
    newest: dict[tuple[Kind, int], int] = {}
    for row in sorted(rows, key=lambda row: row.word):  # the same sum on every database
        subject = row.kind, row.subject_id
        weight[subject] = weight.get(subject, 0) + 1 / having[row.word]
        newest[subject] = max(newest.get(subject, 0), row.id)
    return sorted(weight, key=lambda one: (-round(weight[one], 9), -newest[one]))[:limit]


def _any(word: Word, sign: str = "") -> Condition:
    """The word itself, or one that is made of it (``words.is_found_in``)."""
    equal, begun = ways_to(word)
    return AnyOf((*(f"{sign}{one}" for one in equal), *(Begins(f"{sign}{one}") for one in begun)))


def _anywhere(query: Query) -> Condition:
    return All(tuple(_any(word) for word in query.words))


def _by_rank(query: Query) -> dict[int, Condition]:
    """A condition for each rank; no entry meets two of them."""
    whole_title = All(tuple(f"={word.stem}" for word in query.words))
    in_title = All(tuple(_any(word, "=") for word in query.words))
    whole = All(tuple(word.stem for word in query.words))
    return {
        4: whole_title,
        3: But(in_title, whole_title),
        2: But(whole, in_title),
        1: But(_anywhere(query), AnyOf((whole, in_title))),
    }


def _narrowing(filters: Filters) -> tuple[list[Condition], str]:
    """Marks that a hit has, and one that it has not."""
    marks: list[Condition] = []
    if filters.kind is not None:
        marks.append(f":kind:{filters.kind}")
    if filters.district_id is not None:
        marks.append(AnyOf((f":district:{filters.district_id}", ":district:all")))
    if filters.topic_id is not None:
        marks.append(f":topic:{filters.topic_id}")
    if filters.language is not None:
        marks.append(f":language:{filters.language}")
        return marks, ""
    return marks, f":not:{filters.reader}" if filters.reader else ""


def _narrowed(condition: Condition, narrowing: tuple[list[Condition], str]) -> Condition:
    marks, mark_not = narrowing
    condition = All((condition, *marks)) if marks else condition
    return But(condition, mark_not) if mark_not else condition


def _page(
    ranks: dict[int, Condition], narrowing: tuple[list[Condition], str], token: str | None
) -> paging.Page[Any]:
    """Go through the ranks until the page is full; at most one statement for each."""
    order = paging.Order([(None, _rank_in(ranks)), (None, _key)])
    forward, place = paging.read_token(token, order) or (True, [])
    rows: list[Any] = []
    for rank in sorted(ranks, reverse=forward):
        if place and (rank > place[0] if forward else rank < place[0]):
            continue
        keys, key = found(_narrowed(ranks[rank], narrowing))
        if place and rank == place[0]:
            keys = keys.where(key < place[1] if forward else key > place[1])
        keys = keys.order_by(key.desc() if forward else key.asc())
        some = keys.limit(PAGE_SIZE + 1 - len(rows)).subquery()
        statement = sa.select(*SearchEntry.__table__.columns, sa.literal(rank).label("rank"))
        statement = statement.join(some, some.c.id == SearchEntry.id)
        newest = SearchEntry.id.desc() if forward else SearchEntry.id.asc()
        rows += db.session.execute(statement.order_by(newest)).all()
        if len(rows) > PAGE_SIZE:
            break
    return paging.cut(
        rows, PAGE_SIZE, forward=forward, starts=not place, keys=lambda row: (row.rank, row.id)
    )


def _counts(query: Query, filters: Filters) -> dict[Kind, int]:
    """How many hits of each kind there are; empty if there are too many to count. One statement."""
    keys, _ = found(_narrowed(_anywhere(query), _narrowing(replace(filters, kind=None))))
    some = keys.limit(COUNTED_UP_TO + 1).subquery()
    statement = sa.select(SearchEntry.kind, sa.func.count()).group_by(SearchEntry.kind)
    counts = dict(db.session.execute(statement.join(some, some.c.id == SearchEntry.id)).all())
    return counts if sum(counts.values()) <= COUNTED_UP_TO else {}


def _rank_in(ranks: dict[int, Condition]) -> Any:
    def read(value: object) -> int:
        if value not in ranks or isinstance(value, bool):
            raise ValueError(value)
        return int(str(value))

    return read


def _key(value: object) -> int:
    if not isinstance(value, int) or not 0 <= value <= _LARGEST_KEY:
        raise ValueError(value)
    return value
