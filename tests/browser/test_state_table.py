"""Each row of the state table from each of its states: done in the browser by the right person.

Nobody else is offered it, and nobody else's request is taken, however it is made.
"""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from participation.core import clock
from participation.core.db import db
from participation.suggestions.models import Suggestion
from participation.suggestions.rules import TRANSITIONS, State, Transition, Who
from participation.suggestions.staff_views import ACTS
from tests.browser.site import Site, Window, sign_in
from tests.factories import LONG_ENOUGH, make_suggestion
from tests.people import (
    ADA,
    AYLIN,
    JONAS,
    KIM,
    MARA,
    NOAH,
    NOW,
    OTHER_OFFICER,
    VISITOR,
    Persona,
    make_person,
)

pytestmark = pytest.mark.browser

_WORDS = {name: word for word, name in ACTS.items()}
_EVERYBODY: tuple[Persona | None, ...] = (
    VISITOR, MARA, NOAH, JONAS, OTHER_OFFICER, KIM, AYLIN, ADA,
)  # fmt: skip
#: Who may, in the words of the domain; Mara is the author, Jonas' department has to answer.
_RIGHT_PEOPLE: dict[str, tuple[Persona, ...]] = {
    **dict.fromkeys(("submit", "resubmit", "withdraw"), (MARA,)),
    **dict.fromkeys(
        ("take", "return", "reject", "hide", "publish", "council", "adopt", "partly_adopt",
         "decline", "merge", "strike_off"), (KIM,),
    ),
    **dict.fromkeys(("implement", "finish"), (JONAS, KIM)),
    **dict.fromkeys(("reach_quorum", "expire"), ()),
}  # fmt: skip
_FIELDS = {
    "public_text": LONG_ENOUGH,
    "internal_text": "Ein Vermerk für die Akten.",
    "reference": "0123/2026",
    "meeting_on": "2026-06-24",
    "due_on": "2026-03-24",
    "link": "https://bi.mainz.de/0123",
}


def send_form(page: Page, _site: Site, key: int, row: Transition) -> None:
    """Fill in and send the form of a transition on the staff's page."""
    page.goto(f"/de/verwaltung/anregungen/{key}/")
    form = page.locator(f"form[action$='/{_WORDS[row.name]}/']")
    page.locator("details.act-form").filter(has=form).locator("summary").click()
    for need in row.needs:
        field = form.locator(f"[name='{row.name}-{need}']")
        if need in ("reason", "hide_reason"):
            field.first.check()
        elif need == "department":
            field.select_option(index=1)
        else:
            field.fill(_FIELDS[need])
    form.get_by_role("button").click()


def press(page: Page, _site: Site, key: int, row: Transition) -> None:
    """Press the author's one button."""
    if row.name == "withdraw":
        page.goto(f"/de/anregungen/eigene/{key}/")
        page.get_by_role("button", name="Anregung zurückziehen").click()
        return
    page.goto(f"/de/anregungen/neu/{key}/pruefen/")
    page.get_by_role("button", name="Anregung absenden").click()


def be_the_last_supporter(page: Page, site: Site, key: int, _row: Transition) -> None:
    with site.filling():
        number = db.session.get_one(Suggestion, key).number
    page.goto(f"/de/anregungen/{number}/")
    page.get_by_role("button", name="Jetzt unterstützen").click()


def let_time_pass(_page: Page, site: Site, _key: int, _row: Transition) -> None:
    with clock.stopped_at(NOW + timedelta(weeks=9)):
        site.work()


def merge_into(page: Page, site: Site, key: int, _row: Transition) -> None:
    with site.filling():
        target = make_suggestion().number
    page.goto(f"/de/verwaltung/anregungen/{key}/")
    page.get_by_role("link", name="Zusammenlegen").click()
    page.get_by_label("Oder: Nummer der Anregung, die bleibt").fill(str(target))
    page.get_by_role("button", name="Beide vergleichen").click()
    page.get_by_label("Text, öffentlich").fill(LONG_ENOUGH)
    page.get_by_role("button", name="Zusammenlegen").click()


def strike_one(page: Page, _site: Site, key: int, _row: Transition) -> None:
    page.goto(f"/de/verwaltung/anregungen/{key}/")
    page.get_by_role("link", name="Ansehen und prüfen").click()
    page.locator("input[name=chosen]").first.check()
    page.locator("[name=public_text]").fill(LONG_ENOUGH)
    page.locator("[name=internal_text]").fill("Ein Vermerk für die Akten.")
    page.get_by_role("button", name="Unterstützungen streichen").click()


#: How each transition is made. Who makes it is the first of the right people; the clock has helpers.
_HOW: dict[str, Callable[[Page, Site, int, Transition], None]] = {
    **dict.fromkeys(_WORDS, send_form),
    **dict.fromkeys(("submit", "resubmit", "withdraw"), press),
    "reach_quorum": be_the_last_supporter,
    "expire": let_time_pass,
    "merge": merge_into,
    "strike_off": strike_one,
}

#: Where a supporter is needed for the way there, one more is missing.
_QUORUM = 2


def start_in(site: Site, row: Transition, state: State) -> int:
    """Make Mara's suggestion in the state, and return its key."""
    with site.filling():
        supports = 1 if row.name == "reach_quorum" else 0
        made = make_suggestion(state, author=make_person(MARA), quorum=_QUORUM, supports=supports)
        return made.id


def state_of(site: Site, key: int) -> State:
    with site.filling():
        return db.session.get_one(Suggestion, key).state


#: Transitions with a page of their own, by the last part of its address.
_OWN_PAGES = {"merge": "zusammenlegen", "strike_off": "unterstuetzungen"}


def rows() -> list[tuple[Transition, State]]:
    return [(row, state) for row in TRANSITIONS.values() for state in sorted(row.sources)]


def offers(page: Page, site: Site, key: int, row: Transition) -> bool:
    """Tell whether the page on which this person would find the transition has a way to it."""
    paths = {
        "submit": f"/de/anregungen/neu/{key}/pruefen/",
        "resubmit": f"/de/anregungen/neu/{key}/pruefen/",
        "withdraw": f"/de/anregungen/eigene/{key}/",
    }
    path = paths.get(row.name, f"/de/verwaltung/anregungen/{key}/")
    main = page.request.get(f"{site.url}{path}").text().partition("<main")[2]
    words = {"submit": "pruefen", "resubmit": "pruefen", "withdraw": "zurueckziehen"}
    word = words.get(row.name) or _WORDS.get(row.name) or _OWN_PAGES[row.name]
    return re.search(rf'(?:action|href)="[^"?]*/{word}/"', main) is not None


def token_of(page: Page) -> str:
    """A token that belongs to this person's session."""
    page.goto("/de/konto/registrieren/")
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.content())
    assert found
    return found[1]


def force(page: Page, site: Site, key: int, row: Transition, token: str, target: int | None) -> int:
    """Send the request without any page offering it; return the answer's status."""
    word = _WORDS.get(row.name) or _OWN_PAGES.get(row.name)
    path = f"/de/verwaltung/anregungen/{key}/{word}/"
    if row.name == "withdraw":
        path = f"/de/anregungen/eigene/{key}/zurueckziehen/"
    elif word is None:
        path = f"/de/anregungen/neu/{key}/pruefen/"
    fields = {f"{row.name}-{name}": value for name, value in _FIELDS.items()} | {
        f"{row.name}-reason": "duplicate",
        f"{row.name}-hide_reason": "unlawful",
        f"{row.name}-department": "1",
        "public_text": LONG_ENOUGH,
        "internal_text": "Ein Vermerk für die Akten.",
        "target": str(target),
        "chosen": "1",
        "on_page": "1",
        "whole_page": "y",
        "csrf_token": token,
    }
    return page.request.post(f"{site.url}{path}", form=fields, max_redirects=0).status


def test_right_person_makes_each_move_of_the_table(site: Site, window: Window) -> None:
    site.welcome(*(persona for persona in _EVERYBODY if persona))
    pages = {persona: sign_in(window(), persona) for persona in (MARA, NOAH, JONAS, KIM)}
    for row, state in rows():
        key = start_in(site, row, state)
        for persona in _RIGHT_PEOPLE[row.name] or (NOAH,):
            if state_of(site, key) is not state:
                key = start_in(site, row, state)
            _HOW[row.name](pages[persona], site, key, row)
            assert state_of(site, key) is row.target, (row.name, state, persona.email)
        if row.who is Who.CLOCK:  # so much later nobody is signed in any more
            pages = {persona: sign_in(window(), persona) for persona in pages}
    site.work()
    expect(pages[KIM].get_by_role("main")).to_be_visible()


def test_nobody_else_is_offered_a_move_or_can_force_it(site: Site, window: Window) -> None:
    site.welcome(*(persona for persona in _EVERYBODY if persona))
    made = [(row, state, start_in(site, row, state)) for row, state in rows()]
    with site.filling():
        target = make_suggestion().number
    wrong = []
    for persona in _EVERYBODY:
        page = sign_in(window(), persona) if persona else window()
        token = token_of(page)
        for row, state, key in made:
            if persona in _RIGHT_PEOPLE[row.name] or row.name in ("reach_quorum", "expire"):
                continue
            if offers(page, site, key, row):
                wrong.append((persona, row.name, state, "offered"))
            status = force(page, site, key, row, token, target)
            taken = state_of(site, key) is not state
            if taken or status not in (303, 401, 403, 404, 405):
                wrong.append((persona, row.name, state, status))
    assert wrong == []


def test_every_row_of_the_table_has_its_walk() -> None:
    assert set(_HOW) == set(_RIGHT_PEOPLE) == set(TRANSITIONS)
