"""What is like a suggestion: other suggestions and projects that everybody may read."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from participation.core import search
from participation.core.db import db
from participation.core.search_index import Kind, SearchEntry
from participation.suggestions.likeness import ALIKE_FROM, likeness, read
from participation.suggestions.models import Suggestion

#: So many of the texts that share telling words are looked at more closely.
_LOOKED_AT = 60
_KINDS = (Kind.SUGGESTION, Kind.PROJECT)


@dataclass(frozen=True)
class Alike:
    """One thing that is like a suggestion.

    :param key: of the suggestion or project; :param address: its public number, or its slug
    """

    kind: Kind
    key: int
    title: str
    language: str
    address: str
    likeness: float


def similar_to(suggestion: Suggestion, chain: Sequence[str], most: int = 5) -> list[Alike]:
    """Return what is most like a suggestion, the most alike first; two statements.

    Every subject once, in the reader's language if it has it; never the suggestion itself, nor what
    belongs to it already.
    """
    text = f"{suggestion.text}\n{suggestion.reason}"
    mine = read(suggestion.title, text)
    left_out = {(Kind.SUGGESTION, suggestion.id), (Kind.PROJECT, suggestion.project_id)}
    subjects = [
        one
        for one in search.candidates(_KINDS, f"{suggestion.title}\n{text}", _LOOKED_AT)
        if one not in left_out
    ]
    if not subjects:
        return []
    rank = {code: number for number, code in enumerate(chain)}
    best: dict[tuple[Kind, int], tuple[int, Alike]] = {}
    for row in _texts(subjects):
        score = likeness(mine, read(row.title, row.body))
        if score < ALIKE_FROM:
            continue
        subject, place = (row.kind, row.subject_id), rank.get(row.language, len(rank))
        if subject not in best or place < best[subject][0]:
            alike = Alike(*subject, row.title, row.language, row.address, score)
            best[subject] = place, alike
    found = [alike for _, alike in best.values()]
    return sorted(found, key=lambda one: (-one.likeness, one.kind, -one.key))[:most]


def _texts(
    subjects: list[tuple[Kind, int]],
) -> Sequence[sa.Row[tuple[Kind, int, str, str, str, str]]]:
    columns = (
        SearchEntry.kind, SearchEntry.subject_id, SearchEntry.language,
        SearchEntry.title, SearchEntry.body, SearchEntry.address,
    )  # fmt: skip
    those = sa.tuple_(SearchEntry.kind, SearchEntry.subject_id).in_(subjects)
    return db.session.execute(sa.select(*columns).where(those).order_by(SearchEntry.id)).all()
