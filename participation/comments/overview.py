"""What a page of comments shows: which, with how many replies, and how much of each text."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from participation.comments import queries
from participation.comments.models import Comment
from participation.comments.queries import Replies
from participation.comments.rules import State
from participation.core import paging
from participation.core.extracts import Extract, extracts, first_that_fit
from participation.core.html import size_of, text_to_html

#: Bytes for the comments of a page; the frame around them and a form with faults take the rest.
_ROOM = 21_600
#: Bytes of markup at most: of a comment without what can be done, of each thing that can be done, of a
#: reply in a list, and of one with all that can be done.
_MARKUP = 440
_ACT = 108
_REPLY = 420
#: Bytes of a text that are kept free before replies take their place; about three lines.
_FAIR = 250


@dataclass(frozen=True)
class Listing:
    """A page of a list. ``texts`` has those that can be read."""

    page: paging.Page[Any]
    replies: dict[int, Replies]
    texts: dict[int, Extract]


def listing(
    thread_id: int | None,
    order: paging.Order,
    token: str | None,
    acts_on: Callable[[Comment], Collection[str]],
) -> Listing:
    """A page of a thread's comments with first replies: as many, and as much, as is light."""
    page = queries.page(thread_id, order, token)
    tops = [row[0] for row in page.rows]
    replies = queries.replies_to(one.id for one in tops)
    room = _ROOM - sum(_MARKUP + _ACT * len(acts_on(one)) for one in tops)
    found = [replies.get(one.id, queries.NO_REPLIES) for one in tops]
    kept = sum(_fair(one) for one in tops)
    fitting = first_that_fit(
        [[_REPLY + _fair(reply) for reply in below.shown] for below in found], room - kept
    )
    shown = {
        one.id: Replies(below.shown[:count], below.total)
        for one, below, count in zip(tops, found, fitting, strict=True)
    }
    below = [reply for some in shown.values() for reply in some.shown]
    return Listing(page, shown, _texts([*tops, *below], room - _REPLY * len(below)))


def replies_listing(
    parent: Comment,
    order: paging.Order,
    token: str | None,
    acts_on: Callable[[Comment], Collection[str]],
) -> Listing:
    """A page of the replies to a comment, which itself is whole."""
    page = queries.replies_page(parent, order, token)
    replies = [row[0] for row in page.rows]
    whole = _texts([parent], _ROOM * 10)
    used = sum(size_of(one.words) for one in whole.values()) + _MARKUP
    used += sum(_REPLY + _ACT * len(acts_on(one)) for one in [parent, *replies])
    return Listing(page, {}, whole | _texts(replies, _ROOM - used))


def _fair(one: Comment) -> int:
    return min(size_of(text_to_html(one.text)), _FAIR)


def _texts(comments: Iterable[Comment], room: int) -> dict[int, Extract]:
    return extracts({one.id: one.text for one in comments if one.state is State.VISIBLE}, room)
