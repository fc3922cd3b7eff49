"""Placeholders, gaps, reviews and the shipped drafts. No database."""

from datetime import date

import pytest

from participation.city_pages import rules
from participation.city_pages.placeholders import NAMES, fill, fill_plain, gaps_in
from participation.city_pages.rules import REQUIRED, ReviewIncomplete
from participation.city_pages.shipped import draft
from participation.core.html import page_to_html, size_of
from participation.core.languages import LANGUAGES
from participation.permissions import Actor, Role

_TODAY = date(2026, 3, 10)
_FACTS = dict.fromkeys(NAMES, "200") | {"city_url": "https://www.mainz.de/"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("slug", REQUIRED)
def test_every_required_page_has_a_good_draft(slug: str, language: str) -> None:
    found = draft(slug, language)
    assert found is not None and found.title and found.lead
    html = page_to_html(fill(found.body, _FACTS, language))
    assert "<h2" in html and "{" not in html and "](" not in html and "[[" not in html
    assert 500 < size_of(html) < rules.MOST_HTML / 2
    longest = rules.LONGEST
    assert len(found.title) <= longest["title"] and len(found.lead) <= longest["lead"]
    assert len(found.body) <= longest["body"]


@pytest.mark.parametrize("slug", ["impressum", "datenschutz", "barrierefreiheit", "kontakt"])
def test_draft_says_what_the_city_has_to_fill_in(slug: str) -> None:
    for language in LANGUAGES:
        found = draft(slug, language)
        assert found and len(gaps_in(found.body)) >= 3


def test_figures_of_the_drafts_are_those_of_the_settings() -> None:
    for language in LANGUAGES:
        help_page = draft("hilfe", language)
        assert help_page and not {"200", "8 Wochen", "8 weeks"} & set(help_page.body.split())
        assert "{quorum}" in help_page.body and "{collection_weeks}" in help_page.body


@pytest.mark.parametrize(
    "text",
    ["../../../etc/passwd", "rules.py", "", "impressum.de.md", "IMPRESSUM", "neu", "drafts/hilfe"],
)
def test_no_other_file_is_a_draft(text: str) -> None:
    assert draft(text, "de") is None
    assert draft("impressum", f"../{text}") is None


@pytest.mark.parametrize(
    "text, filled",
    [
        ("{quorum} Menschen", "200 Menschen"),
        ("{nothing} {QUORUM} {} {{quorum}}", "{nothing} {QUORUM} {} {200}"),
        (
            "{0.class} {city.secret_key} %(quorum)s",
            "{0.class} {city.secret_key} %(quorum)s",
        ),
        ("{secret_key}", "{secret_key}"),
    ],
)
def test_only_known_words_are_replaced(text: str, filled: str) -> None:
    facts = {"quorum": "200", "secret_key": "CANARY"}
    assert fill_plain(text, facts) == filled
    assert page_to_html(fill(text, facts, "de")).striptags() == filled


@pytest.mark.parametrize(
    "value",
    [
        "<script>alert(1)</script>", "[x](javascript:alert(1))", "**fett**", "a\n\n# Titel", "`x`",
        "{quorum}", "[[Lücke]]", "\\", "&lt;b&gt;", "_a_ *b*",
    ],
)  # fmt: skip
def test_fact_is_letters_and_never_markup(value: str) -> None:
    html = page_to_html(fill("Stadt: {city_name}.", {"city_name": value, "quorum": "9"}, "de"))
    assert html.striptags() == " ".join(f"Stadt: {value}.".split())
    assert html.count("<") == 2


def test_fact_can_be_in_a_link() -> None:
    facts = {"contact_mail": "a_b+c@mainz.de", "city_url": "https://www.mainz.de/?a=1&b=2"}
    html = page_to_html(
        fill("[{contact_mail}](mailto:{contact_mail}) [Stadt]({city_url})", facts, "de")
    )
    assert '<a href="mailto:a_b+c@mainz.de">a_b+c@mainz.de</a>' in html
    assert 'href="https://www.mainz.de/?a=1&amp;b=2"' in html


def test_gap_stands_out_in_the_language_of_the_text() -> None:
    assert gaps_in("[[Name]] und [[Ort]], nicht [Link](/de/) oder [[ ]") == ["Name", "Ort"]
    assert "<strong>[noch einzutragen: Name]</strong>" in page_to_html(fill("[[Name]]", {}, "de"))
    assert "[to be filled in: name]" in page_to_html(fill("[[name]]", {}, "en"))


@pytest.mark.parametrize(
    "by, on, is_right",
    [
        (None, None, True),
        ("office", _TODAY, True),
        ("office", None, False),
        (None, _TODAY, False),
        ("office", date(2026, 3, 11), False),
    ],
)
def test_review_says_who_and_when(by: str | None, on: date | None, is_right: bool) -> None:
    if is_right:
        rules.check_review(by, on, _TODAY)
    else:
        with pytest.raises(ReviewIncomplete):
            rules.check_review(by, on, _TODAY)


def test_change_of_the_text_ends_its_review() -> None:
    assert rules.review_is_over({"de_simple.body": "x"})
    assert not rules.review_is_over({"de_simple.body": "x", "de_simple.reviewed_on": "2026-03-10"})
    assert not rules.review_is_over({"de.body": "x"})


def test_coordinators_and_administrators_edit_pages() -> None:
    may = {role for role in Role if rules.may_edit(Actor(1, frozenset({role})))}
    assert may == {Role.COORDINATOR, Role.ADMINISTRATOR}
