"""Hostile texts, sent through the forms as a browser would send them: stored, shown, harmless."""

from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

from participation.core.db import db
from participation.core.forms import clean_text
from participation.suggestions.rules import State
from participation.suggestions.staff_views import ACTS
from tests.checking_client import CheckingClient, parse
from tests.core.test_html import is_harmless
from tests.factories import make_answer, make_meeting, make_project, make_report, make_suggestion
from tests.people import KIM, MARA, NOW, Persona, make_person
from tests.site.hostile_texts import TEXTS, long_lines

#: All elements and attributes that our own templates use in the main part.
_TAGS = {
    *("main", "table", "caption", "thead", "tbody", "tr", "th", "td"),
    "a",
    "abbr",
    "article",
    "aside",
    "b",
    "blockquote",
    "br",
    "button",
    "circle",
    "dd",
    "del",
    "details",
    "div",
    "dl",
    "dt",
    "em",
    "fieldset",
    "figcaption",
    "figure",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "hr",
    "input",
    "ins",
    "label",
    "legend",
    "li",
    "nav",
    "ol",
    "option",
    "p",
    "path",
    "rect",
    "section",
    "select",
    "span",
    "strong",
    "summary",
    "svg",
    "text",
    "textarea",
    "time",
    "title",
    "ul",
}
_SCHEMES = {"", "http", "https", "mailto"}


def harm_in(html: str) -> list[str]:
    """Return what should not be in a page: foreign elements, handlers, addresses that run something."""
    root = parse(html)
    found = [
        f"<{e.tag} {name}>"
        for e in root.iter()
        for name in e.attrib
        if str(name).lower().startswith("on") or str(name) in ("style", "srcdoc", "formaction")
    ]
    for element in next(root.iter("main")).iter():
        tag = str(element.tag).rpartition("}")[2]  # without the namespace of SVG and MathML
        if tag not in _TAGS:
            found.append(f"<{tag}>")
        for name in ("href", "src", "action"):
            address = "".join((element.get(name) or "").split())
            if urlsplit(address).scheme not in _SCHEMES:
                found.append(f"{name}={address}")
    for form in root.iter("form"):
        if (
            not (form.get("action") or "/").startswith("/")
            or (form.get("action") or "")[:2] == "//"
        ):
            found.append(f"form to {form.get('action')}")
    return found


def forms_of(html: str) -> Iterator[tuple[str, dict[str, str], list[str]]]:
    """Yield each form that is sent by POST: its address, all values as they stand, its text fields."""
    for form in parse(html).iter("form"):
        if (form.get("method") or "").lower() == "post":
            values: dict[str, str] = {}
            texts = [name for field in form.iter() for name in _read(field, values)]
            yield form.get("action") or "", values, texts


def _read(field: Element, values: dict[str, str]) -> list[str]:
    """Take a field's value, or a first choice; return its name if people type into it."""
    name, kind = field.get("name") or "", field.get("type") or "text"
    if field.tag == "select":
        options = [option.get("value") or "" for option in field.iter("option")]
        chosen = [
            o.get("value") or "" for o in field.iter("option") if o.get("selected") is not None
        ]
        values[name] = (chosen or [*filter(None, options), ""])[0]
    elif field.tag == "textarea":
        values[name] = field.text or ""
        return [name]
    elif field.tag == "input" and kind in ("radio", "checkbox"):
        if name not in values or field.get("checked") is not None:
            values[name] = field.get("value") or "y"
    elif field.tag == "input" and name:
        values[name] = field.get("value") or ""
        return [name] if kind in ("text", "email", "url", "search") and name != "homepage" else []
    return []


def make_pages(client: CheckingClient) -> dict[str, list[tuple[str, Persona]]]:
    """Put in what can be written about; return pages with forms, and pages that show what was sent."""
    with client.app.app_context():
        project = make_project()
        public = make_suggestion(author=make_person(MARA), project_id=project.id)
        make_answer(public, NOW)
        draft = make_suggestion(State.DRAFT, author=make_person(MARA), title="Noch ein Entwurf")
        meeting = make_meeting(project_id=project.id)
        review = f"/de/verwaltung/anregungen/{public.id}/"
        made = {
            "forms": [
                (f"/de/anregungen/neu/{draft.id}/text/", MARA),
                (review, KIM),
                (f"/de/verwaltung/termine/{meeting.id}/", KIM),
                ("/de/vorhaben/sp-gleisberg/kommentare/", KIM),
                ("/de/verwaltung/seiten/hilfe/", KIM),
                ("/de/verwaltung/seiten/hilfe/text/de-simple/", KIM),
                ("/de/seiten/barrierefreiheit/melden/", MARA),
                (f"/de/verwaltung/barrieren/{make_report().id}/", KIM),
            ],
            "shows": [
                (f"/de/anregungen/neu/{draft.id}/pruefen/", MARA),
                ("/de/konto/", MARA),
                (f"/de/anregungen/{public.number}/", MARA),
                (review, KIM),
                ("/de/verwaltung/", KIM),
                ("/de/termine/", KIM),
                ("/de/termine/kalender/", KIM),
                (f"/de/termine/{meeting.slug}/", KIM),
                (f"/de/verwaltung/termine/{meeting.id}/", KIM),
                ("/de/vorhaben/sp-gleisberg/", KIM),
                ("/de/seiten/hilfe/", KIM),
                ("/de-simple/seiten/hilfe/", MARA),
                ("/de/seiten/hilfe/verlauf/", MARA),
                ("/de/seiten/", MARA),
                ("/de/verwaltung/seiten/", KIM),
                ("/de/verwaltung/barrieren/", KIM),
                ("/de/verwaltung/barrieren/?ansicht=beantwortet", KIM),
                ("/de/vorhaben/sp-gleisberg/kommentare/", KIM),
            ],
        }
        db.session.commit()
        return made


def _filled(
    values: dict[str, str], texts: list[str], hostile: list[str], place: int
) -> dict[str, Any]:
    """The form with hostile texts in every text field, long enough and of one's own kind."""
    end = " – so lang, dass es angenommen wird und mindestens vierzig Zeichen hat."
    line = f"{place} {hostile[place % len(hostile)]}"[:100] + " genug"
    words = f"{place} " + "\n\n".join(hostile)[:1300] + end
    is_line = {"title", "place", "reference", "lead", "note", "page"}
    typed = {name: line if name.split("_")[0] in is_line else words for name in texts}
    if "email" in texts and place % 2:  # otherwise the form would never be taken
        typed["email"] = "jemand@example.org"
    return {k: v.encode("utf-8", "surrogatepass") for k, v in (values | typed).items()}


def test_hostile_text_in_every_field_is_stored_and_shown_without_harm(
    client: CheckingClient,
) -> None:
    made = make_pages(client)
    browsers = {persona.email: client.sign_in(persona).browser for persona in (MARA, KIM)}
    taken, refused = set(), []
    for place, begin in enumerate(range(0, len(TEXTS), _AT_ONCE)):
        hostile = TEXTS[begin : begin + _AT_ONCE]
        for path, persona in made["forms"]:
            browser = browsers[persona.email]
            for action, values, texts in forms_of(browser.get(path).text):
                address = action or path
                word = address.rsplit("/", 2)[-2]
                # Transitions are tried with some of the texts; all of them are in test_bad_input.py.
                if not texts or word in _ENDS or (word in ACTS and place % 4):
                    continue
                data = _filled(values, texts, hostile, place)
                response = browser.post(address, data=data)
                assert response.status_code < 500, (address, hostile)
                if response.status_code == 303:
                    taken.add(address)
                else:
                    refused.append((address, hostile))
                    assert harm_in(response.text) == [], (address, hostile)
        for path, persona in made["shows"]:
            response = browsers[persona.email].get(path)
            assert response.status_code == 200, (path, hostile)
            assert harm_in(response.text) == [], (path, hostile)
        assert all(is_harmless(clean_text(text)) for text in hostile)
    assert len(taken) >= 7, taken
    assert len(refused) < 40, Counter(address for address, _ in refused)


#: Texts of several paragraphs take several at once; fields of one line one after the other.
_AT_ONCE = 5
#: Transitions after which the suggestion cannot be written on any more.
_ENDS = {"ausblenden", "absagen", "ablehnen", "zurueckgeben"}


def test_harm_in_a_page_is_found() -> None:
    page = "<!DOCTYPE html><title>x</title><body><main>{}</main>"
    for harm in (
        "<img>", "<p onclick=x>a</p>", "<p style=x>a</p>", "<a href='java\tscript:x'>a</a>",
        "<form action='//evil.example/'></form>", "<iframe></iframe>",
    ):  # fmt: skip
        assert harm_in(page.format(harm)), harm
    assert harm_in(page.format("<p><a href='https://x/'>a</a></p>")) == []


def test_long_lines_are_messages_in_every_field(client: CheckingClient) -> None:
    made = make_pages(client)
    lines = list(long_lines().values())[::25]
    for path, persona in made["forms"]:
        browser = client.sign_in(persona).browser
        for action, values, texts in list(forms_of(browser.get(path).text)):
            for line in lines if texts else ():
                typed = dict.fromkeys(texts[:4], line)
                response = browser.post(action or path, data=values | typed)
                assert response.status_code < 500, (action or path, line[:10])
