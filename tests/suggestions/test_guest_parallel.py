"""Guests, accounts and staff at once, through HTTP, with real commits: the database counts."""

from collections.abc import Callable

from flask import Flask

from participation.core.db import db
from participation.suggestions import links
from participation.suggestions.models import Suggestion
from participation.suggestions.rules import State
from participation.suggestions.support_models import Support
from tests.factories import LONG_ENOUGH, make_suggestion, make_supporters
from tests.people import KIM, MARA, make_person
from tests.suggestions.guest_steps import ask, assert_count_is_true, events, link_of
from tests.suggestions.test_parallel import all_at_once, browsers_of, post

_BASE = "/de/anregungen/unterstuetzung"


def visitor(app: Flask) -> tuple[object, str]:
    """A browser that is signed in nowhere, with a token for its forms."""
    import re

    browser = app.test_client()
    page = browser.get("/de/konto/registrieren/").text
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found
    return browser, found[1]


def confirming(app: Flask, key: int, emails: list[str], **more: object) -> list[str]:
    """Ask for each address; return the paths that confirm."""
    secret = app.extensions["settings"].secret_key
    with app.app_context():
        tokens = [links.write(secret, ask(key, email, **more)) for email in emails]
        db.session.commit()
    return [f"{_BASE}/{token}/bestaetigen/" for token in tokens]


def begin(app: Flask, **values: object) -> tuple[int, int]:
    with app.app_context():
        suggestion = make_suggestion(**values)  # type: ignore[arg-type]
        key, number = suggestion.id, suggestion.number
        db.session.commit()
    return key, number or 0


def presses(app: Flask, browser: object, csrf: str, path: str, **more: str) -> Callable[[], int]:
    return lambda: post(app, browser, path, {"csrf_token": csrf} | more)  # type: ignore[arg-type]


def test_people_with_links_accounts_and_aliases_who_press_fifty_times_count_once_each(
    app: Flask,
) -> None:
    key, number = begin(app)
    with app.app_context():
        people = list(make_supporters(4))
        db.session.commit()
    # Two have an account and a link to the same mailbox, one of them with an alias.
    guests = ["g1@example.org", "g1+alias@example.org", "g2@example.org", "g3@example.org",
              "supporter-0000@example.org", "supporter-0001+x@example.org"]  # fmt: skip
    paths = confirming(app, key, guests)
    browser, csrf = visitor(app)
    jobs = [presses(app, browser, csrf, path) for path in paths]
    jobs += [
        presses(app, one, token, f"/de/anregungen/{number}/unterstuetzen/")
        for one, token in browsers_of(app, people)
    ]
    assert set(all_at_once(jobs * 50)) == {303}
    with app.app_context():
        assert assert_count_is_true(key) == 4 + 3


def test_link_that_is_confirmed_twenty_times_at_once_counts_once(app: Flask) -> None:
    key, _ = begin(app)
    (path,) = confirming(app, key, ["greta@example.org"])
    browser, csrf = visitor(app)
    assert set(all_at_once([presses(app, browser, csrf, path)] * 20)) == {303}
    with app.app_context():
        assert assert_count_is_true(key) == 1


def test_one_person_who_confirms_with_twenty_mailboxes_at_once_counts_once(app: Flask) -> None:
    key, _ = begin(app)
    paths = confirming(app, key, [f"m{n}@example.org" for n in range(20)], last_name="Eine")
    browser, csrf = visitor(app)
    assert set(all_at_once([presses(app, browser, csrf, path) for path in paths])) == {303}
    with app.app_context():
        assert assert_count_is_true(key) == 1


def test_account_and_link_of_one_mailbox_at_once_count_once(app: Flask) -> None:
    key, number = begin(app)
    with app.app_context():
        mara = make_person(MARA).id
        db.session.commit()
    (path,) = confirming(app, key, ["mara+gast@example.org"])
    browser, csrf = visitor(app)
    signed_in, token = browsers_of(app, [mara])[0]
    jobs = [
        presses(app, browser, csrf, path),
        presses(app, signed_in, token, f"/de/anregungen/{number}/unterstuetzen/"),
    ]
    assert set(all_at_once(jobs * 15)) == {303}
    with app.app_context():
        assert assert_count_is_true(key) == 1


def test_guests_at_the_quorum_reach_it_once(app: Flask) -> None:
    key, _ = begin(app, supports=3, quorum=4)
    paths = confirming(app, key, [f"m{n}@example.org" for n in range(12)])
    browser, csrf = visitor(app)
    assert set(all_at_once([presses(app, browser, csrf, path) for path in paths])) == {303}
    with app.app_context():
        assert assert_count_is_true(key) == 15
        assert events("suggestion:quorum_reached") == 1
        assert db.session.get_one(Suggestion, key).state is State.QUORUM_REACHED


def test_confirming_and_taking_back_at_once_keeps_the_count_true(app: Flask) -> None:
    key, _ = begin(app)
    (path,) = confirming(app, key, ["greta@example.org"])
    secret = app.extensions["settings"].secret_key
    with app.app_context():
        own = links.write(secret, link_of(key, "greta@example.org"))
    browser, csrf = visitor(app)
    jobs = [
        presses(app, browser, csrf, path),
        presses(app, browser, csrf, f"{_BASE}/{own}/zurueckziehen/"),
    ]
    # 410: a link that was used and taken back confirms nothing any more.
    assert set(all_at_once(jobs * 10)) <= {303, 410}
    with app.app_context():
        assert assert_count_is_true(key) in (0, 1)


def staff(app: Flask) -> tuple[object, str]:
    with app.app_context():
        kim = make_person(KIM).id
        db.session.commit()
    return browsers_of(app, [kim])[0]


_WHY = {"public_text": LONG_ENOUGH, "internal_text": "Ein Vermerk."}


def test_same_supports_are_struck_off_once_by_whoever_presses_at_once(app: Flask) -> None:
    key, _ = begin(app, supports=6, quorum=6)
    with app.app_context():
        chosen = [row.id for row in db.session.query(Support).order_by(Support.id).limit(2)]
    browser, csrf = staff(app)
    path = f"/de/verwaltung/anregungen/{key}/unterstuetzungen/"
    data = _WHY | {"csrf_token": csrf, "chosen": [str(one) for one in chosen]}
    job = lambda: post(app, browser, path, data)  # type: ignore[arg-type]  # noqa: E731
    assert sorted(all_at_once([job] * 8)) == [303] + [409] * 7
    with app.app_context():
        assert assert_count_is_true(key) == 4
        assert events("suggestion:fell_back") == 1


def test_striking_off_while_others_support_keeps_count_and_state_true(app: Flask) -> None:
    key, number = begin(app, supports=6, quorum=6)
    with app.app_context():
        chosen = [row.id for row in db.session.query(Support).order_by(Support.id)]
        people = list(make_supporters(9))[6:]
        db.session.commit()
    paths = confirming(app, key, [f"m{n}@example.org" for n in range(4)])
    browser, csrf = visitor(app)
    kim, token = staff(app)
    page = f"/de/verwaltung/anregungen/{key}/unterstuetzungen/"
    jobs = [presses(app, browser, csrf, path) for path in paths]
    jobs += [
        presses(app, one, other, f"/de/anregungen/{number}/unterstuetzen/")
        for one, other in browsers_of(app, people)
    ]
    jobs += [presses(app, kim, token, page, **_WHY, chosen=str(one)) for one in chosen]
    assert set(all_at_once(jobs)) == {303}
    with app.app_context():
        assert assert_count_is_true(key) == 7
        assert db.session.get_one(Suggestion, key).state is State.QUORUM_REACHED
        assert events("suggestion:quorum_reached") == events("suggestion:fell_back") + 1
