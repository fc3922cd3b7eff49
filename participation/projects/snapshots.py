"""A sheet as plain values, field by field; how two changes of it meet is in core/snapshots.py.

A snapshot has a key for each field: ``cost`` for what does not depend on the language, ``de.title``
for a text. Values are as JSON knows them; days are written in ISO form, things of the city by key.
"""

from participation.core.snapshots import Merged as Merged
from participation.core.snapshots import Snapshot as Snapshot
from participation.core.snapshots import language_and_name as language_and_name
from participation.core.snapshots import merge as merge
from participation.core.snapshots import said as said

#: Older versions do not have these: that they lack them does not say that there were none.
_KEPT_SINCE_LATER = frozenset({"images", "documents"})


def changed_keys(before: Snapshot, after: Snapshot) -> list[str]:
    """Return the fields that differ, in no particular order."""
    unknown = _KEPT_SINCE_LATER.difference(before)
    differing = [key for key in {**before, **after} if said(before, key) != said(after, key)]
    return [key for key in differing if key not in unknown]
