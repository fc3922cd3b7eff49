"""Which event is told to whom and why, and when a failed mail is tried again; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from participation.core.messages import N_
from participation.following.rules import Followed
from participation.suggestions.rules import TRANSITIONS


@dataclass(frozen=True)
class Notice:
    """Who hears of an event.

    :param template: folder below ``templates/emails/``
    :param person: the event is about this person, who gets the mail, unless the entry says not to ``tell``
    :param author: the author of the suggestion, or of the comment, gets it
    :param must: the author gets it at once, whatever was set: it is about what the city does with the
        author's own text, and why
    :param supporters: so do supporters who agreed to mails
    :param actor: who did it gets it
    :param guest: who asked to support, or reported a barrier, without an account gets it; not if the
        entry says that nobody gave an address (``to_guest``)
    :param asked: so do those of them who do not support the suggestion it was merged into yet
    :param office: everybody of the coordination office gets it
    :param signed_up: who signed up for the meeting gets it, unless the entry says not to ``tell``
    :param followers: who follows the suggestion or the project gets it
    :param nearby: who follows a topic or a district of it gets it, once for each thing
    :param voters: who voted, and has not been told that the vote arrived, gets it
    :param listed: who is on the list of the poll gets it
    :param unvoted: nobody who has voted already gets it
    :param voted: who has voted in the poll gets it
    :param news: template for followers, if it is another one
    :param collected: nobody gets it before the next morning: there may be many of them
    """

    template: str
    person: bool = False
    author: bool = False
    must: bool = False
    supporters: bool = False
    actor: bool = False
    guest: bool = False
    asked: bool = False
    signed_up: bool = False
    office: bool = False
    followers: bool = False
    nearby: bool = False
    voters: bool = False
    listed: bool = False
    unvoted: bool = False
    voted: bool = False
    news: str = ""
    collected: bool = False

    @property
    def is_news(self) -> bool:
        """Whether anybody gets it who can choose when, and can stop it."""
        own = self.author and not self.must
        return own or self.supporters or self.asked or self.followers or self.nearby


DIGEST = "digest"
_ALL: dict[str, bool] = {"author": True, "supporters": True, "followers": True}
_OWN: dict[str, bool] = {"author": True, "must": True}
_FILES: dict[str, bool] = {"followers": True, "collected": True}

NOTICES: dict[str, Notice] = {
    "account:registered": Notice("account_confirm", person=True),
    "account:registered_again": Notice("account_exists", person=True),
    "account:reset_asked": Notice("account_reset", person=True),
    "account:password_reset": Notice("account_password_changed", person=True),
    "account:password_changed": Notice("account_password_changed", person=True),
    "address_change:asked": Notice("account_address_asked", actor=True),
    "address_change:link": Notice("account_address_link", actor=True),
    "account:address_wanted": Notice("account_address_wanted", person=True),
    "account:role_granted": Notice("account_role_changed", person=True),
    "account:role_revoked": Notice("account_role_changed", person=True),
    "account:department_revoked": Notice("account_role_changed", person=True),
    "suggestion:submitted": Notice("suggestion_submitted", **_OWN),
    "suggestion:draft_expires": Notice("draft_expires", **_OWN),
    "suggestion:returned": Notice("suggestion_returned", **_OWN),
    "suggestion:rejected": Notice("suggestion_rejected", **_OWN),
    "suggestion:hidden": Notice("suggestion_hidden", **_OWN),
    "suggestion:published": Notice(
        "suggestion_published", **_OWN, nearby=True, news="suggestion_new"
    ),
    # A suggestion gets its topics after it is published, too.
    "suggestion:topics_chosen": Notice("suggestion_new", nearby=True),
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
    "suggestion:file_taken_away": Notice("attachment_removed", **_OWN),
    "meeting:signed_up": Notice("meeting_signed_up", actor=True),
    "suggestion:merged": Notice("suggestion_merged", **_OWN, asked=True, followers=True),
    # Who signed a text hears that something was added to it; its author wrote that.
    "suggestion:addition_written": Notice("suggestion_addition", supporters=True, followers=True),
    "suggestion:update_written": Notice("suggestion_update", **_ALL),
    "suggestion_note:hidden": Notice("note_hidden", **_OWN),
    "suggestion_note:restored": Notice("note_restored", **_OWN),
    "project:created": Notice("project_new", nearby=True),
    "project:published": Notice("project_new", nearby=True),
    "project:changed": Notice("project_result", followers=True, collected=True),
    "project:file_added": Notice(DIGEST, **_FILES),
    "project:file_changed": Notice(DIGEST, **_FILES),
    "project:file_removed": Notice(DIGEST, **_FILES),
    "project:phase_began": Notice("project_phase", followers=True),
    "meeting:created": Notice("meeting_new", followers=True, nearby=True),
    "meeting:changed": Notice("meeting_changed", signed_up=True),
    "meeting:cancelled": Notice("meeting_cancelled", signed_up=True, followers=True),
    "meeting:moved_up": Notice("meeting_place", person=True),
    "poll:votes_arrived": Notice("poll_vote_arrived", voters=True),
    "poll:opened": Notice("poll_opened", listed=True, followers=True),
    "poll:ends_soon": Notice("poll_ends_soon", listed=True, followers=True, unvoted=True),
    "poll:published": Notice("poll_result", listed=True, voted=True, followers=True),
    "poll:cancelled": Notice("poll_cancelled", listed=True, voted=True, followers=True),
    "comment:written": Notice("comment_official", **_ALL),
    "comment:hidden": Notice("comment_hidden", **_OWN),
    "comment:restored": Notice("comment_restored", **_OWN),
    "barrier:reported": Notice("barrier_reported", office=True),
    "barrier:answered": Notice("barrier_answered", guest=True),
}

#: What a digest says of an event, if it is not the name of the step that it is.
LINES: dict[str, str] = {
    "suggestion:published": N_("Neue Anregung"),
    "suggestion:topics_chosen": N_("Neue Anregung"),
    "suggestion:supports_struck": N_("Unterstützungen gestrichen"),
    "suggestion:answered": N_("Die Stadt hat geantwortet"),
    "suggestion:addition_written": N_("Die Anregung wurde ergänzt"),
    "suggestion:update_written": N_("Die Stadt berichtet, wie es vorangeht"),
    "project:created": N_("Neues Vorhaben"),
    "project:published": N_("Neues Vorhaben"),
    "project:changed": N_("Das Vorhaben-Blatt wurde geändert"),
    "project:file_added": N_("Das Vorhaben-Blatt wurde geändert"),
    "project:file_changed": N_("Das Vorhaben-Blatt wurde geändert"),
    "project:file_removed": N_("Das Vorhaben-Blatt wurde geändert"),
    "project:phase_began": N_("Eine Beteiligung beginnt"),
    "meeting:created": N_("Neuer Termin"),
    "meeting:cancelled": N_("Der Termin fällt aus"),
    "poll:opened": N_("Eine Abstimmung beginnt"),
    "poll:ends_soon": N_("Eine Abstimmung endet bald"),
    "poll:published": N_("Das Ergebnis der Abstimmung ist da"),
    "poll:cancelled": N_("Eine Abstimmung ist abgebrochen"),
    "comment:written": N_("Neue Stellungnahme der Stadt"),
}
RESULT_LINE = N_("Neues zum Ergebnis der Beteiligung")


def line_of(event: str, facts: Mapping[str, Any]) -> str:
    """Return what a digest says of an event, in German."""
    if event == "project:changed" and says_result(facts):
        return RESULT_LINE
    steps = {row.event: row.step for row in TRANSITIONS.values()}
    return LINES.get(event) or steps[event]


def says_result(facts: Mapping[str, Any]) -> bool:
    """Tell whether a change of a sheet touched what came of participation, in any language."""
    return any(name.endswith(".result") for name in facts.get("fields", ()))


class Why(StrEnum):
    """Why somebody hears of something; the first that fits comes first in a mail."""

    AUTHOR = "author"
    SUPPORTER = "supporter"
    SUGGESTION = "suggestion"
    PROJECT = "project"
    TOPIC = "topic"
    DISTRICT = "district"


@dataclass(frozen=True)
class About:
    """What an event is about, as far as it decides who hears of it.

    :param is_public: everybody may read it now
    """

    is_public: bool
    suggestion_id: int | None = None
    project_id: int | None = None
    author_id: int | None = None
    topics: frozenset[int] = frozenset()
    districts: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Standing:
    """What somebody is to things.

    :param follows: kinds and keys of what they follow
    :param silenced: keys of their own suggestions that they want no news of
    :param supports: keys of suggestions that they support and want mails about
    """

    person_id: int
    follows: frozenset[tuple[Followed, int]] = frozenset()
    silenced: frozenset[int] = frozenset()
    supports: frozenset[int] = frozenset()


def reasons(
    notice: Notice, about: About, standing: Standing, actor_id: int | None
) -> list[tuple[Why, int]]:
    """Return why somebody hears of an event as news, with the key of what it is for; empty if they
    do not. What somebody did themselves is no news to them, unless it is about their own suggestion.
    What is not public any more is told to its author only.
    """
    key, found = about.suggestion_id, list[tuple[Why, int]]()
    did_it = actor_id is not None and actor_id == standing.person_id
    is_author = about.author_id is not None and about.author_id == standing.person_id
    if key is not None and notice.author and not notice.must and is_author:
        found += [(Why.AUTHOR, key)] if key not in standing.silenced else []
    if not about.is_public:
        return found
    if key is not None:
        told = (notice.supporters or notice.asked) and key in standing.supports
        if told and (notice.author or not did_it):
            found.append((Why.SUPPORTER, key))
        if notice.followers and (Followed.SUGGESTION, key) in standing.follows and not did_it:
            found.append((Why.SUGGESTION, key))
    elif notice.followers and not did_it:
        of_project = (Why.PROJECT, about.project_id or 0)
        found += [of_project] if (Followed.PROJECT, of_project[1]) in standing.follows else []
    if notice.nearby and not did_it and not is_author:
        for why, kind, keys in (
            (Why.TOPIC, Followed.TOPIC, about.topics),
            (Why.DISTRICT, Followed.DISTRICT, about.districts),
        ):
            found += [(why, one) for one in sorted(keys) if (kind, one) in standing.follows]
    return found


def to_stop(found: Sequence[tuple[Why, int]]) -> tuple[tuple[Followed, int], ...]:
    """Return what must be stopped so that mails with these reasons stop: the suggestion or the project
    itself if it is one of them, else the topics and districts."""
    kinds = {
        Why.AUTHOR: Followed.SUGGESTION, Why.SUPPORTER: Followed.SUGGESTION,
        Why.SUGGESTION: Followed.SUGGESTION, Why.PROJECT: Followed.PROJECT,
        Why.TOPIC: Followed.TOPIC, Why.DISTRICT: Followed.DISTRICT,
    }  # fmt: skip
    return tuple(dict.fromkeys((kinds[why], key) for why, key in found))


def is_announced(event: str, *, imported: bool) -> bool:
    """Tell whether an event is one for readers: what staff begin is a draft; its publication is told."""
    return imported or event != "project:created"


def is_collected(notice: Notice, *, imported: bool, first_result: bool) -> bool:
    """Tell whether even who wants to hear at once hears the next morning: a city's list brings many
    things in one go, and sheets are saved again and again.

    :param first_result: the change published what came of participation
    """
    return imported or (notice.collected and not first_result)


#: After so many tries (about five days) a mail is given up and stays in the table as failed.
MOST_TRIES = 19


def next_try_after(tries: int) -> timedelta:
    """Return how long to wait after the n-th failed try: a minute, then twice as long, up to 12 h."""
    return min(timedelta(minutes=2 ** (tries - 1)), timedelta(hours=12))
