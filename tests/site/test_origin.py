"""Forms come from our own pages only."""

import pytest

from participation.core.db import db
from participation.core.origin import comes_from_elsewhere
from participation.suggestions.rules import State
from tests.checking_client import CheckingClient
from tests.factories import make_suggestion
from tests.people import KIM, MARA
from tests.site.samples import make_world, samples


@pytest.mark.parametrize(
    ("fetch_site", "origin", "foreign"),
    [
        ("same-origin", "https://mitmachen.example.org", False), ("none", None, False),
        ("cross-site", "https://evil.example", True), ("same-site", "https://x.example.org", True),
        ("cross-site", "https://mitmachen.example.org", True), (None, None, False),
        (None, "https://mitmachen.example.org", False), (None, "https://evil.example", True),
        (None, "null", True), (None, "https://mitmachen.example.org.evil.example", True),
        (None, "https://mitmachen.example.org:8443", True), ("", None, True),
    ],
)  # fmt: skip
def test_browser_tells_where_a_form_comes_from(
    fetch_site: str | None, origin: str | None, foreign: bool
) -> None:
    assert comes_from_elsewhere(fetch_site, origin, "mitmachen.example.org") is foreign


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}]
)
def test_form_of_another_site_is_refused_before_anything_else(
    client: CheckingClient, headers: dict[str, str]
) -> None:
    keys = make_world(client.app)
    for persona in (None, MARA, KIM):
        client.sign_in(persona)
        token = client.token() if persona else ""
        for sample in samples(client.app, keys):
            if sample.method == "POST":
                response = client.browser.post(
                    sample.path, data=sample.data | {"csrf_token": token}, headers=headers
                )
                assert response.status_code == 400, sample.path
                assert "Set-Cookie" not in response.headers, "the cookie would be replaced"


def test_foreign_form_does_not_travel_through_the_sign_in_page(client: CheckingClient) -> None:
    with client.app.app_context():
        key = make_suggestion(State.IN_REVIEW).id
        db.session.commit()
    evil = {"hide-hide_reason": "unlawful", "hide-internal_text": "ein böser Vermerk"}
    response = client.browser.post(
        f"/de/verwaltung/anregungen/{key}/verbergen/",
        data=evil,
        headers={"Origin": "https://evil.example"},
    )
    assert response.status_code == 400
    assert "böser Vermerk" not in response.text
