"""Meetings as residents see them: list, calendar, sheet, sign-up, files for calendars."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for

from participation.core import clock, feeds, paging
from participation.core.access import current_actor, public, requires
from participation.core.clock import CITY_TIME
from participation.core.db import db
from participation.core.headers import keep_private
from participation.core.languages import (
    LANGUAGES,
    current_language,
    format_time,
    format_weekday,
    gettext,
)
from participation.core.messages import NotFound
from participation.meetings import queries, rules, service
from participation.meetings.forms import ActForm
from participation.meetings.ical import Entry, calendar_file
from participation.meetings.models import Meeting
from participation.permissions import Permission

meetings = Blueprint("meetings", __name__, url_prefix="/<language:lang>")
#: More do not fit into a day of the calendar; the list below has them all, page by page.
_MOST_IN_A_DAY = 3
_ROWS_BELOW = 8


@meetings.get("/termine/")
@public
def meeting_list() -> Any:
    """All meetings: the next ones first, then a page of past ones."""
    now, chain = clock.now(), current_language().chain
    token, most = request.args.get("seite"), queries.MOST_UPCOMING
    upcoming = [] if token else queries.upcoming(now, chain, most + 1)
    return render_template(
        "meetings/list.html",
        upcoming=upcoming[:most],
        first_later=upcoming[most][0] if len(upcoming) > most else None,
        page=queries.past_page(now, token, chain),
        first_page=not token,
        rules=rules,
    )


@meetings.get("/termine/kalender/")
@public
def calendar() -> Any:
    """The meetings of one month, as a table and as the same list."""
    today = clock.city_date(clock.now())
    bounds = _bounds(today)
    month = rules.first_of_month(request.args.get("monat", ""), *bounds)
    weeks = rules.weeks_of(month)
    following, before = rules.next_month(month), rules.previous_month(month)
    rows = queries.between(_midnight(month), _midnight(following), current_language().chain)
    return render_template(
        "meetings/calendar.html",
        month=month,
        weeks=weeks,
        on_day={day: _on(day, rows) for week in weeks for day in week if day.month == month.month},
        page=paging.numbered_page(rows, request.args.get("seite", ""), _ROWS_BELOW),
        page_of={row[0].id: place // _ROWS_BELOW + 1 for place, row in enumerate(rows)},
        is_full=len(rows) == queries.MOST_IN_A_MONTH,
        most_in_a_day=_MOST_IN_A_DAY,
        next_month=following if _is_reached(following, bounds) else None,
        previous_month=before if _is_reached(before, bounds) else None,
        today=today,
        rules=rules,
    )


def _bounds(today: date) -> tuple[date, date, date]:
    """Today, and the first and last day on which there is a meeting."""
    first, last, end = queries.span()
    days = [clock.city_date(moment) for moment in (first, last) if moment]
    if end:
        days.append(clock.city_date(end - timedelta(seconds=1)))  # a midnight ends the day before
    return today, min(days, default=today), max(days, default=today)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), CITY_TIME).astimezone(UTC)


def _on(day: date, rows: Sequence[Any]) -> list[Any]:
    return [row for row in rows if row[0].first_day <= day <= row[0].last_day]


def _is_reached(month: date, bounds: tuple[date, date, date]) -> bool:
    """Whether the calendar goes as far as this month."""
    return rules.first_of_month(f"{month:%Y-%m}", *bounds) == month


@meetings.get("/termine/<slug:slug>/")
@public
def meeting(slug: str) -> Any:
    """A meeting's sheet, with sign-up and results."""
    row = queries.sheet(slug, current_language().chain)
    if row is None:
        raise NotFound
    found: Meeting = row[0]
    now, actor, chain = clock.now(), current_actor(), current_language().chain
    may_sign_up = rules.may_sign_up(actor)
    if actor.person_id is not None:
        keep_private()
    # Who signed up may still leave when places are not counted any more.
    is_asked = found.capacity is not None or may_sign_up
    signed_up, rank = queries.sign_ups(found.id, actor.person_id) if is_asked else (0, 0)
    can_sign_up = rules.can_sign_up(found.facts, now)
    can_sign_off = rank > 0 and rules.can_sign_off(found.facts, now)
    has_button = (can_sign_up and may_sign_up and not rank) or can_sign_off
    return render_template(
        "meetings/meeting.html",
        meeting=found,
        project=row,
        words={
            name: queries.words_of(found, name, chain) for name in ("title", *service.FURTHER_TEXTS)
        },
        rules=rules,
        is_over=rules.is_over(found.facts, now),
        free=max(0, (found.capacity or 0) - signed_up),
        waiting=max(0, signed_up - (found.capacity or 0)),
        rank=rank,
        can_sign_up=can_sign_up,
        can_sign_off=can_sign_off,
        may_sign_up=may_sign_up,
        sign_up_end=rules.spoken_end(rules.sign_up_end(found.facts), CITY_TIME),
        may_edit=rules.may_edit(actor),
        form=ActForm(formdata=None) if has_button else None,
        done=request.args.get("fertig", ""),
    )


@meetings.post("/termine/<slug:slug>/anmelden/")
@requires(Permission.MEETING_SIGN_UP)
def sign_up(slug: str) -> Any:
    """Take a place, or one on the waiting list; pressing twice counts once."""
    service.sign_up(_known(slug), current_actor(), clock.now())
    db.session.commit()
    return redirect(url_for(".meeting", slug=slug, fertig="angemeldet", _anchor="anmeldung"), 303)


@meetings.post("/termine/<slug:slug>/abmelden/")
@requires(Permission.MEETING_SIGN_UP)
def sign_off(slug: str) -> Any:
    """Give one's place to the next."""
    service.sign_off(_known(slug), current_actor(), clock.now())
    db.session.commit()
    return redirect(url_for(".meeting", slug=slug, fertig="abgemeldet", _anchor="anmeldung"), 303)


def _known(slug: str) -> int:
    row = queries.sheet(slug, current_language().chain)
    if row is None:
        raise NotFound
    key: int = row[0].id
    return key


@meetings.get("/termine.ics")
@public
def feed() -> Response:
    """All meetings for a calendar that looks again by itself."""
    rows = queries.feed(clock.now(), current_language().chain)
    entries = [_entry(row[0], row.title, row.language, row.agenda) for row in rows]
    return _calendar_response(entries, gettext("Termine zum Mitreden in Mainz"), "termine.ics")


@meetings.get("/termine/feed.atom")
@public
def news() -> Response:
    """The meetings that were announced, changed or cancelled last, for feed readers."""
    rows = queries.changed_last(clock.now(), current_language().chain, feeds.MOST_ENTRIES)
    entries = [
        feeds.Entry(
            name=f"termin/{row[0].slug}",
            title=gettext("Abgesagt: %(title)s", title=row.title)
            if row[0].cancelled_at
            else row.title,
            address=url_for(".meeting", slug=row[0].slug),
            updated=row[0].changed_at,
            language=row.language,
            summary=_in_short(row[0], row.agenda),
        )
        for row in rows
    ]
    page = url_for(".meeting_list")
    return feeds.feed(entries, name="termine", title=gettext("Termine"), page=page, filters={})


def _in_short(found: Meeting, agenda: str) -> str:
    """When and where, and what it is about."""
    when = format_weekday(found.starts_at)
    if not found.whole_days:
        when = f"{when}, {format_time(found.starts_at)}"
    return ". ".join(part for part in (when, found.place, found.cancel_reason or agenda) if part)


@meetings.get("/termine/<slug:slug>.ics")
@public
def meeting_file(slug: str) -> Response:
    """One meeting for a calendar."""
    chain = current_language().chain
    row = queries.sheet(slug, chain)
    if row is None:
        raise NotFound
    title = queries.words_of(row[0], "title", chain)
    agenda = next((t.agenda for t in row[0].texts if t.language == title.language), "")
    entry = _entry(row[0], title.text, title.language, agenda)
    return _calendar_response([entry], title.text, f"{slug}.ics")


def _entry(found: Meeting, title: str, language: str, agenda: str) -> Entry:
    address = current_app.extensions["settings"].public_url
    known = LANGUAGES.get(language)
    why = f"{gettext('Grund:')} {found.cancel_reason}" if found.cancel_reason else ""
    return Entry(
        uid=f"termin-{found.slug}@{urlsplit(address).hostname}",
        sequence=found.sequence,
        changed_at=found.changed_at,
        starts_at=found.starts_at,
        ends_at=found.ends_at,
        whole_days=found.whole_days,
        is_cancelled=found.cancelled_at is not None,
        title=title,
        place=found.place,
        description="\n\n".join(part for part in (why, agenda) if part),
        language_tag=known.tag if known else language,
        address=address + url_for("meetings.meeting", slug=found.slug),
    )


def _calendar_response(entries: list[Entry], name: str, file_name: str) -> Response:
    """Answer with the file, or with 304 to a calendar that has it already."""
    content = calendar_file(entries, name=name, language_tag=current_language().tag)
    response = Response(content, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'inline; filename="{file_name}"'
    response.set_etag(hashlib.sha256(content).hexdigest()[:32])
    if entries:
        response.last_modified = max(entry.changed_at for entry in entries)
    response.make_conditional(request)
    return response
