"""Each row of the table can be done in the browser by the right person. On both databases."""

from datetime import timedelta

import pytest

from participation.core import clock
from participation.core.db import db
from participation.suggestions.models import Suggestion
from participation.suggestions.rules import TRANSITIONS, State, Who
from participation.suggestions.staff_views import ACTS
from tests.checking_client import CheckingClient
from tests.factories import LONG_ENOUGH, TERMS, make_department, make_suggestion
from tests.people import JONAS, KIM, NOAH, NOW, make_person

#: Comes with support without an account, where supports can be found to be false.
_ELSEWHERE = {"strike_off"}
_BY_THE_CLOCK = {row.name for row in TRANSITIONS.values() if row.who is Who.CLOCK}
_CASES = [
    (row.name, source)
    for row in TRANSITIONS.values()
    for source in sorted(row.sources)
    if row.name not in _ELSEWHERE | _BY_THE_CLOCK
]


def made(client: CheckingClient, source: State) -> tuple[int, int]:
    """Put a suggestion of Noah's in the state; return its key, and the number of another one."""
    with client.app.app_context():
        other = make_suggestion(title="Eine andere").number
        key = make_suggestion(source, quorum=2).id
        make_person(NOAH)
        db.session.commit()
    return key, other or 0


def data_of(client: CheckingClient, name: str) -> dict[str, str]:
    with client.app.app_context():
        department = make_department().id
        db.session.commit()
    fields = {
        "public_text": LONG_ENOUGH, "internal_text": "Ein Vermerk.", "reason": "under-way",
        "hide_reason": "unlawful", "department": str(department), "reference": "0123/2026",
        "due_on": TERMS.review_due(NOW).isoformat(), "meeting_on": "2026-06-24",
        "link": "https://bi.mainz.de/0123",
    }  # fmt: skip
    return {f"{name}-{need.value}": fields.get(need.value, "") for need in TRANSITIONS[name].needs}


def press(client: CheckingClient, name: str, key: int, other: int) -> None:
    """Find the page with the button, as this person would, and press it."""
    if name in ("submit", "resubmit"):
        client.sign_in(NOAH).post(f"/de/anregungen/neu/{key}/pruefen/")
    elif name == "withdraw":
        path = f"/de/anregungen/eigene/{key}/"
        page = client.sign_in(NOAH).browser.get(path, follow_redirects=True).text
        assert f'action="{path}zurueckziehen/"' in page
        client.post(f"{path}zurueckziehen/")
    elif name == "merge":
        path = f"/de/verwaltung/anregungen/{key}/zusammenlegen/"
        assert f'href="{path}"' in client.sign_in(KIM).get(f"/de/verwaltung/anregungen/{key}/").html
        client.post(path, {"target": str(other), "public_text": LONG_ENOUGH})
    else:
        who = JONAS if TRANSITIONS[name].who is Who.ASSIGNED else KIM
        word = next(word for word, act in ACTS.items() if act == name)
        page = client.sign_in(who).get(f"/de/verwaltung/anregungen/{key}/")
        assert f"/{word}/" in page.html
        client.post(f"/de/verwaltung/anregungen/{key}/{word}/", data_of(client, name))


@pytest.mark.parametrize(("name", "source"), _CASES)
def test_right_person_makes_the_step_in_the_browser(
    client: CheckingClient, name: str, source: State
) -> None:
    key, other = made(client, source)
    press(client, name, key, other)
    with client.app.app_context():
        assert db.session.get_one(Suggestion, key).state is TRANSITIONS[name].target


@pytest.mark.parametrize("supports", [2, 0])
def test_clock_and_count_are_seen_in_the_browser(client: CheckingClient, supports: int) -> None:
    with client.app.app_context():
        number = make_suggestion(supports=supports, quorum=3).number
        db.session.commit()
    if supports:
        client.sign_in(NOAH).post(f"/de/anregungen/{number}/unterstuetzen/")
        assert "Genug Unterstützung" in client.get(f"/de/anregungen/{number}/").main
        return
    with clock.stopped_at(NOW + timedelta(weeks=9)):
        assert "Frist vorbei" in client.get(f"/de/anregungen/{number}/").main


def test_every_row_of_the_table_is_in_a_test_here() -> None:
    tested = {name for name, _source in _CASES} | _BY_THE_CLOCK | _ELSEWHERE
    assert tested == set(TRANSITIONS)
