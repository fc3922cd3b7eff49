"""One's own data: every row that is about the person is in the file, no row of others, no secret."""

import json
import tracemalloc
from io import BytesIO
from typing import Any

import sqlalchemy as sa
from flask import Flask

from participation.accounts.models import Person, SignInSession
from participation.comments.models import Comment
from participation.core.db import Base, db
from participation.notifications.models import Mail
from participation.privacy import takeout
from participation.privacy.queries import Owner
from participation.privacy.rules import TABLES
from participation.suggestions.support_models import Support
from tests.checking_client import CheckingClient
from tests.factories import TERMS, make_comment, make_project, make_suggestion
from tests.people import JONAS, KIM, MARA, NOAH, NOW, make_person
from tests.privacy.steps import DATA, live, lived
from tests.site.test_statements import counted

_PERSONS_OWN = sa.func.count()


def exported(client: CheckingClient) -> dict[str, Any]:
    """Fetch the file and read it."""
    response = client.browser.get(DATA)
    assert response.status_code == 200
    found = json.loads(response.get_data())
    assert isinstance(found, dict)
    return found


def written(person_id: int, email: str) -> dict[str, Any]:
    file = BytesIO()
    owner = Owner(person_id, TERMS.fingerprint_of_mailbox(email))
    takeout.write(file, owner, NOW, "Hinweis", {})
    found = json.loads(file.getvalue())
    assert isinstance(found, dict)
    return found


def missing(person_id: int, found: dict[str, Any]) -> list[str]:
    """Return the tables that hold rows with a foreign key to the person that are not in the file."""
    faults = []
    for table in Base.metadata.sorted_tables:
        keys = [
            column
            for column in table.columns
            if any(key.column.table.name == "person" for key in column.foreign_keys)
            # Who of the city hid a note is said in the table of the note's author.
            and column.name != "hidden_by_id"
        ]
        if not keys:
            continue
        owned = sa.or_(*(column == person_id for column in keys))
        there = db.session.scalar(sa.select(_PERSONS_OWN).select_from(table).where(owned)) or 0
        if len(found[TABLES[table.name].section]) < there:
            faults.append(table.name)
    return faults


def test_export_holds_every_row_about_the_person(session: None) -> None:
    mara = live()["mara"]
    found = written(mara, "mara@example.org")
    assert missing(mara, found) == []
    empty = {name for name, rows in found.items() if rows == []}
    assert empty == {
        "rollen", "aemter", "themen_der_anregungen", "antworten_fuer_die_stadt",
        "unbestaetigte_unterstuetzungen", "fassungen_von_vorhaben", "fassungen_von_seiten",
    }  # fmt: skip
    assert len(found["unterstuetzungen"]) == 2, "with the account, and without one before"
    assert found["angaben_ohne_konto"][0]["e_mail"] == "mara+alias@example.org"
    assert found["konto"][0]["e_mail"] == "mara@example.org"
    assert {row["ereignis"] for row in found["protokoll"]} >= {"account:created", "comment:written"}


def test_row_that_is_missing_in_the_export_is_found(session: None) -> None:
    mara = live()["mara"]
    found = written(mara, "mara@example.org")
    found["stellungnahmen"] = found["stellungnahmen"][1:]
    assert missing(mara, found) == ["comment"]


def test_export_of_staff_holds_what_they_did_for_the_city(session: None) -> None:
    live()
    make_comment(make_suggestion(), author=make_person(JONAS))
    for persona, sections in (
        (KIM, {"rollen", "antworten_fuer_die_stadt", "schritte", "protokoll"}),
        (JONAS, {"rollen", "aemter", "stellungnahmen"}),
    ):
        key = make_person(persona).id
        found = written(key, persona.email)
        assert missing(key, found) == []
        assert all(found[section] for section in sections)


def test_export_has_nothing_of_others_and_no_secret(client: CheckingClient) -> None:
    lived(client.app)
    client.sign_in(MARA)
    text = client.browser.get(DATA).text
    assert "Marawort" in text
    for foreign in ("Noahs", "Noah antwortet", "noah@", "supporter-", "kim@", "Ein Vermerk."):
        assert foreign not in text
    with client.app.app_context():
        secrets = [*db.session.scalars(sa.select(SignInSession.token_hash))]
        secrets += [one for one in db.session.scalars(sa.select(Support.mailbox)) if one]
        secrets += [one for one in db.session.scalars(sa.select(Person.password_hash)) if one]
    assert secrets
    assert [one for one in secrets if one in text] == []


def test_export_is_a_private_file_in_a_stable_order(client: CheckingClient) -> None:
    lived(client.app)
    client.sign_in(MARA)
    first, second = client.browser.get(DATA), client.browser.get(DATA)
    assert first.mimetype == "application/json"
    assert first.headers["Content-Disposition"] == "attachment; filename=meine-daten.json"
    assert first.headers["Cache-Control"] == "no-store"
    assert "Content-Encoding" not in first.headers
    assert int(first.headers["Content-Length"]) == len(first.get_data())
    assert first.get_data() == second.get_data()
    sections = [table.section for table in TABLES.values() if table.section]
    assert list(exported(client)) == ["hinweis", "stand", *sections]


def test_files_can_be_fetched_where_the_export_says(client: CheckingClient) -> None:
    lived(client.app)
    client.sign_in(MARA)
    attached = exported(client)["anhaenge"]
    assert len(attached) == 2
    for row in attached:
        assert client.browser.get(row["adresse"]).status_code == 200
    for row in exported(client)["anregungen"]:
        assert client.browser.get(row["adresse"]).status_code in (200, 302, 303)


def test_visitor_gets_no_export_and_others_get_their_own(client: CheckingClient) -> None:
    lived(client.app)
    assert client.browser.get(DATA).status_code == 303
    client.sign_in(NOAH)
    found = exported(client)
    assert found["konto"][0]["e_mail"] == "noah@example.org"
    assert "Marawort" not in json.dumps(found)
    other = client.browser.get(f"{DATA}?person_id=1&id=1")
    assert json.loads(other.get_data())["konto"] == found["konto"]


def test_export_too_often_is_refused(app: Flask, app_beside: Any) -> None:
    lived(app)
    client = CheckingClient(app_beside(export_limit="2 per hour")).sign_in(MARA)
    assert [client.browser.get(DATA).status_code for _ in range(3)] == [200, 200, 429]
    client.sign_in(NOAH)
    assert client.browser.get(DATA).status_code == 200


def _make_rows(app: Flask, count: int) -> None:
    with app.app_context():
        mara = make_person(MARA)
        first = make_comment(make_project(), author=mara)
        rows = [
            {
                "thread_id": first.thread_id, "author_id": mara.id, "text": f"Satz {number} " * 100,
                "language": "de", "created_at": NOW, "is_official": False,
            }
            for number in range(count)
        ]  # fmt: skip
        db.session.execute(sa.insert(Comment), rows)
        db.session.commit()


def test_export_of_thousands_of_rows_costs_as_many_statements_and_little_memory(
    client: CheckingClient,
) -> None:
    _make_rows(client.app, 4000)
    client.sign_in(MARA)
    with client.app.app_context():
        engine = db.engine
    tracemalloc.start()
    with counted(engine) as statements:
        response = client.browser.get(DATA, buffered=False)
        size = sum(len(piece) for piece in response.response)  # type: ignore[union-attr]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert size > 3_500_000
    assert len(statements) <= 30
    assert peak < 6_000_000
    response.close()


def test_mails_of_a_request_and_of_a_support_are_not_mixed_up(session: None) -> None:
    live()
    noah = make_person(NOAH)
    found = written(noah.id, "noah@example.org")
    own = db.session.scalars(sa.select(Mail.id).where(Mail.person_id == noah.id)).all()
    assert [row["nummer"] for row in found["nachrichten"]] == sorted(own)
