"""Pages about polls for voters and for everybody; each look is what ``visits.Visit`` takes."""

from datetime import timedelta
from typing import Any

from playwright.sync_api import Page

from participation.city.queries import districts
from participation.polls import board_job, service
from participation.polls.casting import Declared
from participation.polls.models import Poll
from participation.polls.rules import Eligible, PollKind, QuestionKind
from tests.factories import coordinator
from tests.people import NOW
from tests.polls import steps
from tests.polls.pages import address_of, every_kind

Look = tuple[Any, ...]
_LONG_WORD = "Straßenbahnhaltestellenbarrierefreiheitsverbesserungsprogramm"
_NEXT, _CAST = "Weiter: Auswahl prüfen", "Stimme abgeben"


def fill(fingerprint_key: str) -> dict[str, str]:
    """Polls of all sorts: addresses, one check code, one code of a letter."""
    counted, codes = steps.make_counted(1, 2, 2, 3, texts={"de": {"title": "Ausgezählt"}})
    letter, letters = steps.make_for_letters(2, fingerprint_key)
    pictured, _file = steps.make_pictured()
    cancelled = steps.make_open_now(kind=PollKind.OPEN)
    reason = f"{_LONG_WORD}, und zwar sofort."
    service.cancel(cancelled.id, coordinator(), NOW, seen_version=cancelled.version, reason=reason)
    coming = steps.make_draft(opens_at=NOW + timedelta(days=3))
    service.announce(coming.id, coordinator(), NOW, seen_version=coming.version)
    polls = {
        "counted": counted, "letter": letter, "pictured": pictured, "cancelled": cancelled,
        "coming": coming, "full": _full(), "quick": steps.make_open_now(kind=PollKind.OPEN),
        "ranked": _ranked(),
    }  # fmt: skip
    addresses = {name: address_of(poll) for name, poll in polls.items()}
    return addresses | {"code": codes[0], "letter_code": letters[0]}


def _full() -> Poll:
    """Every kind of question, long words, a declaration, and something on the board."""
    words = {"title": f"{_LONG_WORD}?", "introduction": f"Es geht um {_LONG_WORD}.\n\n* Bänke"}
    options = steps.options(_LONG_WORD, "Bänke", "Bäume")
    district = districts()[0].id
    poll = steps.make_open_now(
        *every_kind(),
        steps.question(QuestionKind.RANK, "irv", text=f"{_LONG_WORD}?", options=options),
        texts={"de": words},
        eligible=Eligible.DISTRICTS,
        districts=frozenset({district}),
        min_age=16,
    )
    declared = Declared(is_old_enough=True, district_id=district)
    for voter in steps.make_voters(3, start=900):
        steps.vote(poll, voter, *[None] * 8, now=NOW, declared=declared)
    board_job.publish_batch(poll, NOW)
    return poll


def _ranked() -> Poll:
    """More options than a list of places has."""
    names = [f"{_LONG_WORD} {number}" for number in range(11)]
    asked = steps.question(QuestionKind.RANK, "schulze", options=steps.options(*names))
    return steps.make_open_now(asked, kind=PollKind.OPEN)


def _press(*names: str) -> Any:
    def press(page: Page) -> None:
        for name in names:
            page.get_by_role("main").get_by_role("button", name=name, exact=True).click()

    return press


def visitors(polls: dict[str, str]) -> list[Look]:
    """Lists, sheets, boards, results."""
    result = f"{polls['counted']}ergebnis/"
    return [
        ("/de/abstimmungen/", "Frühere Abstimmungen"),
        (polls["full"], "Wovor das nicht schützt"),
        (polls["quick"], "Eine offene Abstimmung"),
        (polls["pictured"], "Marktplatz"),
        (polls["letter"], "Sie brauchen den Code aus Ihrem Brief."),
        (polls["coming"], "Abstimmen können Sie ab"),
        (polls["cancelled"], "Diese Abstimmung wurde abgebrochen."),
        (polls["counted"], "Abgegebene Stimmen"),
        (f"{polls['full']}tafel/", "Unterschriebene Köpfe"),
        (f"{polls['coming']}tafel/", "Noch steht nichts auf der Tafel."),
        (f"{polls['full']}ergebnis/", "Noch kein Ergebnis"),
        (result, "So wurde gezählt"),
        (f"{result}?code={polls['code']}", "Dieser Stimmzettel wurde gezählt."),
        (f"{result}?code=x", "Diesen Prüfcode gibt es in der Liste nicht."),
        (f"{polls['letter']}code/", "Code aus Ihrem Brief"),
    ]


def visitors_acts(polls: dict[str, str]) -> list[Look]:
    """Voting with a letter."""
    code = f"{polls['letter']}code/"

    def type_code(typed: str, *then: str) -> Any:
        def act(page: Page) -> None:
            page.get_by_label("Code aus Ihrem Brief").fill(typed)
            _press("Zum Stimmzettel", *then)(page)

        return act

    return [
        (code, "Diesen Code gibt es nicht.", type_code("ABCD-EFGH-IJ23")),
        (code, "Ihr Prüfcode", type_code(polls["letter_code"])),
        (code, "Ihre Stimme ist angekommen", type_code(polls["letter_code"], _NEXT, _CAST)),
    ]


def residents(polls: dict[str, str]) -> list[Look]:
    """Ballots of every kind, with faults, checked, cast, and once more."""
    quick, full = (f"{polls[name]}stimmzettel/" for name in ("quick", "full"))

    def too_much(page: Page) -> None:
        for number in (1, 2, 3):
            page.locator(f"#q7-{number}").check()
        _press("Summe ausrechnen")(page)

    def wrong(page: Page) -> None:
        too_much(page)
        _press(_NEXT)(page)

    return [
        (full, "Ich bin mindestens 16 Jahre alt."),
        (full, "Gewählt: 45.000 € von 30.000 €.", too_much),
        (full, "Bitte prüfen Sie 3 Angaben", wrong),
        (f"{polls['pictured']}stimmzettel/", "Ihr Prüfcode"),
        (f"{polls['ranked']}stimmzettel/", "Vergeben Sie jeden Platz nur einmal."),
        (quick, "Alles richtig?", _press(_NEXT)),
        (quick, "Ihre Stimme ist angekommen", _press(_NEXT, _CAST)),
        (quick, "Sie haben schon abgestimmt."),
        (polls["quick"], "Ihre Stimme ist da."),
        (f"{polls['pictured']}stimmzettel/", "Ihr Umschlag", _press(_NEXT, _CAST)),
    ]
