"""Voting in a real browser: without JavaScript, with it, and with nothing but the keyboard."""

import pytest
from playwright.sync_api import Page, expect

from participation.core.db import db
from participation.polls import counting_job, keeping_time, keys, sealing
from participation.polls.models import Poll, PollRoll
from participation.polls.rules import PollKind, QuestionKind
from tests.browser.site import Site, Window, sign_in
from tests.browser.test_keyboard import press, tab_to
from tests.people import MARA
from tests.polls import steps
from tests.polls.pages import address_of

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]
_NAMES = ("Sitzplätze", "Spielplatz", "Sport", "Garten")


def make_ranking(site: Site, kind: PollKind = PollKind.OPEN) -> str:
    """An open poll with one ranking; its ballot's address."""
    site.welcome(MARA)
    with site.filling():
        asked = steps.question(QuestionKind.RANK, "irv", options=steps.options(*_NAMES))
        return f"{address_of(steps.make_open_now(asked, kind=kind))}stimmzettel/"


def answers(site: Site) -> list[object]:
    """What was voted in an open poll."""
    with site.app.app_context():
        return [row.choice for row in db.session.query(PollRoll)]


def cast(page: Page) -> None:
    page.get_by_role("button", name="Weiter: Auswahl prüfen").click()
    page.get_by_role("button", name="Stimme abgeben").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ihre Stimme ist angekommen")


def test_resident_ranks_without_javascript_and_finds_the_vote_after_the_count(
    site: Site, window: Window
) -> None:
    ballot = make_ranking(site, PollKind.SEALED)
    page = sign_in(window(java_script_enabled=False), MARA)
    page.goto(ballot)
    page.get_by_label("Garten").select_option("1")
    page.get_by_label("Sport").select_option("1")
    page.get_by_role("button", name="Weiter: Auswahl prüfen").click()
    expect(page.get_by_role("alert")).to_contain_text("Ein Rang ist zweimal vergeben.")
    code = page.locator(".code").inner_text()
    expect(page.get_by_label("Garten")).to_have_value("1")
    page.get_by_label("Sport").select_option("2")
    cast(page)
    with site.filling():
        poll = db.session.query(Poll).one()
        private = keys.combine(steps.SHARES[1], steps.SHARES[2]).private_key
        envelope = db.session.query(PollRoll).one().envelope or b""
        assert sealing.open_envelope(private, envelope) == (sealing.normal_code(code), [[4, 3]])
        keeping_time.keep_time(steps.AFTER)
        assert len(counting_job.final_hashes(poll.id)) == 1
        steps.count(poll)
    page.goto(ballot.replace("stimmzettel", "ergebnis"))
    page.get_by_role("link", name="Stimmzettel suchen").click()
    page.get_by_label("Ihr Prüfcode").fill(code)
    page.get_by_role("button", name="Stimmzettel suchen").click()
    expect(page.get_by_role("status")).to_have_text("Dieser Stimmzettel wurde gezählt.")
    ballot_paper = page.get_by_role("region", name="Das steht auf dem Stimmzettel")
    expect(ballot_paper.get_by_role("listitem")).to_have_text(["Garten", "Sport"])


def test_resident_ranks_with_buttons_that_do_the_same(site: Site, window: Window) -> None:
    ballot = make_ranking(site)
    page = sign_in(window(java_script_enabled=True), MARA)
    page.goto(ballot)
    said = page.get_by_role("status")
    for name in ("Sport", "Garten", "Garten", "Sitzplätze"):
        page.get_by_role("button", name=f"Nach oben: {name}").click()
    expect(said).to_have_text("Sitzplätze: jetzt Platz 3")
    expect(page.get_by_role("button", name="Nach oben: Sitzplätze")).to_be_focused()
    labels = [one.strip() for one in page.locator(".rank label").all_inner_texts()]
    assert labels == ["Garten", "Sport", "Sitzplätze", "Spielplatz"]
    page.get_by_role("button", name="Nach unten: Garten").click()
    page.get_by_role("button", name="Nach unten: Sitzplätze").click()
    expect(said).to_have_text("Sitzplätze: jetzt ohne Platz")
    expect(page.get_by_label("Sitzplätze", exact=True)).to_have_value("")
    cast(page)
    assert answers(site) == [[[3, 4]]]


def test_resident_votes_with_nothing_but_the_keyboard(site: Site, window: Window) -> None:
    ballot = make_ranking(site)
    page = sign_in(window(java_script_enabled=True), MARA)
    page.goto(ballot.removesuffix("stimmzettel/"))
    press(page, "Zum Stimmzettel")
    expect(page.get_by_role("heading", level=1)).to_have_text("Stimmzettel")
    press(page, "Nach oben: Sport")
    press(page, "Nach oben: Garten", key="Space")
    page.keyboard.press("Space")
    tab_to(page, "Spielplatz")
    page.keyboard.type("3")
    press(page, "Weiter: Auswahl prüfen")
    expect(page.get_by_role("heading", level=1)).to_have_text("Alles richtig?")
    press(page, "Noch etwas ändern")
    expect(page.get_by_label("Garten", exact=True)).to_have_value("1")
    press(page, "Weiter: Auswahl prüfen")
    expect(page.get_by_role("heading", level=1)).to_have_text("Alles richtig?")
    press(page, "Stimme abgeben")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ihre Stimme ist angekommen")
    assert answers(site) == [[[4, 3, 2]]]


def test_enter_leads_to_the_check_and_not_to_a_sum(site: Site, window: Window) -> None:
    site.welcome(MARA)
    with site.filling():
        costed = steps.options("Bänke", "Bäume", cost=10)
        asked = steps.question(QuestionKind.BUDGET, "greedy", options=costed, budget=10)
        ballot = f"{address_of(steps.make_open_now(asked, kind=PollKind.OPEN))}stimmzettel/"
    page = sign_in(window(java_script_enabled=True), MARA)
    page.goto(ballot)
    page.get_by_label("Bänke").check()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Alles richtig?")
