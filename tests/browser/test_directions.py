"""Arabic and Hebrew in German pages: each text keeps its direction to itself."""

import pytest
from playwright.sync_api import Page

from tests.browser.barriers import NARROW, overflow
from tests.browser.site import Site, Window
from tests.factories import LONG_ENOUGH, make_comment, make_meeting, make_project, make_suggestion

pytestmark = pytest.mark.browser

HEBREW = "יותר צל במגרש המשחקים 2026!"
ARABIC = "المزيد من الظل في الملعب 12 (الجزء 3)!"
#: Where the first and the last letter of a text stand; -1 if the last one is left of the first.
_READS = """(one) => {
  const texts = document.createTreeWalker(one, NodeFilter.SHOW_TEXT), all = [];
  while (texts.nextNode()) if (texts.currentNode.data.trim()) all.push(texts.currentNode);
  const at = (node, place) => {
    const range = document.createRange();
    range.setStart(node, place); range.setEnd(node, place + 1);
    return range.getBoundingClientRect();
  };
  const first = all[0], last = all[all.length - 1];
  const from = at(first, first.data.search(/\\S/)), to = at(last, last.data.trimEnd().length - 1);
  return to.bottom > from.bottom + 5 ? 0 : Math.sign(to.left - from.left);
}"""
#: A number written behind a link has to stand behind it.
_NUMBER_BEHIND = """(link) => {
  const line = document.createElement('p'), copy = link.cloneNode(true);
  line.append('Siehe ', copy, ' 12 Mal.');
  link.closest('main').append(line);
  const range = document.createRange();
  range.setStart(copy.nextSibling, 1); range.setEnd(copy.nextSibling, 3);
  const behind = range.getBoundingClientRect().left >= copy.getBoundingClientRect().right - 1;
  line.remove();
  return behind;
}"""


def fill(site: Site) -> dict[str, str]:
    """Titles, texts and comments in both scripts; the addresses of their pages."""
    with site.filling():
        project = make_project(title=ARABIC)
        suggestion = make_suggestion(title=HEBREW, text=f"{HEBREW} {HEBREW}", place=ARABIC)
        suggestion.project_id = project.id
        meeting = make_meeting(ARABIC, place=HEBREW, project_id=project.id)
        for thing in (project, suggestion):
            top = make_comment(thing, text=HEBREW, language="he")
            make_comment(thing, text=ARABIC, parent=top, language="ar")
            make_comment(thing, text=LONG_ENOUGH)
        return {
            "suggestion": f"/de/anregungen/{suggestion.number}/",
            "comments": f"/de/anregungen/{suggestion.number}/kommentare/",
            "project": f"/de/vorhaben/{project.slug}/",
            "meeting": f"/de/termine/{meeting.slug}/",
            "suggestions": "/de/anregungen/",
            "projects": "/de/vorhaben/",
            "meetings": "/de/termine/",
            "calendar": "/de/termine/kalender/?monat=2026-03",
        }


def reads(page: Page, selector: str) -> float:
    """1 if the first such text runs to the right, -1 to the left, 0 if it has several lines."""
    return float(page.locator(selector).first.evaluate(_READS))


def test_reader_meets_other_scripts_in_their_own_direction(site: Site, window: Window) -> None:
    paths = fill(site)
    page = window()
    for name in ("suggestion", "project", "meeting"):
        page.goto(paths[name])
        assert reads(page, "h1") == -1, name
    page.goto(paths["suggestions"])
    assert reads(page, "main h3 a") == -1
    page.goto(paths["comments"])
    assert reads(page, ".words[lang=he] p") == -1
    assert reads(page, ".words[lang=ar] p") == -1
    assert reads(page, "article h3") == 1
    assert reads(page, ".deeds, .pills a") == 1


def test_number_behind_a_title_in_another_script_stays_there(site: Site, window: Window) -> None:
    paths = fill(site)
    page = window()
    for name, path in paths.items():
        page.goto(path)
        for link in page.locator("main a").all():
            if any(
                title[:8] in link.inner_text().replace("\u00ad", "") for title in (HEBREW, ARABIC)
            ):
                assert link.evaluate(_NUMBER_BEHIND), (name, link.inner_text())


def test_other_scripts_fit_on_a_phone(site: Site, window: Window) -> None:
    paths = fill(site)
    page = window()
    for name, path in paths.items():
        page.goto(path)
        assert overflow(page, NARROW) == [], name
