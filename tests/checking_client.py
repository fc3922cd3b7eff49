"""A browser for tests: follows the rules of a form, and checks every page it is given."""

import re
from functools import lru_cache
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import html5lib
from flask import Flask
from html5lib.html5parser import ParseError
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.test import TestResponse

from participation.accounts import service
from participation.accounts.sessions import SESSION_KEY
from participation.core import clock
from participation.core.db import db
from tests.people import Persona, make_person

_FIELDS = {"input", "select", "textarea"}
#: Bytes of HTML that a page may have, whatever is on it.
MOST_HTML = 30_000
_UNLABELLED = {"hidden", "submit", "button"}


@lru_cache(maxsize=64)
def parse(html: str) -> Element:
    """Return the page as a tree without namespaces; strict about HTML's syntax.

    Nobody changes the tree: a page is asked many things, and reading it takes longest of all.
    """
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    return parser.parse(html)


def words_of(element: Element) -> str:
    """Return an element's text on one line."""
    return " ".join("".join(element.itertext()).replace("\u00ad", "").split())


def weight_of(html: str) -> int:
    """Return how many bytes of HTML a page has, without what somebody typed into its fields."""
    without = re.sub(r"(<textarea[^>]*>)[^<]*", r"\1", html)
    return len(re.sub(r'(<input[^>]* value=)"[^"]*"', r"\1", without).encode())


def faults_of(html: str, app: Flask) -> list[str]:
    """Return what is wrong with a page; empty if it is a good one."""
    try:
        root = parse(html)
    except ParseError as error:
        return [f"not valid HTML: {error}"]
    faults = []
    if (weight := weight_of(html)) > MOST_HTML:
        faults.append(f"the page has {weight} bytes of HTML")
    title = root.find("./head/title")
    if title is None or not re.match(r"\S.* – \S", words_of(title)):
        faults.append("the title does not say what page it is, and where")
    if not root.get("lang"):
        faults.append("the page has no language")
    headings = [int(e.tag[1]) for e in root.iter() if re.fullmatch(r"h[1-6]", str(e.tag))]
    if headings.count(1) != 1:
        faults.append(f"there are {headings.count(1)} h1")
    # The footer's headings follow the main part's, whatever level it ended with.
    faults += [
        f"h{level} follows h{before}" for before, level in pairwise(headings) if level > before + 1
    ]
    return (
        faults
        + _id_faults(root)
        + _label_faults(root)
        + _inline_faults(root)
        + _link_faults(root, app)
    )


def _id_faults(root: Element) -> list[str]:
    ids = [e.get("id") for e in root.iter() if e.get("id")]
    faults = [f"id {one!r} stands there twice" for one in {i for i in ids if ids.count(i) > 1}]
    for element in root.iter():
        for name in ("aria-describedby", "aria-labelledby", "for"):
            for one in (element.get(name) or "").split():
                if one not in ids:
                    faults.append(f"{name} points at {one!r}, which is not there")
    return faults


def _label_faults(root: Element) -> list[str]:
    labelled = {e.get("for") for e in root.iter("label")}
    return [
        f"field {e.get('name')!r} has no label"
        for e in root.iter()
        if e.tag in _FIELDS
        and e.get("type") not in _UNLABELLED
        and e.get("id") not in labelled
        and not e.get("aria-label")
    ]


def _inline_faults(root: Element) -> list[str]:
    faults = ["there is inline style" for _ in root.iter("style")]
    faults += ["there is an inline script" for e in root.iter("script") if not e.get("src")]
    for element in root.iter():
        faults += [
            f"<{element.tag}> has {name}"
            for name in element.attrib
            if str(name) == "style" or str(name).startswith("on")
        ]
    return faults


def _link_faults(root: Element, app: Flask) -> list[str]:
    faults = []
    ids = {e.get("id") for e in root.iter() if e.get("id")}
    adapter = app.url_map.bind("localhost")
    for element in root.iter("a"):
        href = element.get("href") or ""
        if not words_of(element) and not element.get("aria-label"):
            faults.append(f"the link to {href!r} has no text")
        parts = urlsplit(href)
        if href.startswith("#"):
            faults += [] if href[1:] in ids else [f"{href} points nowhere"]
        elif href.startswith("/static/") or parts.scheme:
            continue
        elif href.startswith("/"):
            faults += _route_faults(adapter, parts.path, "GET")
        else:
            faults.append(f"the link {href!r} is not absolute")
    for form in root.iter("form"):
        if action := urlsplit(form.get("action") or "").path:
            faults += _route_faults(adapter, action, (form.get("method") or "get").upper())
    return faults


def _route_faults(adapter: Any, path: str, method: str) -> list[str]:
    try:
        adapter.match(path, method=method)
    except RequestRedirect:
        return [f"{path} redirects"]
    except HTTPException as error:
        return [f"{method} {path}: {error.code}"]
    return []


class CheckingClient:
    """GET and POST like a browser; every HTML page is checked, every form sends its token."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.browser = app.test_client()

    def sign_in(self, persona: Persona | None) -> "CheckingClient":
        """Be this person from now on; ``None`` is a visitor."""
        self.browser = self.app.test_client()
        if persona is None:
            return self
        with self.app.app_context():
            token = service.sign_in(make_person(persona), clock.now(), 14)
            db.session.commit()
        with self.browser.session_transaction() as session:
            session[SESSION_KEY] = token
            session["_fresh"] = True
        return self

    def get(self, path: str, status: int = 200, **more: Any) -> "Page":
        """Get a page with this status, and check it."""
        return self._checked(self.browser.get(path, **more), path, status)

    def post(self, path: str, data: dict[str, Any] | None = None, status: int = 303) -> "Page":
        """Send a form with a token, as the page of the form would."""
        fields = dict(data or {}, csrf_token=self.token())
        return self._checked(self.browser.post(path, data=fields), path, status)

    def token(self) -> str:
        """A token against forged requests that belongs to this browser's session."""
        page = self.browser.get("/de/konto/registrieren/").text
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        assert found, "the form has no token"
        return found[1]

    def _checked(self, response: TestResponse, path: str, status: int) -> "Page":
        assert response.status_code == status, (
            f"{path}: {response.status_code}\n{_main_words(response)}"
        )
        if response.mimetype == "text/html" and response.status_code not in (302, 303):
            faults = faults_of(response.text, self.app)
            assert not faults, f"{path}: {faults}"
        return Page(response)


def _main_words(response: TestResponse) -> str:
    """The beginning of what the page says, for messages of failed tests."""
    text = re.sub(r"<[^>]+>", " ", response.text.partition("<main")[2])
    return " ".join(text.split())[:400]


class Page:
    """An answer of the platform."""

    def __init__(self, response: TestResponse) -> None:
        self.response = response
        self.html = response.text

    @property
    def location(self) -> str:
        """Where a redirect leads."""
        return self.response.headers["Location"]

    @property
    def text(self) -> str:
        """Everything that can be read, on one line."""
        return words_of(parse(self.html).find("body"))  # type: ignore[arg-type]

    @property
    def main(self) -> str:
        """What can be read in the main part."""
        return words_of(next(parse(self.html).iter("main")))

    def value(self, field: str) -> str:
        """What a form's field holds."""
        for element in parse(self.html).iter():
            if element.get("name") == field and element.tag in _FIELDS:
                if element.tag == "textarea":
                    return (element.text or "").strip("\n")
                return element.get("value") or ""
        raise AssertionError(f"there is no field {field!r}")
