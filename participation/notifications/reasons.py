"""Why somebody gets a mail, asked again when it goes, and the link that stops it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from flask import url_for

from participation.accounts.models import Person
from participation.barriers.models import BarrierReport
from participation.config import Settings
from participation.core.languages import current_language, gettext
from participation.core.messages import N_
from participation.following import links
from participation.following import queries as following
from participation.following.rules import Followed, Frequency
from participation.meetings import queries as meetings
from participation.notifications import audience, matters
from participation.notifications.matters import Matter
from participation.notifications.models import Mail
from participation.notifications.rules import NOTICES, Notice, Why, reasons, to_stop
from participation.polls import queries as polls
from participation.suggestions.support_models import Support, SupportRequest


class NoLongerPublic(Exception):
    """The mail is about something that its reader may not see any more, does not want to hear of any
    more, or that is not true now."""


@dataclass(frozen=True)
class Reader:
    """Who gets a mail.

    :param person: with an account
    :param request: without one, who asked to support
    :param support: without one, whose support counts
    :param report: without one, who reported a barrier
    """

    email: str
    language: str
    person: Person | None = None
    request: SupportRequest | None = None
    support: Support | None = None
    report: BarrierReport | None = None

    @property
    def person_id(self) -> int | None:
        """Key of the person, if there is an account."""
        return self.person.id if self.person else None


@dataclass(frozen=True)
class Reasons:
    """What a mail says at its end.

    :param why: sentences; none if the mail says itself what it is for
    :param stop_url: where mails like it are stopped; empty for what everybody has to get
    :param settings_url: where everything can be set, for who has an account
    """

    why: list[str] = field(default_factory=list)
    stop_url: str = ""
    settings_url: str = ""


SENTENCES = {
    Why.AUTHOR: N_("Sie bekommen diese E-Mail, weil Sie diese Anregung eingereicht haben."),
    Why.SUPPORTER: N_(
        "Sie bekommen diese E-Mail, weil Sie diese Anregung unterstützen und Nachrichten dazu möchten."
    ),
    Why.SUGGESTION: N_("Sie bekommen diese E-Mail, weil Sie dieser Anregung folgen."),
    Why.PROJECT: N_("Sie bekommen diese E-Mail, weil Sie diesem Vorhaben folgen."),
    Why.TOPIC: N_("Sie bekommen diese E-Mail, weil Sie dem Thema „%(name)s“ folgen."),
    Why.DISTRICT: N_("Sie bekommen diese E-Mail, weil Sie dem Stadtteil „%(name)s“ folgen."),
}
#: The same in a digest, below each thing.
SHORT_SENTENCES = {
    Why.AUTHOR: N_("Das ist Ihre Anregung."),
    Why.SUPPORTER: N_("Sie unterstützen diese Anregung."),
    Why.SUGGESTION: N_("Sie folgen dieser Anregung."),
    Why.PROJECT: N_("Sie folgen diesem Vorhaben."),
    Why.TOPIC: N_("Sie folgen dem Thema „%(name)s“."),
    Why.DISTRICT: N_("Sie folgen dem Stadtteil „%(name)s“."),
}
_NAMED = {Why.TOPIC: Followed.TOPIC, Why.DISTRICT: Followed.DISTRICT}


def of_mail(settings: Settings, mail: Mail, reader: Reader, now: datetime) -> Reasons:
    """Return why the reader gets the mail now.

    :raises NoLongerPublic: if it is nothing for them any more: hidden, stopped, withdrawn
    """
    entry = mail.entry
    notice = NOTICES.get(entry.event)
    if notice is None or reader.request is not None or not notice.is_news:
        is_own = notice is not None and notice.must and entry.subject == "suggestion"
        return Reasons([gettext(SENTENCES[Why.AUTHOR])] if is_own else [])
    if reader.support is not None:
        stop = links.StopGuest(reader.support.suggestion_id, reader.support.mailbox)
        return Reasons([gettext(SENTENCES[Why.SUPPORTER])], stop_url(settings, stop))
    matter = matters.of_entries([entry], current_language().chain, now)[entry.id]
    person_id = reader.person_id or 0
    if _gets_it_anyway(mail, notice, matter, person_id):
        is_own = entry.subject == "suggestion"
        return Reasons([gettext(SENTENCES[Why.AUTHOR])] if is_own else [])
    standing = audience.standing_of(person_id, [entry])
    found = reasons(notice, matter.about, standing, entry.actor_id)
    if not found or following.frequency_of(person_id) is Frequency.NEVER:
        raise NoLongerPublic
    return Reasons(
        sentences(found, SENTENCES),
        stop_url(settings, links.StopThings(person_id, to_stop(found))),
        url_for("following.settings", _external=True),
    )


def _gets_it_anyway(mail: Mail, notice: Notice, matter: Matter, person_id: int) -> bool:
    if notice.must:
        return matter.about.author_id == person_id
    if notice.listed and polls.is_on_list(mail.entry.subject_id, person_id):
        return True
    if notice.voted and polls.own_vote(mail.entry.subject_id, person_id)[0]:
        return True
    return notice.signed_up and person_id in meetings.people_of(mail.entry.subject_id)


def sentences(found: Iterable[tuple[Why, int]], words: dict[Why, str]) -> list[str]:
    """Return the reasons in words; all names in two statements."""
    found = list(found)
    named = [(_NAMED[why], key) for why, key in found if why in _NAMED]
    names = following.names_of(named, current_language().chain) if named else {}
    return [
        gettext(words[why], name=names.get((_NAMED[why], key), ""))
        if why in _NAMED
        else gettext(words[why])
        for why, key in found
    ]


def stop_url(settings: Settings, stop: links.Stop) -> str:
    """Return the address that a mail program posts to, and that shows people a button."""
    token = links.write(settings.secret_key, stop)
    return url_for("unsubscribing.page", token=token, _external=True)
