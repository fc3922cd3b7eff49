"""Finds barriers on a page: axe-core's rules, the page's frame, and text that runs out of it."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

_AXE = (Path(__file__).parents[1] / "vendor/axe-core/axe.min.js").read_text()
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_RUN = """tags => axe.run(document, {runOnly: tags, resultTypes: ['violations'], preload: false})
  .then(result => result.violations.flatMap(rule => rule.nodes.map(node =>
    `${rule.id}: ${node.target.join(' ')} (${(node.any.concat(node.all, node.none)[0]
      || {message: rule.help}).message})`)))"""
_FRAME = """() => ({
  title: document.title,
  lang: document.documentElement.lang,
  headings: document.querySelectorAll('h1').length,
})"""
#: What sticks out furthest, if the page can be scrolled sideways.
_TOO_WIDE = """width => {
  if (document.documentElement.scrollWidth <= width) return null;
  const end = it => {
    const box = it.getBoundingClientRect();
    return Math.max(box.right, box.left + it.scrollWidth);
  };
  const wide = [...document.body.querySelectorAll('*')].filter(it => end(it) > width + 0.5);
  const last = wide.filter(it => !wide.some(other => other !== it && it.contains(other)));
  return last.slice(0, 3).map(it => it.outerHTML.slice(0, 160)).join(' | ') || 'the page';
}"""
WIDE, HALF, NARROW = 1280, 640, 320
_HEIGHT = 900


def axe_findings(page: Page) -> list[str]:
    """What axe finds on the page as it is now: rule, selector and reason."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_AXE)  # not as a script tag: the site's policy would refuse it
    found: list[str] = page.evaluate(_RUN, _TAGS)
    return found


def frame_faults(page: Page) -> list[str]:
    """What is wrong with title, language or main heading."""
    frame: dict[str, Any] = page.evaluate(_FRAME)
    faults = []
    if " – " not in frame["title"]:
        faults.append(f"the title is {frame['title']!r}")
    if not frame["lang"]:
        faults.append("there is no language")
    if frame["headings"] != 1:
        faults.append(f"there are {frame['headings']} h1")
    return faults


def overflow(page: Page, width: int) -> list[str]:
    """What sticks out of a window of this width."""
    page.set_viewport_size({"width": width, "height": _HEIGHT})
    found = page.evaluate(_TOO_WIDE, width)
    return [f"wider than {width} px: {found}"] if found else []


def barriers(page: Page, *, only_wide: bool = False) -> list[str]:
    """All barriers of a page, whose details are opened first: each with where it was met."""
    page.evaluate("for (const one of document.querySelectorAll('main details')) one.open = true")
    page.set_viewport_size({"width": WIDE, "height": _HEIGHT})
    found = [*frame_faults(page), *(f"{WIDE} px, {one}" for one in axe_findings(page))]
    if only_wide:
        return found
    page.emulate_media(color_scheme="dark")
    found += [f"dark, {one}" for one in axe_findings(page)]
    page.emulate_media(color_scheme="light")
    found += overflow(page, NARROW)
    found += [f"{NARROW} px, {one}" for one in axe_findings(page)]
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    found += [f"200 % text, {one}" for one in overflow(page, HALF)]
    return found
