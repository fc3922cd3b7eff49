"""Before they send, authors are shown what is there already; staff find doubles."""

from participation.core.db import db
from participation.core.search_index import Kind
from participation.suggestions import similar
from participation.suggestions.rules import State
from tests.checking_client import CheckingClient
from tests.factories import make_department, make_project, make_suggestion
from tests.people import KIM, MARA, make_person

TITLE = "Sonnensegel für den Spielplatz"
TEXT = "Auf dem Spielplatz fehlt Schatten. Kinder verbrennen sich an den heißen Rutschen im Sommer."
LIKE = {
    "title": "Mehr Schatten auf dem Spielplatz",
    "text": "Im Sommer ist der Spielplatz zu heiß. Bitte Sonnensegel, damit die Rutschen kühl sind.",
}


def test_closest_comes_first_and_nothing_that_is_not_public(session: None) -> None:
    project = make_project("sp", title="Spielplatz im Sommer: Schatten und Sonnensegel")
    make_suggestion(title="Bänke am Rheinufer", text="Am Ufer fehlen Bänke für alte Menschen.")
    public = make_suggestion(**LIKE)
    for state in (State.SUBMITTED, State.DRAFT, State.HIDDEN):
        make_suggestion(state, **LIKE)
    draft = make_suggestion(State.DRAFT, author=make_person(MARA), title=TITLE, text=TEXT)
    found = similar.similar_to(draft, ["de"])
    expected = {(Kind.SUGGESTION, public.id), (Kind.PROJECT, project.id)}
    assert {(one.kind, one.key) for one in found} == expected
    assert len(found) == len(expected)
    assert [one.likeness for one in found] == sorted((one.likeness for one in found), reverse=True)


def test_suggestion_is_not_like_itself_nor_like_its_own_project(session: None) -> None:
    project = make_project("sp", title=LIKE["title"])
    mine = make_suggestion(**LIKE, project_id=project.id)
    assert similar.similar_to(mine, ["de"]) == []


def test_project_is_shown_once_in_the_readers_language(session: None) -> None:
    texts = {
        "de": {"title": LIKE["title"], "summary": LIKE["text"]},
        "en": {"title": "Shade: Schatten, Spielplatz, Sonnensegel", "summary": LIKE["text"]},
    }
    make_project("sp", texts=texts)
    draft = make_suggestion(State.DRAFT, title=TITLE, text=TEXT)
    assert [one.language for one in similar.similar_to(draft, ["en", "de"])] == ["en"]
    assert [one.language for one in similar.similar_to(draft, ["de"])] == ["de"]


def test_author_reads_what_is_alike_before_sending(client: CheckingClient) -> None:
    with client.app.app_context():
        make_project("sp", title="Spielplatz im Sommer: Schatten und Sonnensegel")
        number = make_suggestion(**LIKE).number
        mara = make_person(MARA)
        key = make_suggestion(State.DRAFT, author=mara, title=TITLE, text=TEXT).id
        other = make_suggestion(
            State.DRAFT, author=mara, title="Bücherschrank", text="Ein Schrank für alte Bücher."
        ).id
        db.session.commit()
    client.sign_in(MARA)
    page = client.get(f"/de/anregungen/neu/{key}/pruefen/")
    assert "Gibt es das schon?" in page.main
    assert f'href="/de/anregungen/{number}/"' in page.html
    assert 'href="/de/vorhaben/sp/"' in page.html
    assert "Gibt es das schon?" not in client.get(f"/de/anregungen/neu/{other}/pruefen/").main


def test_coordinator_finds_doubles_and_is_offered_them_for_merging(client: CheckingClient) -> None:
    with client.app.app_context():
        make_department()
        number = make_suggestion(**LIKE).number
        for _ in range(9):
            make_suggestion(title="Bänke am Rheinufer", text="Am Ufer fehlen Bänke für Ältere.")
        key = make_suggestion(State.IN_REVIEW, author=make_person(MARA), title=TITLE, text=TEXT).id
        db.session.commit()
    client.sign_in(KIM)
    page = client.get(f"/de/verwaltung/anregungen/{key}/")
    assert f"Klingt ähnlich {LIKE['title']}" in page.main
    likely = client.get(f"/de/verwaltung/anregungen/{key}/zusammenlegen/").html
    first = likely.index("ziel=")
    assert likely[first:].startswith(f"ziel={number}")
