"""Which event is told to whom, and when a failed mail is tried again."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Notice:
    """Who hears of an event.

    :param template: folder below ``templates/emails/``
    :param person: the event is about this person, who gets the mail
    :param author: the author of the suggestion, or of the comment, gets it
    :param supporters: so do supporters who agreed to mails
    :param actor: who did it gets it
    :param guest: who asked to support without an account gets it
    :param asked: so do those of them who do not support the suggestion it was merged into yet
    :param signed_up: who signed up for the meeting gets it, unless the entry says not to ``tell``
    """

    template: str
    person: bool = False
    author: bool = False
    supporters: bool = False
    actor: bool = False
    guest: bool = False
    asked: bool = False
    signed_up: bool = False


_ALL = {"author": True, "supporters": True}

NOTICES: dict[str, Notice] = {
    "account:registered": Notice("account_confirm", person=True),
    "account:registered_again": Notice("account_exists", person=True),
    "suggestion:submitted": Notice("suggestion_submitted", author=True),
    "suggestion:draft_expires": Notice("draft_expires", author=True),
    "suggestion:returned": Notice("suggestion_returned", author=True),
    "suggestion:rejected": Notice("suggestion_rejected", author=True),
    "suggestion:hidden": Notice("suggestion_hidden", author=True),
    "suggestion:published": Notice("suggestion_published", author=True),
    "suggestion:quorum_reached": Notice("suggestion_quorum", **_ALL),
    "suggestion:expired": Notice("suggestion_expired", **_ALL),
    "suggestion:in_council": Notice("suggestion_council", **_ALL),
    "suggestion:adopted": Notice("suggestion_decided", **_ALL),
    "suggestion:partly_adopted": Notice("suggestion_decided", **_ALL),
    "suggestion:declined": Notice("suggestion_decided", **_ALL),
    "suggestion:implementing": Notice("suggestion_progress", **_ALL),
    "suggestion:done": Notice("suggestion_progress", **_ALL),
    "suggestion:fell_back": Notice("suggestion_struck", **_ALL),
    "suggestion:supports_struck": Notice("suggestion_struck", author=True),
    "support:requested": Notice("support_confirm", guest=True),
    "suggestion:answered": Notice("suggestion_answered", **_ALL),
    "suggestion:file_taken_away": Notice("attachment_removed", author=True),
    "meeting:signed_up": Notice("meeting_signed_up", actor=True),
    "suggestion:merged": Notice("suggestion_merged", author=True, asked=True),
    # Who signed a text hears that something was added to it; its author wrote that.
    "suggestion:addition_written": Notice("suggestion_addition", supporters=True),
    "suggestion:update_written": Notice("suggestion_update", **_ALL),
    "suggestion_note:hidden": Notice("note_hidden", author=True),
    "suggestion_note:restored": Notice("note_restored", author=True),
    "meeting:changed": Notice("meeting_changed", signed_up=True),
    "meeting:cancelled": Notice("meeting_cancelled", signed_up=True),
    "meeting:moved_up": Notice("meeting_place", person=True),
    "comment:hidden": Notice("comment_hidden", author=True),
    "comment:restored": Notice("comment_restored", author=True),
}

#: After so many tries (about five days) a mail is given up and stays in the table as failed.
MOST_TRIES = 19


def next_try_after(tries: int) -> timedelta:
    """Return how long to wait after the n-th failed try: a minute, then twice as long, up to 12 h."""
    return min(timedelta(minutes=2 ** (tries - 1)), timedelta(hours=12))
