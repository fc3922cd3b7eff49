"""The city's pages as readers see them."""

from typing import Any

from flask import Blueprint, render_template, request

from participation.city_pages import queries, rules
from participation.city_pages.placeholders import fill_plain
from participation.city_pages.reading import words_of
from participation.city_pages.terms import facts
from participation.core.access import current_actor, public
from participation.core.headers import keep_private
from participation.core.languages import current_language
from participation.core.messages import NotFound

city_pages = Blueprint("city_pages", __name__, url_prefix="/<language:lang>/seiten")


@city_pages.get("/")
@public
def page_list() -> Any:
    """All pages by name."""
    given, chain = facts(), current_language().chain
    page, own = queries.own_pages(request.args.get("seite"), also_taken_away=False)
    first = [] if page.previous_token else queries.required_pages()
    rows = [
        (one.slug, best.language, fill_plain(best.title, given), fill_plain(best.lead, given))
        for one in [*first, *own]
        for best in [queries.best(one.texts, chain)]
    ]
    return render_template("city_pages/list.html", rows=rows, page=page)


@city_pages.get("/<slug:slug>/")
@public
def page(slug: str) -> Any:
    """Impressum, privacy, accessibility and so on."""
    texts = queries.texts_of(slug)
    if not texts:
        raise NotFound
    may_edit = rules.may_edit(current_actor())
    if may_edit:
        keep_private()
    shown = queries.best(texts, current_language().chain)
    return render_template("city_pages/page.html", may_edit=may_edit, **words_of(shown))
