"""Building the search index anew: everything that can be found, compared with what is there."""

from collections.abc import Callable, Iterable, Sequence

from participation.city_pages import findable as pages
from participation.city_pages.terms import facts
from participation.comments import findable as comments
from participation.core.search_index import Kind, drop_others
from participation.meetings import findable as meetings
from participation.polls import findable as polls
from participation.projects import findable as projects
from participation.suggestions import findable as suggestions

_BATCH = 500
#: Keys of all subjects of a kind, and what lets some of them be found; owners before what is theirs.
_SOURCES: tuple[tuple[Kind, Callable[[], Sequence[int]], Callable[[Iterable[int]], bool]], ...] = (
    (Kind.PROJECT, projects.keys, projects.keep),
    (Kind.SUGGESTION, suggestions.keys, suggestions.keep),
    (Kind.ANSWER, suggestions.answered, suggestions.keep_answers),
    (Kind.COMMENT, comments.keys, comments.keep),
    (Kind.MEETING, meetings.keys, meetings.keep),
    (Kind.POLL, polls.keys, polls.keep),
    (Kind.PAGE, pages.keys, lambda some: pages.keep(some, facts())),
)


def how_many() -> int:
    """Return how many subjects a rebuild looks at."""
    return sum(len(keys()) for _, keys, _ in _SOURCES)


def rebuild(progress: Callable[[Kind, int], None] = lambda _kind, _count: None) -> bool:
    """Make the index what it should be; tell whether anything had to change. The caller commits.

    :param progress: is told after each batch how many subjects of which kind were looked at
    """
    changed = False
    for kind, keys, keep in _SOURCES:
        ids = keys()
        for start in range(0, len(ids), _BATCH):
            some = ids[start : start + _BATCH]
            changed |= keep(some)
            progress(kind, len(some))
        changed |= drop_others(kind, ids)
    return changed
