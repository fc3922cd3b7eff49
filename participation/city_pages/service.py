"""Everything that happens to the city's pages. The only writer of these tables.

Whoever changes a page locks its row. A required page gets its row with the first save: the
constraint on its address makes that one row, whoever comes first.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from participation.city.service import slug_of
from participation.city_pages import findable, queries, rules
from participation.city_pages.models import CityPage, CityPageText, CityPageVersion
from participation.city_pages.placeholders import fill
from participation.city_pages.rules import LONGEST, REVIEWED, Reviewer
from participation.core.clock import city_date
from participation.core.db import db, insert
from participation.core.html import page_to_html, size_of
from participation.core.messages import ChangedMeanwhile, NotFound, NotPermitted
from participation.core.snapshots import Merged, language_and_name, merge, said
from participation.journal import service as journal
from participation.permissions import Actor

Facts = Mapping[str, str]


class ChangedByOthers(ChangedMeanwhile):
    """Somebody saved while an editor was writing; ``merged`` says what became of whose changes."""

    def __init__(self, merged: Merged) -> None:
        super().__init__()
        self.merged = merged


def save(
    slug: str,
    actor: Actor,
    now: datetime,
    wanted: dict[str, Any],
    *,
    seen_version: int,
    note: str = "",
    facts: Facts,
) -> CityPage:
    """Save a page's text in one language. Who changed another language meanwhile is in nobody's way.

    :param wanted: the fields of one language, as in a snapshot
    :param seen_version: number of the version that the editor began with; 0 for the shipped draft
    :param facts: what placeholders stand for
    :raises NotPermitted: :raises NotFound: :raises rules.TitleMissing: :raises rules.TooLong:
    :raises rules.ReviewIncomplete: :raises ChangedByOthers: nothing was written
    """
    page = _locked(slug, actor, now)
    merged = _merged(page, wanted, seen_version)
    if merged.conflicts:
        raise ChangedByOthers(merged)
    if not merged.changes:
        return page
    if merged.taken and page.version != seen_version:
        raise ChangedByOthers(merged)
    if rules.review_is_over(merged.changes):
        merged.changes |= {f"{REVIEWED}.reviewed_by": None, f"{REVIEWED}.reviewed_on": None}
    _write(page, merged.changes, now, facts)
    _end(page, "city_page:changed", actor, now, facts, note=note, fields=sorted(merged.changes))
    return page


def _merged(page: CityPage, wanted: dict[str, Any], seen_version: int) -> Merged:
    stored = queries.snapshot_of(page)
    base = stored
    if seen_version != page.version:
        base = queries.snapshot_at(page.id, seen_version)
    # Where nothing was saved yet, the editor began with the draft; but saving it unchanged is a save.
    draft = queries.snapshot_of_draft(page.slug)
    for key in wanted:
        if key in stored and key not in base and key in draft:
            base = base | {key: draft[key]}
    return merge(base, wanted, stored, wanted)


def create(
    actor: Actor, now: datetime, key: str, title: str, address: str = "", *, facts: Facts
) -> CityPage:
    """Make a page of the city's own, with a German title.

    :param key: of the form: sending it twice makes one page
    :param address: the last part of its address; made of the title if it is empty
    :raises NotPermitted: :raises rules.TitleMissing: :raises rules.AddressTaken:
    """
    if not rules.may_edit(actor):
        raise NotPermitted
    if not title:
        raise rules.TitleMissing
    slug = (address or slug_of(title))[: rules.LONGEST_SLUG].strip("-") or "seite"
    if slug in rules.REQUIRED or slug in rules.RESERVED:
        raise rules.AddressTaken
    key = f"{actor.person_id}:{key}"
    given = {"slug": slug, "creation_key": key, "changed_at": now}
    created = db.session.scalars(
        insert(CityPage).values(**given, version=0).on_conflict_do_nothing().returning(CityPage.id)
    ).first()
    page = _read(CityPage.creation_key == key)
    if page is None:
        raise rules.AddressTaken
    if created:
        _write(page, {"de.title": title}, now, facts)
        _end(page, "city_page:created", actor, now, facts)
    return page


def take_away(slug: str, actor: Actor, now: datetime, *, facts: Facts) -> CityPage:
    """Show a page of the city's own to nobody any more; pressing twice does it once.

    :raises NotPermitted: :raises NotFound: :raises rules.NeededByLaw:
    """
    if rules.is_required(slug):
        raise rules.NeededByLaw
    page = _locked(slug, actor, now)
    if page.taken_away_at is None:
        page.taken_away_at = now
        _tell("city_page:taken_away", page, actor, now, facts)
    return page


def show_again(slug: str, actor: Actor, now: datetime, *, facts: Facts) -> CityPage:
    """Show a page again that was taken away. :raises NotPermitted: :raises NotFound:"""
    page = _locked(slug, actor, now)
    if page.taken_away_at is not None:
        page.taken_away_at = None
        _tell("city_page:shown_again", page, actor, now, facts)
    return page


def try_on(slug: str, actor: Actor, now: datetime, wanted: dict[str, Any], *, facts: Facts) -> None:
    """Write the fields for a preview. Whoever calls this rolls back afterwards.

    :raises NotPermitted: :raises NotFound: :raises rules.TitleMissing: :raises rules.TooLong:
    """
    page = _locked(slug, actor, now)
    page.taken_away_at = None
    _write(page, wanted, now, facts)
    db.session.flush()


def _locked(slug: str, actor: Actor, now: datetime) -> CityPage:
    if not rules.may_edit(actor):
        raise NotPermitted
    if rules.is_required(slug):
        given = {"slug": slug, "changed_at": now, "version": 0}
        db.session.execute(insert(CityPage).values(**given).on_conflict_do_nothing())
    page = _read(CityPage.slug == slug)
    if page is None:
        raise NotFound
    return page


def _read(condition: Any) -> CityPage | None:
    statement = sa.select(CityPage).where(condition).options(selectinload(CityPage.texts))
    locked = statement.with_for_update(of=CityPage).execution_options(populate_existing=True)
    return db.session.scalar(locked)


def _write(page: CityPage, changes: dict[str, Any], now: datetime, facts: Facts) -> None:
    kept = {text.language: text for text in page.texts}
    for key, value in changes.items():
        code, name = language_and_name(key)
        if code not in kept:
            kept[code] = CityPageText(language=code, title="", lead="", body="")
            page.texts.append(kept[code])
        if name == "reviewed_on":
            kept[code].reviewed_on = date.fromisoformat(value) if value else None
        elif name == "reviewed_by":
            kept[code].reviewed_by = Reviewer(value) if value else None
        elif name in LONGEST:
            setattr(kept[code], name, value or "")
    for code in {language_and_name(key)[0] for key in changes}:
        text = kept[code]
        if not said({"title": text.title}, "title"):
            raise rules.TitleMissing
        if size_of(page_to_html(fill(text.body, facts, code))) > rules.MOST_HTML:
            raise rules.TooLong
        rules.check_review(text.reviewed_by, text.reviewed_on, city_date(now))


def _end(
    page: CityPage,
    event: str,
    actor: Actor,
    now: datetime,
    facts: Facts,
    note: str = "",
    **more: Any,
) -> None:
    """Every save ends here: a version, the day of the change, the journal, the search."""
    page.version += 1
    page.changed_at = now
    db.session.flush()
    db.session.add(
        CityPageVersion(
            page_id=page.id, number=page.version, at=now, actor_id=actor.person_id,
            note=note, snapshot=queries.snapshot_of(page),
        )
    )  # fmt: skip
    _tell(event, page, actor, now, facts, version=page.version, **more)


def _tell(
    event: str, page: CityPage, actor: Actor, now: datetime, facts: Facts, **more: Any
) -> None:
    db.session.flush()
    journal.record(event, "city_page", page.id, actor=actor, now=now, slug=page.slug, **more)
    findable.keep([findable.key_of(page.slug, page.id)], facts)
