"""Pages about polls for voters and for everybody; each look is what ``visits.Visit`` takes."""

from datetime import timedelta
from typing import Any

from playwright.sync_api import Page

from participation.city.queries import districts
from participation.polls import board_job, keys, making, service
from participation.polls.canonical import canonical
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
    addresses = {name: address_of(poll) for name, poll in polls.items()} | _behind_the_scenes()
    return addresses | {"code": codes[0], "letter_code": letters[0]}


def _behind_the_scenes() -> dict[str, str]:
    """Drafts of the office, and polls at the steps of the board; addresses of their pages."""
    words = {"title": f"{_LONG_WORD}?", "introduction": f"Es geht um {_LONG_WORD}."}
    long = {"texts": {"de": words}}
    kim = coordinator()
    drafts = {
        "draft": steps.make_draft(*every_kind(), kind=PollKind.OPEN, **long),
        "listed": steps.make_draft(kind=PollKind.OPEN, eligible=Eligible.LISTED, **long),
        "letters": steps.make_draft(kind=PollKind.OPEN, eligible=Eligible.LETTER, **long),
    }
    keyless = making.create(kim, NOW, "keyless", steps.sheet(texts=long["texts"]))
    untested = making.create(kim, NOW, "untested", steps.sheet(texts=long["texts"]))
    public = keys.public_document(steps.KEY, keys.Mode.SHARES)
    making.set_key(untested.id, kim, NOW, canonical(public))
    closed = steps.make_closed(1, 2, **long)
    boards = {"keyless": keyless, "untested": untested, "closed": closed}
    return {name: f"/de/verwaltung/abstimmungen/{poll.id}/" for name, poll in drafts.items()} | {
        name: f"/de/beirat/abstimmungen/{poll.slug}/" for name, poll in boards.items()
    }


def coordinators(polls: dict[str, str]) -> list[Look]:
    """Making polls: lists, forms with and without faults, lists of voters, letters."""
    draft, question = polls["draft"], f"{polls['draft']}fragen/1/"

    def bad_list(page: Page) -> None:
        page.locator("#addresses").fill("a@example.org\nkein\nA@example.org")
        _press("Liste speichern")(page)

    return [
        ("/de/verwaltung/abstimmungen/", "Neue Abstimmung"),
        ("/de/verwaltung/abstimmungen/neu/", "Wer darf abstimmen?"),
        ("/de/verwaltung/abstimmungen/neu/", "Bitte prüfen Sie", _press("Entwurf anlegen")),
        (draft, "Nichts mehr."),
        (polls["listed"], "Die Liste der Menschen, die abstimmen dürfen, ist leer."),
        (f"{draft}angaben/", "Angaben zur Abstimmung"),
        (f"{draft}vorschau/", "Hier wird nichts abgegeben."),
        (f"{draft}fragen/neu/", "Welche Regel passt?"),
        (f"{draft}fragen/neu/", "Bitte schreiben Sie die Frage.", _press("Frage speichern")),
        (question, "Art und Zählung"),
        (question, "mindestens eine Antwort", _press("Antworten hinzufügen")),
        (f"{question}antworten/1/", "Erklärung"),
        (f"{question}antworten/1/bild/", "Bild der Antwort"),
        (f"{question}antworten/1/bild/", "Bitte prüfen Sie 2 Angaben", _press("Bild speichern")),
        (f"{polls['listed']}liste/", "0 Menschen stehen auf der Liste."),
        (f"{polls['listed']}liste/", "Zeile 3: steht schon in Zeile 1.", bad_list),
        (f"{polls['letters']}briefe/", "Nur dieses eine Mal."),
        (f"{polls['letters']}briefe/", "Bitte prüfen Sie 1 Angabe",
         _press("Codes machen und Briefe laden")),
        (polls["keyless"], "public.json hochladen"),
        (polls["keyless"], "Bitte prüfen Sie 1 Angabe", _press("Hochladen")),
    ]  # fmt: skip


def boards(polls: dict[str, str]) -> list[Look]:
    """The ceremony, step by step."""

    def wrong_word(page: Page) -> None:
        page.locator("#test1-word").fill("ABCD-EFGH")
        page.get_by_role("button", name="Wort prüfen").nth(1).click()

    return [
        ("/de/beirat/abstimmungen/", "Umschläge öffnen"),
        (polls["keyless"], "Die Koordinierungsstelle lädt public.json hier hoch."),
        (polls["untested"], "Geben Sie hier jedes Wort ein"),
        (polls["untested"], "Bitte prüfen Sie jedes Zeichen.", wrong_word),
        (f"{polls['untested']}anleitung/", "Was Sie brauchen"),
        (polls["closed"], "Stand der Tafel"),
        (polls["closed"], "Bitte prüfen Sie 1 Angabe", _press("Auszählen und veröffentlichen")),
    ]


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
        (f"{result}stimmzettel/", "Ihr Prüfcode"),
        (f"{polls['letter']}code/", "Code aus Ihrem Brief"),
    ]


def visitors_acts(polls: dict[str, str]) -> list[Look]:
    """Voting with a letter; looking up one's own ballot."""
    code = f"{polls['letter']}code/"
    search = f"{polls['counted']}ergebnis/stimmzettel/"

    def find(typed: str) -> Any:
        def act(page: Page) -> None:
            page.get_by_label("Ihr Prüfcode").fill(typed)
            _press("Stimmzettel suchen")(page)

        return act

    def type_code(typed: str, *then: str) -> Any:
        def act(page: Page) -> None:
            page.get_by_label("Code aus Ihrem Brief").fill(typed)
            _press("Zum Stimmzettel", *then)(page)

        return act

    return [
        (search, "Dieser Stimmzettel wurde gezählt.", find(polls["code"])),
        (search, "Diesen Prüfcode gibt es in der Liste nicht.", find("x")),
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
