"""What a page shows to readers; the same for the page, the preview and an old version."""

from typing import Any

from participation.city_pages import rules
from participation.city_pages.placeholders import fill, fill_plain, gaps_in
from participation.city_pages.queries import Shown
from participation.city_pages.terms import facts
from participation.core.html import page_to_html


def words_of(shown: Shown) -> dict[str, Any]:
    """What the templates of all these pages ask for."""
    given = facts()
    return {
        "shown": shown,
        "title": fill_plain(shown.title, given),
        "lead": fill_plain(shown.lead, given),
        "body": page_to_html(fill(shown.body, given, shown.language)),
        "gaps": gaps_in(shown.body),
        "reviewers": rules.REVIEWER_NAMES,
    }
