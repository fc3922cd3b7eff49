"""The site's own files: small on the wire, kept for ever under their version, new ones seen at once."""

import gzip
import re
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import Client, TestResponse

from participation.app import create_app
from participation.core.static_files import StaticFiles
from tests.checking_client import CheckingClient
from tests.conftest import settings_for
from tests.people import MARA
from tests.site.samples import make_world

_GZIP = {"Accept-Encoding": "gzip, deflate, br"}


@pytest.fixture(scope="module")
def plain_app() -> Flask:
    return create_app(settings_for("sqlite:///:memory:"))


def answer(app: Flask, url: str, **headers: str) -> TestResponse:
    return app.test_client().get(
        url, headers={name.replace("_", "-"): value for name, value in headers.items()}
    )


def test_style_sheet_is_packed_for_who_can_unpack_it(plain_app: Flask) -> None:
    url = plain_app.jinja_env.globals["static"]("vendor/kern/kern.css")
    plain, packed = answer(plain_app, url), answer(plain_app, url, **_GZIP)
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < 30_000 < len(plain.data)
    for one in (plain, packed):
        assert one.headers["Vary"] == "Accept-Encoding"
        assert one.headers["Content-Type"] == "text/css; charset=utf-8"
        assert one.headers["X-Content-Type-Options"] == "nosniff"
        assert int(one.headers["Content-Length"]) == len(one.data)
    assert plain.headers["ETag"] != packed.headers["ETag"]


@pytest.mark.parametrize("accepted", ["", "identity", "gzip;q=0", "br", "x-gzipped"])
def test_who_cannot_unpack_gets_the_plain_file(plain_app: Flask, accepted: str) -> None:
    response = answer(plain_app, "/static/site.css", Accept_Encoding=accepted)
    assert "Content-Encoding" not in response.headers


def test_font_is_not_packed_twice(plain_app: Flask) -> None:
    name = "vendor/fira-sans/FiraSans-Regular-latin.woff2"
    response = answer(plain_app, f"/static/{name}", **_GZIP)
    assert "Content-Encoding" not in response.headers
    assert response.headers["Content-Type"] == "font/woff2"


def test_file_under_its_version_is_kept_for_ever_and_others_briefly(plain_app: Flask) -> None:
    url = plain_app.jinja_env.globals["static"]("site.css")
    assert "immutable" in answer(plain_app, url).headers["Cache-Control"]
    for other in ("/static/site.css", "/static/site.css?v=0123456789", f"{url}&x=1"):
        cache = answer(plain_app, other).headers["Cache-Control"]
        assert "immutable" not in cache
        assert int(cache.removeprefix("max-age=").partition(",")[0]) <= 3600


def test_file_that_is_known_already_is_not_sent_again(plain_app: Flask) -> None:
    first = answer(plain_app, "/static/site.css", **_GZIP)
    for known in (first.headers["ETag"], f'"other", W/{first.headers["ETag"]}'):
        again = answer(plain_app, "/static/site.css", If_None_Match=known, **_GZIP)
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]
    assert answer(plain_app, "/static/site.css", If_None_Match='"other"').status_code == 200


def test_head_says_the_same_and_post_is_refused(plain_app: Flask) -> None:
    client = plain_app.test_client()
    head = client.head("/static/site.css")
    assert head.data == b""
    assert (
        head.headers["Content-Length"] == client.get("/static/site.css").headers["Content-Length"]
    )
    assert client.post("/static/site.css").status_code == 405


@pytest.mark.parametrize(
    "path",
    ["/static/", "/static/nothing.css", "/static/../app.py", "/static/%2e%2e/app.py", "/static"],
)
def test_nothing_but_the_files_is_there(plain_app: Flask, path: str) -> None:
    assert answer(plain_app, path).status_code == 404


def test_new_content_gets_a_new_address_in_pages_and_style_sheets(tmp_path: Path) -> None:
    (tmp_path / "fonts").mkdir()
    sheet, font = tmp_path / "fonts" / "faces.css", tmp_path / "fonts" / "a.woff2"
    sheet.write_text("@font-face{src:url(a.woff2)} b{mask:url(data:image/svg+xml;x)}")
    seen = []
    for content in (b"old", b"new"):
        font.write_bytes(content)
        files = StaticFiles(None, tmp_path)
        css = Client(files).get(files.url("fonts/faces.css")).text
        named = re.findall(r"url\((a\.woff2\?v=[0-9a-f]{10})\)", css)
        assert files.url("fonts/a.woff2") == f"/static/fonts/{named[0]}"
        assert "url(data:image/svg+xml;x)" in css
        seen.append((files.url("fonts/faces.css"), named[0]))
    assert seen[0][0] != seen[1][0]
    assert seen[0][1] != seen[1][1]


def test_file_that_is_not_there_cannot_be_named(plain_app: Flask) -> None:
    with pytest.raises(KeyError):
        plain_app.jinja_env.globals["static"]("no-such.css")


def test_page_for_anybody_is_packed_and_page_with_a_secret_is_not(client: CheckingClient) -> None:
    keys = make_world(client.app)
    visitor = client.app.test_client()
    packed = visitor.get("/de/vorhaben/", headers=_GZIP)
    plain = visitor.get("/de/vorhaben/")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    for one in (packed, plain):
        assert "Accept-Encoding" in one.headers["Vary"]
        assert "Cookie" in one.headers["Vary"]
        assert int(one.headers["Content-Length"]) == len(one.data)
    # A form's token is in the page, and the cookie that belongs to it in every later request.
    for _ in range(2):
        assert "Content-Encoding" not in visitor.get("/de/konto/anmelden/", headers=_GZIP).headers
    assert "Content-Encoding" not in visitor.get("/de/vorhaben/", headers=_GZIP).headers
    client.sign_in(MARA)
    for path in ("/de/", "/de/konto/", f"/de/anregungen/{keys['number']}/", "/de/termine.ics"):
        assert "Content-Encoding" not in client.browser.get(path, headers=_GZIP).headers, path
