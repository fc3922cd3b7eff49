"""What mails about polls say. None says what anybody voted, and none has a check code."""

from datetime import datetime
from typing import Any

from flask import url_for

from participation.core.languages import current_language
from participation.journal.models import JournalEntry
from participation.notifications import matters
from participation.notifications.reasons import NoLongerPublic, Reader
from participation.polls import queries as polls


def about_a_poll(entry: JournalEntry, reader: Reader, now: datetime) -> dict[str, Any]:
    """Return the words of a mail about a poll.

    :raises NoLongerPublic: if it is not true any more, or the reader has voted already and it reminds
    """
    matter = matters.of_entries([entry], current_language().chain, now)[entry.id]
    poll = matter.poll
    if poll is None:
        raise NoLongerPublic
    is_over = now >= poll.closes_at
    if entry.event in ("poll:opened", "poll:ends_soon"):
        has_voted, _ = polls.own_vote(poll.id, reader.person_id)
        if is_over or (has_voted and entry.event == "poll:ends_soon"):
            raise NoLongerPublic
    return {
        "title": matter.title,
        "closes_at": poll.closes_at,
        "is_over": is_over,
        "is_sealed": poll.kind == "sealed",
        "objection_until": poll.objection_until,
        "reason": poll.cancel_reason,
        "link": url_for("polls.poll", slug=poll.slug, _external=True),
    }
