"""Granting and taking away roles: by administrators, on the web and on the command line."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from flask import Flask

from participation.accounts import roles, service
from participation.accounts.models import RoleGrant
from participation.accounts.queries import person_by_email
from participation.accounts.rules import (
    DepartmentNeeded,
    LastAdministrator,
    NobodyWithAccount,
    NothingToRevoke,
    OwnRights,
)
from participation.core.db import db
from participation.journal.models import JournalEntry
from participation.permissions import VISITOR, Role
from tests.accounts.steps import (
    account_with_password,
    all_at_once,
    cookie_of,
    kinds_of_mail,
    newest_mail,
    register,
)
from tests.checking_client import CheckingClient
from tests.factories import make_department
from tests.people import ADA, JONAS, KIM, MARA, NOAH, NOW, Persona, make_person

_LIST = "/de/verwaltung/rollen/"
_ADE = Persona("ade@example.org", Role.ADMINISTRATOR)


@pytest.fixture
def ada(client: CheckingClient) -> CheckingClient:
    """Ada's browser; there are Kim, Jonas, Mara and Noah."""
    with client.app.app_context():
        for persona in (KIM, JONAS, MARA, NOAH):
            make_person(persona)
        make_department("61")
        db.session.commit()
    return client.sign_in(ADA)


def key_of(app: Flask, persona: Persona) -> int:
    with app.app_context():
        return make_person(persona).id


def facts(app: Flask) -> list[tuple[str, int | None, dict[str, object]]]:
    """What the journal says about roles, without the tests' preparations."""
    with app.app_context():
        rows = db.session.scalars(sa.select(JournalEntry).order_by(JournalEntry.id))
        return [
            (row.event, row.actor_id, row.facts)
            for row in rows
            if "departments" in row.facts and "tell" not in row.facts
        ]


def test_administrator_grants_a_role_and_takes_it_away(ada: CheckingClient) -> None:
    page = ada.post(_LIST, {"email": NOAH.email, "role": "coordinator", "department": "0"})
    assert "Koordinierungsstelle" in ada.get(page.location).main
    noah = CheckingClient(ada.app).sign_in(NOAH)
    noah.get("/de/verwaltung/")
    key = key_of(ada.app, NOAH)
    recipient, text = newest_mail(ada.app, "account_role_changed")
    assert recipient == NOAH.email
    assert "Sie haben jetzt diese Rolle: Koordinierungsstelle" in text
    page = ada.post(f"{_LIST}{key}/rolle-entziehen/", {"role": "coordinator"})
    assert page.location == _LIST
    noah.get("/de/verwaltung/", 403)  # dead at the next request, in the session that is open
    _, text = newest_mail(ada.app, "account_role_changed")
    assert "Sie haben diese Rolle nicht mehr: Koordinierungsstelle" in text
    admin = key_of(ada.app, ADA)
    assert facts(ada.app) == [
        ("account:role_granted", admin, {"role": "coordinator", "departments": []}),
        ("account:role_revoked", admin, {"role": "coordinator", "departments": []}),
    ]


def test_officer_gets_departments_and_loses_them_with_the_role(ada: CheckingClient) -> None:
    with ada.app.app_context():
        first, second = make_department("67").id, make_department("61").id
    page = ada.post(_LIST, {"email": JONAS.email, "role": "officer", "department": str(second)})
    person = ada.get(page.location)
    assert "Grün- und Umweltamt (67)" in person.main
    assert "Stadtplanungsamt (61)" in person.main
    base = f"{_LIST}{key_of(ada.app, JONAS)}"
    ada.post(f"{base}/aemter/{first}/entziehen/")
    _, text = newest_mail(ada.app, "account_role_changed")
    assert "Sie antworten nicht mehr für:\n- Grün- und Umweltamt (67)" in text
    page = ada.post(f"{base}/aemter/{second}/entziehen/", status=422)
    assert "braucht mindestens ein Amt" in page.main
    ada.post(f"{base}/aemter/{first}/entziehen/", status=409)
    ada.post(f"{base}/rolle-entziehen/", {"role": "officer"})
    with ada.app.app_context():
        found = person_by_email(JONAS.email)
        assert found is not None
        assert (found.grants, found.memberships) == ([], [])


def test_who_has_lost_the_last_role_still_has_an_account(ada: CheckingClient) -> None:
    jonas = CheckingClient(ada.app).sign_in(JONAS)
    jonas.get("/de/verwaltung/")
    ada.post(f"{_LIST}{key_of(ada.app, JONAS)}/rolle-entziehen/", {"role": "officer"})
    for own in ("", "sitzungen/", "adresse/"):
        jonas.get(f"/de/konto/{own}")
    jonas.get("/de/verwaltung/", 403)


def test_administrator_cannot_change_the_own_rights(ada: CheckingClient) -> None:
    key = key_of(ada.app, ADA)
    page = ada.post(_LIST, {"email": ADA.email, "role": "coordinator", "department": "0"}, 403)
    assert "eigenen Rechte" in page.main
    assert page.value("email") == ADA.email
    ada.post(f"{_LIST}{key}/rolle-entziehen/", {"role": "administrator"}, 403)
    assert "Entziehen" not in ada.get(f"{_LIST}{key}/").main


def test_last_administrator_stays(session: None) -> None:
    ada = make_person(ADA)
    with pytest.raises(LastAdministrator):
        roles.revoke(ada.id, Role.ADMINISTRATOR, VISITOR, NOW)
    ade = make_person(_ADE)
    roles.revoke(ada.id, Role.ADMINISTRATOR, ade.actor, NOW)
    with pytest.raises(LastAdministrator):
        roles.revoke(ade.id, Role.ADMINISTRATOR, VISITOR, NOW)


def test_two_administrators_who_take_the_role_from_each_other_at_once_leave_one(app: Flask) -> None:
    browsers = [CheckingClient(app).sign_in(one) for one in (ADA, _ADE)]
    keys = [key_of(app, one) for one in (_ADE, ADA)]
    tokens = [one.token() for one in browsers]
    forms = [
        (f"{_LIST}{key}/rolle-entziehen/", cookie_of(one), {"csrf_token": token})
        for key, one, token in zip(keys, browsers, tokens, strict=True)
    ]

    def send(form: tuple[str, str, dict[str, str]]) -> int:
        path, cookie, data = form
        return all_at_once(app, path, [(cookie, data | {"role": "administrator"})])[0]

    with ThreadPoolExecutor(2) as pool:
        statuses = list(pool.map(send, forms))
    assert 303 in statuses
    assert set(statuses) <= {303, 403, 409}
    with app.app_context():
        left = sa.select(sa.func.count()).where(RoleGrant.role == Role.ADMINISTRATOR)
        assert db.session.scalar(left) == 1


def test_role_is_for_confirmed_accounts_only(ada: CheckingClient) -> None:
    register(CheckingClient(ada.app), "unconfirmed@example.org")
    for email in ("unconfirmed@example.org", "nobody@example.org"):
        page = ada.post(_LIST, {"email": email, "role": "administrator", "department": "0"}, 422)
        assert "kein bestätigtes Konto" in page.main
        assert page.value("email") == email
    with ada.app.app_context(), pytest.raises(NobodyWithAccount):
        service.grant("unconfirmed@example.org", Role.COORDINATOR, [], NOW)


@pytest.mark.parametrize(
    "typed",
    [
        {"role": "officer", "department": "0"},
        {"role": "resident", "department": "0"},
        {"role": "", "department": "0"},
        {"role": "coordinator", "department": "999"},
        {"role": "coordinator", "department": "x"},
    ],
)
def test_form_that_makes_no_sense_comes_back(ada: CheckingClient, typed: dict[str, str]) -> None:
    page = ada.post(_LIST, {"email": NOAH.email, **typed}, 422)
    assert page.value("email") == NOAH.email
    assert kinds_of_mail(ada.app, NOAH.email) == []


def test_role_that_is_none_or_not_held_is_not_taken_away(ada: CheckingClient) -> None:
    base = f"{_LIST}{key_of(ada.app, KIM)}/rolle-entziehen/"
    ada.post(base, {"role": "kaiser"}, 404)
    ada.post(base, {"role": ""}, 404)
    page = ada.post(base, {"role": "officer"}, 409)
    assert "schon geändert" in page.main


@pytest.mark.parametrize("persona", [None, MARA, JONAS, KIM])
def test_nobody_else_reads_or_changes_roles(ada: CheckingClient, persona: Persona | None) -> None:
    key = key_of(ada.app, KIM)
    other = CheckingClient(ada.app).sign_in(persona)
    for path in (_LIST, f"{_LIST}{key}/"):
        assert other.browser.get(path).status_code in (303, 403)
    data = {"role": "administrator", "email": KIM.email, "csrf_token": other.token()}
    for path in (_LIST, f"{_LIST}{key}/rolle-entziehen/", f"{_LIST}{key}/aemter/1/entziehen/"):
        assert other.browser.post(path, data=data).status_code in (401, 403)
    assert facts(ada.app) == []


def test_residents_page_among_the_staff_is_not_there(ada: CheckingClient) -> None:
    ada.get(f"{_LIST}{key_of(ada.app, MARA)}/", 404)


def test_list_of_many_goes_on_on_the_next_page(ada: CheckingClient) -> None:
    with ada.app.app_context():
        for number in range(30):
            make_person(Persona(f"kollegin-{number:02}@example.org", Role.BOARD_MEMBER))
        db.session.commit()
    first = ada.get(_LIST)
    assert "kollegin-00@example.org" in first.main
    assert "kollegin-29@example.org" not in first.main
    way = first.html.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
    assert "kollegin-29@example.org" in ada.get(way.replace("&amp;", "&")).main


def test_own_role_is_refused_whatever_way_is_taken(session: None) -> None:
    ada, ade = make_person(ADA), make_person(_ADE)
    department = make_department().id
    with pytest.raises(OwnRights):
        service.grant(ADA.email, Role.COORDINATOR, [], NOW, actor=ada.actor)
    with pytest.raises(OwnRights):
        roles.revoke(ada.id, Role.ADMINISTRATOR, ada.actor, NOW)
    with pytest.raises(OwnRights):
        roles.revoke_department(ada.id, department, ada.actor, NOW)
    with pytest.raises(NothingToRevoke):
        roles.revoke(999_999, Role.OFFICER, ade.actor, NOW)
    with pytest.raises(DepartmentNeeded):
        roles.revoke_department(make_person(JONAS).id, department, ade.actor, NOW)


def test_role_that_is_granted_twice_at_once_is_granted_and_told_once(ada: CheckingClient) -> None:
    data = {
        "email": NOAH.email,
        "role": "coordinator",
        "department": "0",
        "csrf_token": ada.token(),
    }
    statuses = all_at_once(ada.app, _LIST, [(cookie_of(ada), data)] * 5)
    assert set(statuses) == {303}
    assert kinds_of_mail(ada.app, NOAH.email) == ["account_role_changed"]


def test_account_page_leads_administrators_to_the_roles(ada: CheckingClient) -> None:
    account_with_password(ada.app, MARA)
    assert f'href="{_LIST}"' in ada.get("/de/konto/").html
    assert f'href="{_LIST}"' not in CheckingClient(ada.app).sign_in(MARA).get("/de/konto/").html
