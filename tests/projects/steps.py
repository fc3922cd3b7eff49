"""What tests of editing projects do again and again."""

from typing import Any

from participation.permissions import Actor
from participation.projects import editing, queries, version_queries
from participation.projects.models import Project
from tests.checking_client import CheckingClient, parse
from tests.people import NOW

STAFF = "/de/verwaltung/vorhaben/"


def make_draft(actor: Actor, title: str = "Neuer Radweg", key: str = "a" * 32) -> Project:
    """A sheet that nobody else sees yet."""
    return editing.create(actor, NOW, key, {"title": title, "summary": "Von hier nach dort."})


def fields_of(html: str) -> dict[str, Any]:
    """What a browser would send back: all fields of the page's longest form."""
    forms = sorted(parse(html).iter("form"), key=lambda form: len(list(form.iter())))
    found: dict[str, Any] = {}
    for element in forms[-1].iter():
        name = element.get("name")
        if element.tag == "select":
            chosen = [o for o in element.iter("option") if o.get("selected") is not None]
            found[str(name)] = (chosen or list(element.iter("option")))[0].get("value")
        elif element.tag == "textarea":
            found[str(name)] = (element.text or "").removeprefix("\n")
        elif element.tag == "input" and name != "csrf_token":
            if element.get("type") != "checkbox":
                found[str(name)] = element.get("value") or ""
            elif element.get("checked") is not None:
                found.setdefault(str(name), []).append(element.get("value"))
    return found


def opened(client: CheckingClient, slug: str, part: str = "") -> dict[str, Any]:
    """Open a page of the sheet for editing; return its fields."""
    return fields_of(client.get(f"{STAFF}{slug}/{part}").html)


def stored(client: CheckingClient, slug: str) -> dict[str, Any]:
    """The sheet as it is stored, with its version."""
    with client.app.app_context():
        project = queries.whole_sheet(slug)
        assert project is not None
        return version_queries.snapshot_of(project) | {"version": project.version}
