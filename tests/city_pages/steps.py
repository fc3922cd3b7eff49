"""What staff do with pages, through HTTP."""

import sqlalchemy as sa

from participation.city_pages.models import CityPageVersion
from participation.core.db import db
from tests.checking_client import CheckingClient, Page
from tests.factories import make_own_page, save_page

STAFF = "/de/verwaltung/seiten/"
#: Fields of the form for a German text.
FIELDS = ("seen_version", "title", "lead", "body", "note")


def opened(client: CheckingClient, path: str) -> dict[str, str]:
    """The form as a browser would send it."""
    page = client.get(path)
    return {name: page.value(name) for name in FIELDS}


def saved(
    client: CheckingClient, path: str, status: int = 303, act: str = "save", **typed: str
) -> Page:
    """Open the form, type, send."""
    return client.post(path, opened(client, path) | typed | {"act": act}, status=status)


def versions(client: CheckingClient) -> int:
    with client.app.app_context():
        count = sa.select(sa.func.count()).select_from(CityPageVersion)
        return db.session.scalars(count).one()


def own_page(client: CheckingClient, **fields: str) -> str:
    """A page of the city's own; its address."""
    with client.app.app_context():
        slug = make_own_page().slug
        if fields:
            save_page(slug, seen_version=1, **fields)
        db.session.commit()
    return slug
