"""No POST without a token, and no GET that writes."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from participation.accounts.models import Person
from participation.core.access import public
from participation.core.db import Base, db
from participation.core.origin import is_open_to_mail_programs
from participation.permissions import Role
from tests.checking_client import CheckingClient
from tests.people import BY_ROLE, NOW
from tests.site.samples import make_world, samples

#: What a POST without a token may be answered with.
_REFUSED = (400, 401, 403, 404, 410, 422)


def contents(app: Flask) -> dict[str, list[tuple[object, ...]]]:
    """Everything in the database."""
    with app.app_context():
        return {
            table.name: [tuple(row) for row in db.session.execute(sa.select(table))]
            for table in Base.metadata.sorted_tables
        }


@pytest.mark.parametrize("role", [Role.RESIDENT, Role.COORDINATOR, Role.OFFICER, Role.VISITOR])
def test_post_without_a_token_is_refused_and_changes_nothing(
    client: CheckingClient, role: Role
) -> None:
    keys = make_world(client.app)
    client.sign_in(BY_ROLE[role])
    before = contents(client.app)
    posts = [sample for sample in samples(client.app, keys) if sample.method == "POST"]
    for sample in posts:
        for token in ({}, {"csrf_token": "forged"}):
            response = client.browser.post(sample.path, data=sample.data | token)
            # 422: the form again, filled in; 401/403: not even let in; 410: no such link
            assert response.status_code in _REFUSED, sample.path
    assert contents(client.app) == before
    assert len(posts) > 15


def test_only_the_link_of_mail_programs_works_without_a_token(app: Flask) -> None:
    exempt = {name for name, view in app.view_functions.items() if is_open_to_mail_programs(view)}
    assert exempt == {"unsubscribing.one_click"}
    names = {f"{v.__module__}.{v.__name__}" for v in map(app.view_functions.get, exempt) if v}
    assert app.extensions["csrf"]._exempt_views == names


def test_post_that_asks_for_no_token_is_found(app_beside: Callable[..., Flask]) -> None:
    app = app_beside()
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    assert app.test_client().post("/de/konto/abmelden/").status_code not in _REFUSED


def test_a_token_of_another_session_is_worth_nothing(client: CheckingClient) -> None:
    keys = make_world(client.app)
    foreign = client.sign_in(BY_ROLE[Role.COORDINATOR]).token()
    client.sign_in(BY_ROLE[Role.RESIDENT])
    path = f"/de/anregungen/{keys['number']}/unterstuetzen/"
    assert client.browser.post(path, data={"csrf_token": foreign}).status_code == 400


def test_get_that_writes_fails_on_both_databases(app_beside: Callable[..., Flask]) -> None:
    app = app_beside()

    @app.get("/writing/")
    @public
    def writing() -> str:
        db.session.add(Person(email="x@example.org", created_at=NOW))
        db.session.commit()
        return "written"

    with pytest.raises(sa.exc.DBAPIError):
        app.test_client().get("/writing/")
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Person)) == 0
