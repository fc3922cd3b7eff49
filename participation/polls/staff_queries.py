"""What the office reads about polls beside their sheets: numbers of lists and letters, names."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from participation.city.models import District
from participation.core import paging
from participation.core.db import db
from participation.files.models import StoredFile
from participation.polls import queries
from participation.polls.models import Poll, PollCode, PollDistrict, PollEntitled
from participation.polls.rules import Eligible, PollKind


def how_many_listed(poll: Poll) -> int:
    """How many mailboxes are on the list of who may vote; no statement if there is no list."""
    if poll.eligible is not Eligible.LISTED:
        return 0
    mine = sa.select(sa.func.count()).where(PollEntitled.poll_id == poll.id)
    return int(db.session.scalar(mine) or 0)


def how_many_letters(poll: Poll) -> int:
    """How many codes of letters there are; no statement if nobody votes by letter."""
    if poll.eligible is not Eligible.LETTER:
        return 0
    mine = sa.select(sa.func.count()).where(PollCode.poll_id == poll.id)
    return int(db.session.scalar(mine) or 0)


def district_names(poll: Poll) -> Sequence[str]:
    """Names of the districts whose people may vote; no statement if it is not by district."""
    if poll.eligible is not Eligible.DISTRICTS:
        return []
    names = sa.select(District.name).join(PollDistrict, PollDistrict.district_id == District.id)
    return db.session.scalars(names.where(PollDistrict.poll_id == poll.id).order_by("name")).all()


def sealed_page(token: str | None, chain: Sequence[str]) -> paging.Page[Any]:
    """One page of the sealed polls, drafts too, newest first; rows as in ``queries``."""
    return queries.staff_page(token, chain, Poll.kind == PollKind.SEALED)


def file(file_id: int) -> StoredFile | None:
    """A stored file."""
    return db.session.get(StoredFile, file_id)
