"""Merging suggestions: who may, into what, who is asked, what everybody sees. On both databases."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from participation.core.db import db
from participation.core.messages import DomainError, NotFound
from participation.journal.models import JournalEntry
from participation.permissions import Actor, Role
from participation.projects.rules import Participation
from participation.suggestions import merging, merging_queries, rules, service, support
from participation.suggestions.merging_rules import TargetNotOpen
from participation.suggestions.models import Suggestion
from participation.suggestions.rules import HideCode, State
from participation.suggestions.service import Given
from tests.checking_client import CheckingClient
from tests.factories import (
    LONG_ENOUGH,
    TERMS,
    coordinator,
    make_comment,
    make_project,
    make_suggestion,
)
from tests.people import AYLIN, JONAS, KIM, MARA, NOAH, NOW, make_person
from tests.suggestions.test_parallel import all_at_once, browsers_of
from tests.suggestions.test_parallel import post as send

SECRET = "Kanarienvogel"


def merge(suggestion: Suggestion, target: Suggestion, actor: Actor | None = None) -> Suggestion:
    return merging.merge(
        suggestion.id, actor or coordinator(), NOW, TERMS,
        target_number=target.number or 0, public_text=LONG_ENOUGH,
    )  # fmt: skip


@pytest.mark.parametrize("state", [State.IN_REVIEW, State.COLLECTING])
def test_coordinator_merges_and_supports_stay_where_they_are(session: None, state: State) -> None:
    target = make_suggestion()
    suggestion = make_suggestion(state)
    if state is State.COLLECTING:
        support.give(suggestion.id, make_person(MARA).actor, NOW, TERMS, wants_mail=True)
    merged = merge(suggestion, target)
    assert (merged.state, merged.merged_into_id) == (State.MERGED, target.id)
    assert (merged.due_on, merged.question_due_on) == (None, None)
    assert merged.number is not None
    assert target.supports == 0
    entry = db.session.scalars(
        sa.select(JournalEntry).where(JournalEntry.event == "suggestion:merged")
    ).one()
    assert entry.facts["target"] == target.id


@pytest.mark.parametrize("state", sorted(set(State) - {State.COLLECTING, State.QUORUM_REACHED}))
def test_target_must_be_one_that_can_be_supported(session: None, state: State) -> None:
    target = make_suggestion(state, quorum=2)
    suggestion = make_suggestion()
    with pytest.raises(TargetNotOpen):
        merge(suggestion, target)
    assert suggestion.state is State.COLLECTING


def test_target_is_another_one_and_its_period_is_running(session: None) -> None:
    suggestion = make_suggestion()
    over = make_suggestion(now=NOW - timedelta(weeks=9))
    for number in (suggestion.number, over.number, 0, 4711):
        with pytest.raises(TargetNotOpen):
            merging.merge(
                suggestion.id, coordinator(), NOW, TERMS,
                target_number=number or 0, public_text=LONG_ENOUGH,
            )  # fmt: skip
    reached = make_suggestion(State.QUORUM_REACHED, quorum=2)
    assert merge(suggestion, reached).state is State.MERGED


@pytest.mark.parametrize("state", sorted(set(State) - {State.IN_REVIEW, State.COLLECTING}))
def test_only_what_is_reviewed_or_collects_can_be_merged(session: None, state: State) -> None:
    target = make_suggestion()
    with pytest.raises(DomainError) as failure:
        merge(make_suggestion(state, quorum=2), target)
    assert isinstance(failure.value, NotFound | rules.NotNow)


def test_nobody_merges_the_own_one_or_into_the_own_one(session: None) -> None:
    mara = make_person(MARA)
    actor = Actor(mara.id, frozenset({Role.RESIDENT, Role.COORDINATOR}))
    own, other = make_suggestion(author=mara), make_suggestion()
    for suggestion, target in ((own, other), (other, own)):
        with pytest.raises(rules.NotYours):
            merge(suggestion, target, actor)


@pytest.mark.parametrize("persona", [JONAS, MARA, AYLIN])
def test_others_do_not_merge(session: None, persona: object) -> None:
    suggestion, target = make_suggestion(), make_suggestion()
    with pytest.raises((rules.NotYours, NotFound)):
        merge(suggestion, target, make_person(persona).actor)  # type: ignore[arg-type]


def test_pointers_are_followed_to_the_last_one(session: None) -> None:
    first, second, third = (make_suggestion() for _ in range(3))
    merge(first, second)
    merge(second, third)
    found = merging_queries.where_it_ended(first.id)
    assert found is not None
    assert found.id == third.id
    assert [row.number for row in merging_queries.merged_into(third.id)] == [second.number]
    with pytest.raises(TargetNotOpen):
        merge(third, first)


def test_likely_targets_are_of_the_same_project_first(session: None) -> None:
    project = make_project()
    same = make_suggestion(project_id=project.id, now=NOW - timedelta(days=9))
    newer, older = make_suggestion(), make_suggestion(now=NOW - timedelta(days=1))
    make_suggestion(State.REJECTED)
    make_suggestion(now=NOW - timedelta(weeks=9))
    suggestion = make_suggestion(State.IN_REVIEW, project_id=project.id)
    found = merging_queries.likely_targets(suggestion, NOW, 8)
    assert [one.id for one in found] == [same.id, newer.id, older.id]


def test_ring_of_two_merges_at_once_is_one_merge(app: Flask) -> None:
    with app.app_context():
        pair = [make_suggestion(), make_suggestion()]
        keys, numbers = [one.id for one in pair], [one.number for one in pair]
        kim = make_person(KIM).id
        db.session.commit()
    browser, csrf = browsers_of(app, [kim])[0]
    jobs = [
        lambda key=key, number=number: send(
            app, browser, f"/de/verwaltung/anregungen/{key}/zusammenlegen/",
            {"csrf_token": csrf, "target": str(number), "public_text": LONG_ENOUGH},
        )
        for _ in range(4)
        for key, number in zip(keys, reversed(numbers), strict=True)
    ]  # fmt: skip
    assert sorted(all_at_once(jobs)) == [303] + [409] * 7
    with app.app_context():
        states = db.session.scalars(sa.select(Suggestion.state)).all()
        assert sorted(states) == [State.COLLECTING, State.MERGED]
        events = sa.select(sa.func.count()).where(JournalEntry.event == "suggestion:merged")
        assert db.session.scalar(events) == 1


def test_coordinator_reads_both_texts_and_merges(client: CheckingClient) -> None:
    with client.app.app_context():
        key = make_suggestion(State.IN_REVIEW, title="Schatten für Neun Morgen").id
        number = make_suggestion(title="Mehr Bäume in Marienborn", place="Am Sportplatz").number
        closed = make_suggestion(State.REJECTED).number
        db.session.commit()
    client.sign_in(KIM)
    path = f"/de/verwaltung/anregungen/{key}/zusammenlegen/"
    assert f'href="{path}"' in client.get(f"/de/verwaltung/anregungen/{key}/").html
    page = client.get(path)
    assert "Mehr Bäume in Marienborn" in page.main
    page = client.get(f"{path}?ziel={number}")
    assert "Diese bleibt: Anregung 1" in page.main
    assert "Am Sportplatz" in page.main
    assert "geht das nicht" in client.get(f"{path}?ziel={closed}").main
    assert "geht das nicht" in client.get(f"{path}?ziel=999999999").main
    typed = {"target": str(number), "public_text": "Zu kurz"}
    assert client.post(path, typed, status=422).value("public_text") == "Zu kurz"
    typed = {"target": str(closed), "public_text": LONG_ENOUGH}
    assert client.post(path, typed, status=409).value("public_text") == LONG_ENOUGH
    done = client.post(path, typed | {"target": str(number)})
    assert "Anregung 1: Mehr Bäume" in client.get(done.location).main
    page = client.post(path, typed | {"target": str(number)}, status=409)
    assert page.value("public_text") == LONG_ENOUGH
    client.get(path, status=409)


def test_what_was_never_published_shows_its_number_and_where_it_points_only(
    client: CheckingClient,
) -> None:
    with client.app.app_context():
        project = make_project()
        target = make_suggestion(title="Die öffentliche Anregung")
        secret = {"title": f"{SECRET} im Titel", "text": f"{SECRET} im Text. {LONG_ENOUGH}",
                  "reason": f"{SECRET} in der Begründung", "place": f"{SECRET} am Ort"}  # fmt: skip
        suggestion = make_suggestion(
            State.IN_REVIEW, author=make_person(MARA), project_id=project.id, **secret
        )
        merge(suggestion, target)
        key, number, slug = suggestion.id, suggestion.number, project.slug
        db.session.commit()
    for persona in (None, NOAH, AYLIN, JONAS):
        client.sign_in(persona)
        own_department = persona is JONAS
        page = client.get(f"/de/anregungen/{number}/")
        assert "Die öffentliche Anregung" in page.main
        assert LONG_ENOUGH in page.main
        assert (SECRET in page.html) is own_department
        for path in ("/de/anregungen/", "/de/anregungen/?status=zusammengelegt", "/de/",
                     "/de/anregungen/1/", f"/de/vorhaben/{slug}/"):  # fmt: skip
            assert SECRET not in client.get(path).html, path
        response = client.browser.get(f"/de/anregungen/{number}/kommentare/")
        assert response.status_code == 404
        assert SECRET not in response.text
    assert SECRET in client.sign_in(MARA).get(f"/de/anregungen/{number}/").html
    assert SECRET in client.sign_in(KIM).get(f"/de/verwaltung/anregungen/{key}/").html


def test_reader_is_led_on_and_the_target_says_what_came_to_it(client: CheckingClient) -> None:
    with client.app.app_context():
        target = make_suggestion(title="Die bleibt")
        suggestion = make_suggestion(title="Die wird zusammengelegt", supports=2)
        make_comment(suggestion, author=make_person(NOAH))
        merge(suggestion, target)
        key, number, target_number = target.id, suggestion.number, target.number
        db.session.commit()
    page = client.get(f"/de/anregungen/{number}/")
    assert "Hier geht es weiter: Anregung 1: Die bleibt" in page.main
    assert "unterstuetzen/" not in page.html
    assert "Mit einer anderen zusammengelegt" in page.main
    page = client.get(f"/de/anregungen/{target_number}/")
    assert f"Zusammengelegt aus: Anregung {number}" in page.main
    assert "Eine andere Anregung kam dazu" in page.main
    assert "Die wird" not in client.get("/de/anregungen/").main
    assert "Die wird" in client.get("/de/anregungen/?status=zusammengelegt").main
    client.sign_in(MARA).post(f"/de/anregungen/{number}/unterstuetzen/", status=409)
    with client.app.app_context():
        given = Given(hide_reason=HideCode.UNLAWFUL, internal_text="Ein Vermerk.")
        service.act(key, "hide", coordinator(), NOW, TERMS, given)
        db.session.commit()
    page = client.get(f"/de/anregungen/{number}/")
    assert "ist nicht mehr öffentlich" in page.main
    assert "Die bleibt" not in page.main


def test_result_of_a_project_does_not_name_what_was_merged_before_it_was_published(
    client: CheckingClient,
) -> None:
    with client.app.app_context():
        project = make_project(participation=Participation.COMPLETED)
        hidden = make_suggestion(State.IN_REVIEW, title=f"Titel {SECRET}", project_id=project.id)
        shown = make_suggestion(title="Eine, die öffentlich war", project_id=project.id)
        target = make_suggestion()
        for one in (hidden, shown):
            merge(one, target)
        db.session.commit()
    page = client.get("/de/vorhaben/sp-gleisberg/ergebnis/")
    assert "Eine, die öffentlich war" in page.main
    assert SECRET not in page.html
