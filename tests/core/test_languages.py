"""Languages: choice, fallback, dates and numbers. No database."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from participation.core import languages
from participation.core.languages import BY_TAG, LANGUAGES, negotiate, speaking


def test_chain_begins_with_the_language_itself_and_knows_all_others() -> None:
    for code, language in LANGUAGES.items():
        assert language.chain[0] == code
        assert sorted(language.chain) == sorted(LANGUAGES)


def test_readers_of_german_get_german_of_either_kind_before_english() -> None:
    assert LANGUAGES["de"].chain == ("de", "de_simple", "en")
    assert LANGUAGES["de_simple"].chain == ("de_simple", "de", "en")
    assert LANGUAGES["en"].chain[1] == "de"


def test_tag_is_what_html_understands() -> None:
    assert set(BY_TAG) == {"de", "de-simple", "en"}
    assert all(language.direction == "ltr" for language in LANGUAGES.values())


@pytest.mark.parametrize(
    ("accepted", "code"),
    [
        ([], "de"),
        (["de"], "de"),
        (["de-AT", "en"], "de"),
        (["en-US", "de"], "en"),
        (["EN"], "en"),
        (["de-simple", "de"], "de_simple"),
        (["fr", "en"], "en"),
        (["fr", "tlh"], "de"),
        (["*"], "de"),
        (["", "-", "x" * 5000, "en"], "en"),
        (["de_simple", "en"], "en"),
    ],
)
def test_browser_gets_the_first_language_that_there_is(accepted: list[str], code: str) -> None:
    assert negotiate(accepted).code == code


@given(st.lists(st.text(max_size=20)))
def test_browser_gets_some_language_whatever_it_asks_for(accepted: list[str]) -> None:
    assert negotiate(accepted).code in LANGUAGES


def test_language_is_switched_within_a_block_only() -> None:
    with speaking("en"):
        assert languages.current_language().code == "en"
        with speaking("de_simple"):
            assert languages.current_language().code == "de_simple"
        with speaking("there is no such language"):
            assert languages.current_language().code == "de"
        assert languages.current_language().code == "en"


def test_text_without_a_translation_is_shown_in_german() -> None:
    for code in LANGUAGES:
        with speaking(code):
            assert (
                languages.gettext("Das steht in keinem Katalog.") == "Das steht in keinem Katalog."
            )
            assert languages.gettext("") == ""
            assert languages.gettext("%(n)s von 100 %%", n=3) == "3 von 100 %"
            assert languages.ngettext("%(num)s %(a)s", "%(num)s %(a)se", 1, a="Ding") == "1 Ding"
            assert languages.ngettext("%(num)s %(a)s", "%(num)s %(a)se", 0, a="Ding") == "0 Dinge"


def test_text_of_a_form_is_translated_when_it_is_shown() -> None:
    text = languages.lazy_gettext("Termine")
    with speaking("en"):
        english = str(text)
    assert english != "Termine"
    assert str(text) == "Termine"


@pytest.mark.parametrize(
    ("moment", "shown", "time"),
    [
        ((2026, 3, 9, 22, 59), "9. März 2026", "23:59 Uhr"),
        ((2026, 3, 9, 23, 0), "10. März 2026", "00:00 Uhr"),
        ((2026, 3, 29, 0, 59), "29. März 2026", "01:59 Uhr"),
        ((2026, 3, 29, 1, 0), "29. März 2026", "03:00 Uhr"),
        ((2026, 3, 29, 21, 59), "29. März 2026", "23:59 Uhr"),
        ((2026, 3, 29, 22, 0), "30. März 2026", "00:00 Uhr"),
        ((2026, 10, 25, 0, 0), "25. Oktober 2026", "02:00 Uhr"),
        ((2026, 10, 25, 1, 0), "25. Oktober 2026", "02:00 Uhr"),
        ((2026, 10, 25, 22, 59), "25. Oktober 2026", "23:59 Uhr"),
        ((2026, 10, 25, 23, 0), "26. Oktober 2026", "00:00 Uhr"),
        ((2026, 12, 31, 23, 30), "1. Januar 2027", "00:30 Uhr"),
    ],
)
def test_moment_is_written_at_the_time_of_the_city(
    moment: tuple[int, ...], shown: str, time: str
) -> None:
    at = datetime(*moment, tzinfo=UTC)  # type: ignore[misc, arg-type]
    assert languages.format_date(at) == shown
    assert languages.format_time(at) == time


def test_day_is_written_as_it_is() -> None:
    assert languages.format_date(date(2026, 3, 10)) == "10. März 2026"
    assert languages.format_weekday(date(2026, 3, 10)) == "Dienstag, 10. März 2026"
    with speaking("en"):
        assert languages.format_date(date(2026, 3, 10)) == "10 March 2026"
        assert "Tuesday" in languages.format_weekday(date(2026, 3, 10))


@pytest.mark.parametrize(
    ("written", "german", "english"),
    [
        ("2025", "2025", "2025"),
        ("2025-03", "März 2025", "March 2025"),
        ("2025-03-01", "1. März 2025", "1 March 2025"),
        ("2024-02-29", "29. Februar 2024", "29 February 2024"),
        ("1999-12", "Dezember 1999", "December 1999"),
    ],
)
def test_rough_date_is_as_exact_as_it_was_given(written: str, german: str, english: str) -> None:
    assert languages.format_rough_date(written) == german
    with speaking("en"):
        assert languages.format_rough_date(written) == english


def test_numbers_and_amounts_are_written_as_the_reader_is_used_to() -> None:
    assert languages.format_number(1234567) == "1.234.567"
    assert languages.format_euro(108000000) == "108.000.000\u00a0€"
    assert languages.format_euro(0) == "0\u00a0€"
    with speaking("en"):
        assert languages.format_number(1234567) == "1,234,567"
        assert languages.format_euro(108000000) == "€108,000,000"
    with speaking("de_simple"):
        assert languages.format_euro(50000) == "50.000\u00a0€"


@pytest.mark.parametrize("german", ["Vorhaben", "Termine", "Anregungen"])
def test_reader_of_english_reads_english(german: str) -> None:
    with speaking("en"):
        assert languages.gettext(german) not in ("", german)
