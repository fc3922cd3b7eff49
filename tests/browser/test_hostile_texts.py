"""Hostile texts in a real browser, for everybody who can read them: nothing runs or asks elsewhere."""

import pytest
from playwright.sync_api import Dialog, Page

from participation.core.db import db
from participation.core.forms import clean_text
from participation.polls.making import OptionSheet, QuestionSheet
from participation.polls.models import Poll
from participation.polls.rules import QuestionKind
from participation.suggestions.rules import State
from tests.browser.site import Site, Window, sign_in
from tests.factories import (
    LONG_ENOUGH,
    make_answer,
    make_comment,
    make_department,
    make_meeting,
    make_project,
    make_suggestion,
)
from tests.people import ADA, AYLIN, JONAS, KIM, MARA, NOW, Persona, make_person
from tests.polls import steps
from tests.polls.pages import address_of
from tests.site.hostile_texts import LINKS, MARKUP, NESTED, PROGRAMS, TEXTS, UNSEEN

pytestmark = pytest.mark.browser

_READERS: dict[str, Persona | None] = {
    "visitor": None, "resident": MARA, "officer": JONAS, "coordinator": KIM, "board": AYLIN,
    "administrator": ADA,
}  # fmt: skip
#: Puts the focus and the pointer on everything in the page, as a curious person would.
_TOUCH = """() => {
  for (const one of document.querySelectorAll('details')) one.open = true;
  for (const one of document.querySelectorAll('main *')) {
    one.focus && one.focus();
    for (const name of ['mouseover', 'mouseenter', 'pointerover', 'animationstart', 'toggle'])
      one.dispatchEvent(new MouseEvent(name, {bubbles: true}));
  }
  return window.__hacked;
}"""
_LIVE = """() => [...document.querySelectorAll('main *')].filter(one =>
  ['SCRIPT', 'IFRAME', 'OBJECT', 'EMBED', 'IMG', 'STYLE', 'LINK', 'META', 'BASE'].includes(one.tagName)
  || [...one.attributes].some(a => a.name.startsWith('on') || a.name === 'style')
  || (one.protocol && !['http:', 'https:', 'mailto:'].includes(one.protocol))
).map(one => one.outerHTML.slice(0, 200))"""


def _words(texts: list[str]) -> str:
    return clean_text("\n\n".join(texts))[:1400]


def fill(site: Site) -> list[str]:
    """Store all the hostile texts in every field there is; return the pages that show them."""
    site.welcome(MARA, JONAS, KIM, AYLIN, ADA)
    with site.filling():
        groups = [MARKUP, LINKS, NESTED, PROGRAMS, UNSEEN]
        lines = [clean_text(text) for text in TEXTS]
        names = ("summary", "still_open", "settled", "participation_note", "period_note", "cost_note",
                 "current_state")  # fmt: skip
        sheet = {name: "\n".join(lines)[:4000] for name in names} | {"title": MARKUP[0] + MARKUP[8]}
        link = {"url": 'https://x.example/"onclick=window.__hacked=1', "label": MARKUP[2]}
        decision = {"body": MARKUP[2], "day": "2026-01-01", "note": MARKUP[5]}
        project = make_project(
            texts={"de": sheet}, departments=[make_department()], links=[link], decisions=[decision]
        )
        mara = make_person(MARA)
        shown = []
        for number, group in enumerate(groups):
            title = (f"{number} " + clean_text(group[0]) + " genug Zeichen")[:120]
            texts = {
                "title": title,
                "text": _words(group) + LONG_ENOUGH,
                "reason": _words(group[::-1]),
            }
            one = make_suggestion(author=mara, supports=2, project_id=project.id, **texts)
            make_suggestion(State.SUBMITTED, author=mara, **texts | {"title": title[:-1]})
            make_answer(one, NOW, LONG_ENOUGH + _words(group))
            shown += [f"/de/anregungen/{one.number}/", f"/de/verwaltung/anregungen/{one.id}/"]
            for thing in (project, one):
                for text in group:
                    if words := clean_text(text):
                        make_comment(thing, author=make_person(KIM), text=words + f" {number}")
        meetings = [
            make_meeting(
                clean_text(text)[:200] or "x", place=clean_text(text)[:200], project_id=project.id,
                texts={"de": dict.fromkeys(("agenda", "accessibility", "results"), "\n\n".join(lines))},
            )
            for text in (MARKUP[0], MARKUP[8], LINKS[0], UNSEEN[8])
        ]  # fmt: skip
        made = _polls(groups[0])
        polls = [address_of(poll) for poll in made]
        edited = f"/de/verwaltung/abstimmungen/{made[0].id}/"
        db.session.flush()
        comments = [f"/de/stellungnahmen/{key}/" for key in (1, 3, 9)]
        return [
            "/de/", "/de/vorhaben/", f"/de/vorhaben/{project.slug}/", "/de/anregungen/", "/de/termine/",
            "/de/termine/kalender/", f"/de/vorhaben/{project.slug}/kommentare/", *shown,
            "/de/anregungen/1/kommentare/", *comments, "/de/verwaltung/", "/de/verwaltung/moderation/",
            "/de/verwaltung/moderation/1/", "/de/konto/", "/de/stellungnahmen/1/antworten/",
            "/de/stellungnahmen/1/melden/", *(f"/de/termine/{one.slug}/" for one in meetings),
            *(f"/de/verwaltung/termine/{one.id}/" for one in meetings[:1]), "/de/abstimmungen/", *polls,
            f"{polls[0]}stimmzettel/", f"{polls[1]}ergebnis/", "/de/verwaltung/abstimmungen/",
            edited, f"{edited}angaben/", f"{edited}vorschau/", f"{edited}fragen/1/",
            f"{edited}fragen/1/antworten/1/", f"/de/beirat/abstimmungen/{made[0].slug}/",
            f"/de/beirat/abstimmungen/{made[0].slug}/anleitung/",
        ]  # fmt: skip


def _polls(hostile: list[str]) -> list[Poll]:
    """A poll that runs and one that is counted, of nothing but such texts."""
    names = list(dict.fromkeys(clean_text(text)[:190].strip() for text in hostile))
    lines = _words(hostile)
    options = tuple(
        OptionSheet({"de": {"name": f"{number} {name}", "text": lines}})
        for number, name in enumerate(names[:4])
    )
    words = {"text": f"{names[0]} {names[1]}"[:290], "explanation": lines}
    asked = QuestionSheet(QuestionKind.ONE, "plurality", {"de": words}, options)
    texts = {"de": {"title": f"{names[0]}!"[:190], "introduction": lines}}
    counted, _codes = steps.make_counted(1, 2, texts=texts, questions=(asked,))
    ranked = QuestionSheet(QuestionKind.RANK, "irv", {"de": words}, options)
    return [steps.make_open_now(asked, ranked, texts=texts), counted]


def what_ran(page: Page) -> list[str]:
    """What the texts of the open page got to do, when everything in it was touched."""
    before = page.url
    found = [f"__hacked is {page.evaluate(_TOUCH)}"] if page.evaluate(_TOUCH) else []
    found += page.evaluate(_LIVE)
    if page.url != before:
        found.append(f"went to {page.url}")
    return [f"{before}: {one}" for one in found]


def test_nothing_in_a_hostile_text_runs_whoever_reads_it(site: Site, window: Window) -> None:
    pages = fill(site)
    site.work()
    harm: list[str] = []

    def on_dialog(dialog: Dialog) -> None:
        harm.append(dialog.message)
        dialog.dismiss()

    for persona in _READERS.values():
        # With JavaScript: the fixture fails on foreign hosts and on what the site's policy refused.
        page = window(java_script_enabled=True)
        page.on("dialog", on_dialog)
        if persona:
            sign_in(page, persona)
        for path in pages:
            page.goto(path)
            harm.extend(what_ran(page))
    assert harm == []


def test_text_that_runs_is_found(site: Site, window: Window) -> None:
    page = window(java_script_enabled=True)
    page.goto("/de/")
    page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('beforeend', '<a href=\"data:x\">x</a>')"
    )
    assert what_ran(page) != []
