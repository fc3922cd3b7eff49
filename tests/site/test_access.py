"""Every route says who may, and every route × role cell is as GRANTS says."""

import pytest
from flask import Flask

from participation.core.access import declared_access
from participation.permissions import GRANTS, Permission, Role
from tests.checking_client import CheckingClient
from tests.conftest import settings_for
from tests.people import BY_ROLE
from tests.site.samples import make_world, samples


def is_let_in(status: int, location: str) -> bool:
    """Tell whether a request got past the door (what happens behind it is another matter)."""
    sent_to_sign_in = status == 303 and "/konto/anmelden/" in location and "weiter=" in location
    return not sent_to_sign_in and status not in (401, 403)


@pytest.mark.parametrize("role", BY_ROLE)
def test_role_gets_exactly_what_grants_says(client: CheckingClient, role: Role) -> None:
    keys = make_world(client.app)
    wrong, requests = [], 0
    for sample in samples(client.app, keys):
        client.sign_in(BY_ROLE[role])
        if sample.method == "POST":
            data = sample.data | {"csrf_token": client.token()}
            response = client.browser.post(sample.path, data=data)
        else:
            response = client.browser.get(sample.path)
        requests += 1
        expected = sample.permission is None or sample.permission in GRANTS[role]
        got = is_let_in(response.status_code, response.headers.get("Location", ""))
        # Who may not even know of a thing gets the same 404 as for one that is not there.
        got = got and (expected or response.status_code != 404)
        if got is not expected or response.status_code >= 500:
            wrong.append((sample.method, sample.path, response.status_code, f"{expected=}"))
    assert wrong == []
    assert requests > 40


def test_every_permission_opens_something(app: Flask) -> None:
    keys = make_world(app)
    asked = {sample.permission for sample in samples(app, keys)}
    not_on_the_web = {Permission.SUGGESTION_CLOSE, Permission.POLL_KEEP_TIME}
    by_public_pages = {
        Permission.PROJECT_READ,
        Permission.MEETING_READ,
        Permission.SUGGESTION_READ,
        Permission.POLL_READ,
    }
    # These change what a page shows: tests/projects/test_editing_pages.py.
    beside_another = {Permission.PROJECT_EDIT_ALL, Permission.PROJECT_SEE_REVIEW}
    assert set(Permission) - asked == not_on_the_web | by_public_pages | beside_another


def test_view_that_says_nothing_is_found() -> None:
    from participation.app import create_app

    app = create_app(settings_for("sqlite:///:memory:"))
    app.add_url_rule("/silent/", "silent", lambda: "hello")
    with pytest.raises(RuntimeError, match="silent"):
        declared_access(app)


def test_cell_that_is_wrong_is_found() -> None:
    assert not is_let_in(403, "")
    assert not is_let_in(401, "")
    assert not is_let_in(303, "/de/konto/anmelden/?weiter=/de/")
    assert is_let_in(303, "/de/konto/anmelden/")
    assert is_let_in(404, "")
