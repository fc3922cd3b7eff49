"""Suggestions as residents see them: list, page, and what is one's own."""

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_login import current_user

from participation.accounts.rules import mailbox_key
from participation.city import queries as city
from participation.comments import queries as comments
from participation.core import clock, feeds
from participation.core.access import current_actor, public, requires
from participation.core.clock import CITY_TIME
from participation.core.db import db
from participation.core.forms import clean_text
from participation.core.headers import keep_private
from participation.core.languages import current_language, gettext
from participation.core.messages import N_, NotFound
from participation.core.search import LONGEST_QUERY
from participation.following import queries as following
from participation.following.rules import Followed
from participation.permissions import Permission
from participation.projects import queries as projects
from participation.suggestions import (
    attachment_queries,
    note_rules,
    overview,
    queries,
    rules,
    service,
    support_queries,
)
from participation.suggestions.forms import ActForm, SupportForm
from participation.suggestions.models import Suggestion
from participation.suggestions.rules import TRANSITIONS, State
from participation.suggestions.terms import terms
from participation.suggestions.timeline import wish_of_the_city

#: Names of the filters, by the word in the address.
STATUS_WORDS = {
    "sammelt": rules.STATE_NAMES[State.COLLECTING],
    "quorum": rules.STATE_NAMES[State.QUORUM_REACHED],
    "stadtrat": rules.STATE_NAMES[State.COUNCIL],
    "entschieden": N_("Vom Stadtrat entschieden"),
    "umgesetzt": rules.STATE_NAMES[State.DONE],
    "frist-vorbei": rules.STATE_NAMES[State.EXPIRED],
    "abgelehnt": rules.STATE_NAMES[State.REJECTED],
    "zusammengelegt": rules.STATE_NAMES[State.MERGED],
}
_ANSWERED = {"ja": True, "nein": False}
_LATE = "ueberfaellig"
#: Names and orders of the sorted list, by the word in the address.
SORTINGS = {
    "neueste": (N_("Neueste zuerst"), queries.NEWEST),
    "unterstuetzung": (N_("Meiste Unterstützung"), queries.MOST_SUPPORT),
    "endet-bald": (N_("Endet bald"), queries.ENDING_FIRST),
    "beantwortet": (N_("Zuletzt beantwortet"), queries.LAST_ANSWERED),
}
_FIRST_SORTING = "neueste"

suggestions = Blueprint("suggestions", __name__, url_prefix="/<language:lang>/anregungen")


@suggestions.get("/")
@public
def suggestion_list() -> Any:
    """All public suggestions, filtered and sorted."""
    districts, topics = city.choices(current_language().chain)
    chosen, filters = _asked(districts, topics)
    sorting = request.args.get("sortierung", "")
    sorting = sorting if sorting in SORTINGS else _FIRST_SORTING
    order = SORTINGS[sorting][1]
    now = clock.now()
    return render_template(
        "suggestions/list.html",
        page=queries.public_page(filters, now, request.args.get("seite"), order),
        count=queries.how_many(filters, now, order),
        districts=districts,
        topics=topics,
        chosen=chosen,
        filters=filters,
        sorting=sorting,
        STATUS_WORDS=STATUS_WORDS,
        SORTINGS=SORTINGS,
        rules=rules,
        now=now,
        feed_filters=_words(chosen, filters),
        follows=following.follows_any(
            [(Followed.DISTRICT, filters.district_id), (Followed.TOPIC, filters.topic_id)],
            current_actor(),
        ),
        done=request.args.get("fertig", ""),
    )


def _asked(districts: Any, topics: Any) -> tuple[dict[str, Any], queries.Filters]:
    """What the list is narrowed to: district and topic that were chosen, and the filters."""
    chosen = {
        "stadtteil": next((d for d in districts if d.slug == request.args.get("stadtteil")), None),
        "thema": next((t for t in topics if t.slug == request.args.get("thema")), None),
    }
    status = request.args.get("status", "")
    filters = queries.Filters(
        district_id=chosen["stadtteil"].id if chosen["stadtteil"] else None,
        topic_id=chosen["thema"].id if chosen["thema"] else None,
        status=status if status in queries.STATUS_FILTERS else "",
        is_answered=_ANSWERED.get(request.args.get("antwort", "")),
        late_on=clock.city_date(clock.now()) if request.args.get("antwort") == _LATE else None,
        q=clean_text(request.args.get("q", ""))[:LONGEST_QUERY],
    )
    return chosen, filters


def _words(chosen: dict[str, Any], filters: queries.Filters) -> dict[str, str]:
    """The filters as they stand in an address; what is not chosen is left out."""
    answered = {value: word for word, value in _ANSWERED.items()}
    words = {name: one.slug if one else "" for name, one in chosen.items()}
    words |= {"status": filters.status or "", "q": filters.q}
    words["antwort"] = _LATE if filters.late_on else answered.get(filters.is_answered, "")
    return {name: word for name, word in sorted(words.items()) if word}


@suggestions.get("/feed.atom")
@public
def suggestion_feed() -> Response:
    """The newest suggestions of the list, with its filters, for feed readers."""
    chosen, filters = _asked(*city.choices(current_language().chain))
    rows = queries.newest(filters, clock.now(), feeds.MOST_ENTRIES)
    entries = [_entry(row[0], row.moved_at) for row in rows]
    return _feed(entries, "anregungen", gettext("Anregungen"), chosen, filters)


@suggestions.get("/antworten.atom")
@public
def answer_feed() -> Response:
    """The newest answers of the city, each revision, with the filters of the list."""
    chosen, filters = _asked(*city.choices(current_language().chain))
    rows = queries.newest_answers(filters, clock.now(), feeds.MOST_ENTRIES)
    entries = [
        feeds.Entry(
            name=f"anregung/{found.number}/antwort/{answer.revision}",
            title=f"{gettext(rules.ANSWER_NAMES[answer.status])}: {found.title}",
            address=url_for(".suggestion", number=found.number),
            published=answer.published_at,
            updated=answer.published_at,
            language=answer.language,
            summary=answer.text,
        )
        for answer, found in rows
    ]
    return _feed(entries, "antworten", gettext("Antworten der Stadt"), chosen, filters)


def _entry(found: Suggestion, moved_at: datetime | None) -> feeds.Entry:
    """A suggestion of the list; new when its state changes or the city answers."""
    stamps = (found.published_at, found.answered_at, moved_at)
    return feeds.Entry(
        name=f"anregung/{found.number}",
        title=found.title,
        address=url_for(".suggestion", number=found.number),
        published=found.published_at,
        updated=max(one for one in stamps if one),
        language=found.language,
        summary=found.text if rules.text_is_public(found.facts) else "",
    )


def _feed(
    entries: list[feeds.Entry],
    name: str,
    title: str,
    chosen: dict[str, Any],
    filters: queries.Filters,
) -> Response:
    words = _words(chosen, filters)
    names = [one.name for one in chosen.values() if one]
    return feeds.feed(
        entries,
        name=name,
        title=": ".join([title, ", ".join(names)]) if names else title,
        page=url_for(".suggestion_list", **words),
        filters=words,
    )


@suggestions.get("/<number:number>/")
@public
def suggestion(number: int) -> Any:
    """A suggestion with support, answer and timeline."""
    found = queries.by_number(number)
    actor = current_actor()
    if found is None or not rules.may_read(found.facts, actor):
        raise NotFound
    return _show(found)


def _show(found: Suggestion) -> Any:
    now, actor = clock.now(), current_actor()
    is_author = actor.person_id is not None and actor.person_id == found.author_id
    around = overview.of(found, now, current_language().chain)
    state = around.state
    if not rules.may_read_text(found.facts, actor):
        return render_template(
            "suggestions/merged.html", suggestion=found, overview=around, rules=rules
        )
    can_support = rules.can_support(found.facts, now)
    signed_in = actor.person_id is not None
    if signed_in:
        keep_private()
    return render_template(
        "suggestions/suggestion.html",
        suggestion=found,
        rules=rules,
        state=state,
        now=now,
        attached=attachment_queries.of_suggestion(found.id),
        project=projects.title_of(found.project_id, current_language().chain)
        if found.project_id
        else None,
        overview=around,
        note_rules=note_rules,
        may_add=note_rules.may_add(found.facts, actor, now),
        may_ask=note_rules.may_ask(found.facts, actor, now)
        and found.answer_revision > 0
        and found.answer_revision not in around.questions,
        can_support=can_support,
        may_support=actor.may(Permission.SUGGESTION_SUPPORT),
        **_own_support(found),
        strikes=[move for move in around.moves if move.struck],
        guest_support=terms().guest_support,
        support_form=SupportForm(formdata=None) if signed_in and can_support else None,
        withdraw_form=ActForm(formdata=None) if signed_in and can_support else None,
        days_left=rules.days_left(found.closes_at, now, CITY_TIME) if found.closes_at else 0,
        last_answer_due=terms().answer_due(found.closes_at) if found.closes_at else None,
        is_author=is_author,
        is_task=rules.may_work_on(found.facts, actor),
        is_late=found.due_on is not None and found.due_on < clock.city_date(now),
        **_for_the_author(found, around.moves),
        comments=comments.preview_of_suggestion(found.id)
        if found.number and rules.text_is_public(found.facts)
        else None,
        follow=following.of_thing(Followed.SUGGESTION, found.id, actor),
        done=request.args.get("fertig", ""),
    )


def _own_support(found: Suggestion) -> dict[str, Any]:
    """Whether the reader supports it, either way, whether that was struck off, how to stop mails."""
    person_id, own = current_actor().person_id, None
    if person_id is not None and found.quorum:
        mailbox = terms().fingerprint_of_mailbox(mailbox_key(current_user.email))
        own = support_queries.own_support(found.id, person_id, mailbox)
    is_struck = own is not None and own.struck_by is not None
    supports_it = own is not None and not is_struck
    hears = own is not None and supports_it and own.wants_mail
    may_stop = hears and current_actor().may(Permission.SUGGESTION_SUPPORT)
    return {
        "supports_it": supports_it,
        "is_struck": is_struck,
        "stop_form": ActForm(formdata=None, prefix="stumm") if may_stop else None,
    }


def _for_the_author(found: Suggestion, moves: Any) -> dict[str, Any]:
    """What only the author is shown: what to change, why it is hidden, and how to take it back."""
    actor = current_actor()
    if actor.person_id is None or actor.person_id != found.author_id:
        return {"wish": "", "hide_reason": "", "take_back_form": None}
    withdraw = TRANSITIONS["withdraw"]
    can_take_back = found.state in withdraw.sources and not found.supports
    may_take_back = can_take_back and rules.may_move(withdraw, found.facts, actor)
    hidden = found.state is State.HIDDEN and moves
    return {
        "wish": wish_of_the_city(found.state, moves),
        "hide_reason": rules.HIDE_NAMES[rules.HideCode(moves[-1].reason)] if hidden else "",
        "take_back_form": ActForm(formdata=None, prefix="weg") if may_take_back else None,
    }


@suggestions.get("/eigene/<number:suggestion_id>/")
@requires(Permission.SUGGESTION_WRITE)
def own_suggestion(suggestion_id: int) -> Any:
    """One's own suggestion before it is public, and when it never gets there."""
    found = queries.own(suggestion_id, current_actor())
    if found.number is not None and found.state in rules.PUBLIC_STATES:
        return redirect(url_for(".suggestion", number=found.number), 303)
    return _show(found)


@suggestions.post("/eigene/<number:suggestion_id>/zurueckziehen/")
@requires(Permission.SUGGESTION_WRITE)
def take_back(suggestion_id: int) -> Any:
    """Withdraw one's own suggestion, or throw a draft away, while nobody supports it."""
    queries.own(suggestion_id, current_actor())
    service.act(suggestion_id, "withdraw", current_actor(), clock.now(), terms())
    db.session.commit()
    return redirect(url_for(".own_suggestion", suggestion_id=suggestion_id), 303)
