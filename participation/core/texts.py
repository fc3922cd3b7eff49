"""Texts that the city writes stand in a ``…_text`` table, one row a language."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa


def _rank(column: Any, chain: Sequence[str]) -> sa.Case[int]:
    return sa.case({code: n for n, code in enumerate(chain)}, value=column, else_=len(chain))


def best_text(table: Any, belongs: Any, chain: Sequence[str], column: Any) -> sa.ScalarSelect[Any]:
    """A column of the row in the first language of the chain that there is, within one statement.

    :param belongs: condition that ties the text to its thing in the outer statement
    """
    return (
        sa.select(column)
        .where(belongs)
        .order_by(_rank(table.language, chain), table.language)
        .limit(1)
        .scalar_subquery()
    )


def is_best_text(table: Any, other: Any, belongs: Any, chain: Sequence[str]) -> Any:
    """Condition for a join: this text row is in the first language of the chain that there is.

    :param other: an alias of ``table``; :param belongs: ties the alias to the thing
    """
    return table.language == best_text(other, belongs, chain, other.language)
