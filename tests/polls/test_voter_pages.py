"""The office says who may vote: a pasted list, or letters with codes."""

import sqlalchemy as sa

from participation.core.db import db
from participation.polls.models import PollCode, PollEntitled
from participation.polls.rules import Eligible
from tests.checking_client import CheckingClient
from tests.people import KIM
from tests.polls.test_staff_pages import made


def test_pasted_list_is_kept_once_a_mailbox_and_faults_are_told_by_line(
    client: CheckingClient,
) -> None:
    at = made(client, eligible=Eligible.LISTED)
    page = client.sign_in(KIM).get(f"{at}liste/")
    seen = {"seen_version": page.value("seen_version")}
    bad = "ina@example.org\n\nkein Name\nIna+wahl@example.org\nmax@example.org"
    page = client.post(f"{at}liste/", seen | {"addresses": bad}, 422)
    assert "Zeile 3: Das ist keine E-Mail-Adresse." in page.main
    assert "Zeile 4: steht schon in Zeile 1." in page.main
    assert page.value("addresses") == bad
    many = "\n".join(f"p{n}@example.org" for n in range(2001))
    page = client.post(f"{at}liste/", seen | {"addresses": many}, 422)
    assert "Das sind 2001 Adressen. Erlaubt sind 2000." in page.main
    good = "ina@example.org\r\n max@example.org,\r\n"
    page = client.get(client.post(f"{at}liste/", seen | {"addresses": good}).location)
    assert "2 Menschen auf der Liste" in page.main
    page = client.get(f"{at}liste/")
    assert page.value("addresses") == "ina@example.org\nmax@example.org"
    page = client.post(f"{at}liste/", seen | {"addresses": "eva@example.org"}, 409)
    assert page.value("addresses") == "eva@example.org"
    with client.app.app_context():
        assert len(db.session.scalars(sa.select(PollEntitled)).all()) == 2


def test_letters_are_handed_out_once_and_codes_are_kept_nowhere(client: CheckingClient) -> None:
    at = made(client, eligible=Eligible.LETTER)
    page = client.sign_in(KIM).get(f"{at}briefe/")
    seen = {"seen_version": page.value("seen_version")}
    for wrong in ("", "0", "5001", "viele"):
        client.post(f"{at}briefe/", seen | {"count": wrong}, 422)
    pdf = client.browser.post(
        f"{at}briefe/", data=seen | {"count": "3", "csrf_token": client.token()}
    )
    assert pdf.status_code == 200
    assert pdf.mimetype == "application/pdf"
    assert pdf.data.startswith(b"%PDF-")
    assert "no-store" in pdf.headers["Cache-Control"]
    assert "attachment" in pdf.headers["Content-Disposition"]
    # Pressing twice does not make the first letters worthless.
    client.post(f"{at}briefe/", seen | {"count": "3"}, 409)
    assert "3 Briefe mit einem Code" in client.get(at).main
    assert "machen die alten ungültig" in client.get(f"{at}briefe/").main
    with client.app.app_context():
        assert len(db.session.scalars(sa.select(PollCode)).all()) == 3


def test_list_and_letters_are_there_only_where_they_decide(client: CheckingClient) -> None:
    at = made(client)
    client.sign_in(KIM).get(f"{at}liste/", 409)
    client.get(f"{at}briefe/", 409)
