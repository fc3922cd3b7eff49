"""Saving pages: versions, two editors, own pages, reviews, the journal, the search."""

import pytest
import sqlalchemy as sa

from participation import reindex
from participation.city_pages import queries, rules, service
from participation.city_pages.models import CityPage, CityPageText, CityPageVersion
from participation.city_pages.service import ChangedByOthers
from participation.city_pages.shipped import draft
from participation.core.db import db
from participation.core.messages import NotFound, NotPermitted
from participation.core.search_index import SearchEntry
from participation.journal.models import JournalEntry
from participation.permissions import VISITOR
from tests.factories import FACTS, coordinator, make_own_page, save_page
from tests.people import JONAS, NOW, make_person

pytestmark = pytest.mark.usefixtures("session")


def versions(slug: str) -> list[int]:
    found = sa.select(CityPageVersion.number).join(CityPage).where(CityPage.slug == slug)
    return list(db.session.scalars(found.order_by(CityPageVersion.number)))


def events() -> list[str]:
    found = sa.select(JournalEntry.event).where(JournalEntry.subject == "city_page")
    return list(db.session.scalars(found.order_by(JournalEntry.id)))


def found_with(word: str) -> set[str]:
    found = sa.select(SearchEntry.address).where(SearchEntry.body.contains(word))
    return set(db.session.scalars(found))


def test_draft_is_read_until_the_city_saves_that_language() -> None:
    assert all(one.is_draft for one in queries.texts_of("hilfe").values())
    save_page("hilfe", title="Hilfe", body="Unser Text.")
    texts = queries.texts_of("hilfe")
    assert not texts["de"].is_draft and texts["de"].body == "Unser Text."
    assert texts["en"].is_draft and texts["en"].title == draft("hilfe", "en").title  # type: ignore[union-attr]


def test_draft_can_be_saved_as_it_is() -> None:
    one = draft("regeln", "de")
    assert one
    save_page("regeln", title=one.title, lead=one.lead, body=one.body)
    assert not queries.texts_of("regeln")["de"].is_draft and versions("regeln") == [1]


def test_each_save_keeps_a_version_and_is_in_the_journal() -> None:
    save_page("kontakt")
    save_page("kontakt", seen_version=1, body="Neu.")
    save_page("kontakt", seen_version=2, body="Neu.")
    assert versions("kontakt") == [1, 2]
    assert events() == ["city_page:changed"] * 2
    facts = db.session.scalars(
        sa.select(JournalEntry.facts).order_by(JournalEntry.id.desc())
    ).first()
    assert facts == {"slug": "kontakt", "version": 2, "fields": ["de.body"]}


def test_second_editor_of_a_version_sees_both_and_nothing_is_lost() -> None:
    save_page("kontakt", body="Von Kim.")
    for seen in (0, 9):
        with pytest.raises(ChangedByOthers) as caught:
            save_page("kontakt", seen_version=seen, body="Von Ada.")
        assert "de.body" in caught.value.merged.conflicts
    assert queries.texts_of("kontakt")["de"].body == "Von Kim." and versions("kontakt") == [1]


def test_second_editor_of_another_field_is_told_what_was_taken() -> None:
    save_page("kontakt", body="Alt.", lead="Alt.")
    save_page("kontakt", seen_version=1, body="Von Kim.", lead="Alt.")
    with pytest.raises(ChangedByOthers) as caught:
        save_page("kontakt", seen_version=1, body="Alt.", lead="Von Ada.")
    assert caught.value.merged.taken == ["de.body"] and not caught.value.merged.conflicts


def test_editors_of_two_languages_are_in_nobodys_way() -> None:
    save_page("kontakt", body="Deutsch.")
    save_page("kontakt", "en", body="English.")
    texts = queries.texts_of("kontakt")
    assert (texts["de"].body, texts["en"].body) == ("Deutsch.", "English.")


def test_first_save_of_two_editors_of_a_draft_is_a_conflict() -> None:
    one = draft("kontakt", "de")
    assert one
    save_page("kontakt", title=one.title, lead=one.lead, body="Von Kim.")
    with pytest.raises(ChangedByOthers) as caught:
        save_page("kontakt", title=one.title, lead="Von Ada.", body=one.body)
    assert caught.value.merged.taken == ["de.body"]


@pytest.mark.parametrize(
    "fields, error",
    [
        ({"title": ""}, rules.TitleMissing),
        ({"body": "&" * 12_000}, rules.TooLong),
        ({"body": "* a\n" * 3000}, rules.TooLong),
        ({"body": "🏛" * 6000}, rules.TooLong),
    ],
)
def test_page_that_cannot_be_is_refused(fields: dict[str, str], error: type[Exception]) -> None:
    with pytest.raises(error):
        save_page("kontakt", **fields)


def test_review_of_easy_german_ends_with_the_next_change() -> None:
    save_page("hilfe", "de_simple", reviewed_by="test-readers", reviewed_on="2026-03-01")
    assert queries.texts_of("hilfe")["de_simple"].reviewed_on
    kept = {"reviewed_by": "test-readers", "reviewed_on": "2026-03-01"}
    save_page("hilfe", "de_simple", 1, body="Anders.", **kept)
    text = queries.texts_of("hilfe")["de_simple"]
    assert text.reviewed_on is None and text.reviewed_by is None
    save_page("hilfe", "de_simple", 2, body="Anders.", **(kept | {"reviewed_on": "2026-03-10"}))
    assert queries.texts_of("hilfe")["de_simple"].reviewed_on
    with pytest.raises(rules.ReviewIncomplete):
        save_page("hilfe", "de_simple", 3, body="Anders.", **(kept | {"reviewed_on": "2026-03-11"}))


def test_only_who_may_edit_writes() -> None:
    for actor in (VISITOR, make_person(JONAS).actor):
        for write in (
            lambda who: service.save("hilfe", who, NOW, {}, seen_version=0, facts=FACTS),
            lambda who: service.create(who, NOW, "k", "Titel", facts=FACTS),
            lambda who: service.take_away("eigene", who, NOW, facts=FACTS),
            lambda who: service.show_again("hilfe", who, NOW, facts=FACTS),
            lambda who: service.try_on("hilfe", who, NOW, {}, facts=FACTS),
        ):
            with pytest.raises(NotPermitted):
                write(actor)
    assert db.session.scalars(sa.select(CityPageText)).all() == []


def test_own_page_is_made_once_taken_away_and_shown_again() -> None:
    page = service.create(coordinator(), NOW, "k", "Über uns & mehr", facts=FACTS)
    again = service.create(coordinator(), NOW, "k", "Über uns & mehr", facts=FACTS)
    assert page.id == again.id and page.slug == "ueber-uns-mehr"
    save_page(page.slug, seen_version=1, body="Wir sind Schnabeltiere.")
    assert found_with("Schnabeltiere") == {page.slug}
    service.take_away(page.slug, coordinator(), NOW, facts=FACTS)
    service.take_away(page.slug, coordinator(), NOW, facts=FACTS)
    assert queries.texts_of(page.slug) == {} and found_with("Schnabeltiere") == set()
    service.show_again(page.slug, coordinator(), NOW, facts=FACTS)
    assert found_with("Schnabeltiere") == {page.slug}
    assert events() == [
        "city_page:created", "city_page:changed", "city_page:taken_away", "city_page:shown_again",
    ]  # fmt: skip


@pytest.mark.parametrize("address", ["hilfe", "neu", "taschengeldboerse"])
def test_address_that_is_taken_is_refused(address: str) -> None:
    make_own_page()
    with pytest.raises(rules.AddressTaken):
        make_own_page("Etwas anderes", address)


def test_title_without_letters_gets_an_address() -> None:
    assert make_own_page("!?!").slug == "seite"


def test_required_page_is_never_taken_away() -> None:
    for slug in rules.REQUIRED:
        with pytest.raises(rules.NeededByLaw):
            service.take_away(slug, coordinator(), NOW, facts=FACTS)
    with pytest.raises(NotFound):
        service.take_away("gibt-es-nicht", coordinator(), NOW, facts=FACTS)


def test_index_is_what_a_rebuild_makes_after_every_act() -> None:
    reindex.rebuild()
    facts = reindex.facts()
    wanted = {"de.title": "Hilfe", "de.body": "Quorum {quorum}."}
    service.save("hilfe", coordinator(), NOW, wanted, seen_version=0, facts=facts)
    own = service.create(coordinator(), NOW, "k", "Eigene", facts=facts)
    other = service.create(coordinator(), NOW, "l", "Andere", facts=facts)
    service.take_away(other.slug, coordinator(), NOW, facts=facts)
    assert not reindex.rebuild()
    assert "hilfe" in found_with("Quorum 200.") and own.slug != other.slug
