"""Every kind of mail in every language: as files to read, and what is true of all of them.

After a change of words ``make snapshots`` writes the files anew; the difference is what to read.
"""

import os
import re
from collections.abc import Iterable
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import html5lib
import nh3
import pytest
import sqlalchemy as sa
from flask import Flask

from participation.core.db import db
from participation.core.languages import LANGUAGES
from participation.notifications.rules import DIGEST, NOTICES
from tests.checking_client import CheckingClient
from tests.notifications.every_mail import write_every_mail
from tests.notifications.scribe import Written, snapshot_of

SNAPSHOTS = Path(__file__).parent / "snapshots"
PARTS = ("txt", "html")
#: Where mails lead besides our own pages: the motion and the report of the world's suggestions.
_ELSEWHERE = ("https://bi.mainz.de/", "https://www.mainz.de/", "mailto:beteiligung@")
_LONGEST_NAME_OF_A_LINK = 60
_LONGEST_SUBJECT = 90


_kept: dict[str, list[Written]] = {}


@pytest.fixture
def world(app: Flask) -> list[Written]:
    """Every mail, and a database in which all of that happened."""
    return write_every_mail(app)


@pytest.fixture
def written(app: Flask) -> list[Written]:
    """Every mail; written once a database, as nobody changes it."""
    with app.app_context():
        name = db.engine.dialect.name
    if name not in _kept:
        _kept[name] = write_every_mail(app)
    return _kept[name]


def file_of(one: Written, part: str) -> Path:
    return SNAPSHOTS / one.language / f"{one.kind.name}.{part}"


def compare(mails: list[Written]) -> list[str]:
    """Return the names of snapshots that are missing, differ, or belong to no mail."""
    wanted = {file_of(one, part): snapshot_of(one, part) for one in mails for part in PARTS}
    if os.environ.get("WRITE_SNAPSHOTS"):
        for file in SNAPSHOTS.rglob("*.*"):
            file.unlink()
        for file, text in wanted.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
    kept = {file: file.read_text() for file in SNAPSHOTS.rglob("*.*")}
    differing = {file for file in wanted.keys() | kept.keys() if wanted.get(file) != kept.get(file)}
    return sorted(str(file.relative_to(SNAPSHOTS)) for file in differing)


def test_every_mail_reads_as_its_snapshot(written: list[Written]) -> None:
    assert compare(written) == [], "Run: make snapshots, and read what changed"


def without_snapshot(events: Iterable[str], folder: Path) -> list[str]:
    """Return the events of which no mail can be read, in whatever language."""
    return [
        f"{code}: {event}, {part}"
        for event in events
        for code in LANGUAGES
        for part in PARTS
        if not list((folder / code).glob(f"{event.replace(':', '_')}.*.{part}"))
    ]


#: A city's list brings it, and then it stands in a digest only.
_IMPORTED = "project:created"


def told_alone() -> list[str]:
    """The events that have mails of their own, and the digest, in which the others stand."""
    alone = [event for event, notice in NOTICES.items() if notice.template != DIGEST]
    return [*(event for event in alone if event != _IMPORTED), DIGEST]


def test_every_notice_has_a_snapshot_in_every_language() -> None:
    assert without_snapshot(told_alone(), SNAPSHOTS) == []


def test_notice_without_a_snapshot_is_found() -> None:
    events = [*told_alone(), "suggestion:sung"]
    assert len(without_snapshot(events, SNAPSHOTS)) == 2 * len(LANGUAGES)


def words_of(html: str) -> list[str]:
    """The words that somebody sees in the HTML part, below its heading."""
    page = html5lib.parse(html, namespaceHTMLElements=False)
    main = page.find(".//main")
    assert main is not None
    main.remove(main.find("h1"))
    main.remove(main.find("p"))  # the city's name, which the text says at its end
    return " ".join(main.itertext()).split()


def words_of_text(text: str) -> list[str]:
    return [word for word in text.split() if word not in ("--", "-")]


def plainly(words: Iterable[str]) -> str:
    """Words without what only one part has: the colon before an address, spaces between runs."""
    return "".join(words).replace(":", "").replace("-", "")


def test_both_parts_say_the_same(written: list[Written]) -> None:
    for one in written:
        text = plainly(words_of_text(one.mail.get_content()))
        assert plainly(words_of(one.mail.html)) == text, one.kind.name


def test_every_mail_says_why_it_came(written: list[Written]) -> None:
    because = {"de": "weil", "de_simple": "", "en": "because"}
    for one in written:
        reason = one.mail.get_content().partition("\n--")[2].strip()
        assert len(reason) > 30, one.kind.name
        assert because[one.language] in reason, (one.kind.name, one.language, reason)


def faults_of_text(text: str) -> list[str]:
    """Return addresses that do not stand alone below a short line that says what they are for."""
    lines, faults = text.replace("\r\n", "\n").split("\n"), []
    for number, line in enumerate(lines):
        if "://" not in line:
            continue
        name = lines[number - 1]
        if not re.fullmatch(r"https?://\S+", line):
            faults.append(f"is not alone: {line}")
        elif not name.endswith(":") or len(name) > _LONGEST_NAME_OF_A_LINK:
            faults.append(f"has no short name: {name} / {line}")
    return faults


def test_every_address_stands_alone_below_its_name(written: list[Written]) -> None:
    for one in written:
        assert faults_of_text(one.mail.get_content()) == [], (one.kind.name, one.language)
        assert not re.search(r"\n\s*\n\s*\n|%\(|None|\bTrue\b|_\(", one.mail.get_content())
        assert 10 < len(one.mail["Subject"]) < _LONGEST_SUBJECT


def test_address_without_a_name_is_found() -> None:
    text = "Hier: http://a.example/\nUnd\nhttp://b.example/\nZur Seite:\nhttp://c.example/\n"
    assert len(faults_of_text(text)) == 2


_REMOTE = re.compile(
    r"\ssrc|url\(|@import|<link|<img|<script|<iframe|<form|\son\w+=", re.IGNORECASE
)


def faults_of_html(html: str) -> list[str]:
    """Return what a mail must not have: anything remote or active, or markup that is not valid."""
    faults = _REMOTE.findall(html)
    parser = html5lib.HTMLParser(strict=True)
    parser.parse(html)
    body = html.partition("<main")[2]
    tags = set(re.findall(r"<([a-z0-9]+)", body))
    allowed = {"p", "a", "br", "bdi", "span", "div", "h1", "h2", "ul", "li", "blockquote"}
    faults += sorted(tags - allowed)
    # The second opinion: what is left of the mail's body when only harmless markup may stay.
    inside = f"<div{body.partition('</main>')[0]}</div>"
    clean = nh3.clean(inside, tags=allowed, attributes={"a": {"href"}}, link_rel=None)
    seen, harmless = (unescape(re.sub(r"<[^>]+>", "", one)) for one in (inside, clean))
    if seen != harmless:
        faults.append("has words that are markup")
    return faults


def test_html_is_valid_and_fetches_nothing(written: list[Written]) -> None:
    for one in written:
        html = one.mail.html.replace("\r\n", "\n")
        assert faults_of_html(html) == [], one.kind.name
        tag = LANGUAGES[one.language].tag
        assert html.startswith(f'<!DOCTYPE html>\n<html lang="{tag}" dir="ltr">')
        for address in re.findall(r'href="([^"]*)"', html):
            assert address.startswith((f"http://localhost/{tag}/", *_ELSEWHERE)), address


def test_remote_picture_in_a_mail_is_found() -> None:
    head = '<!DOCTYPE html>\n<html lang="de"><head><title>x</title></head>'
    good = head + "<body><main>{}</main></body></html>"
    assert faults_of_html(good.format("<p>Text</p>")) == []
    assert faults_of_html(good.format('<p><img alt="" src="http://a.example/1.gif"></p>'))


def rows_of(app: Flask) -> dict[str, list[str]]:
    """Everything that is in the database."""
    with app.app_context():
        db.session.rollback()
        return {
            table.name: sorted(map(repr, db.session.execute(sa.select(table)).all()))
            for table in db.metadata.sorted_tables
        }


def test_scanner_that_opens_every_link_changes_nothing(app: Flask, world: list[Written]) -> None:
    paths = {
        urlsplit(address)._replace(scheme="", netloc="", fragment="").geturl()
        for one in world
        for address in re.findall(r"http://localhost/\S+", one.mail.get_content())
    }
    assert len(paths) > 60
    before = rows_of(app)
    keeps_cookies = app.test_client()
    for path in sorted(paths):
        for browser in (keeps_cookies, keeps_cookies, app.test_client(use_cookies=False)):
            assert browser.get(path).status_code < 500, path
            assert browser.head(path).status_code < 500, path
        refused = app.test_client().post(path, data={"password": "x"})
        assert 400 <= refused.status_code < 500, path
    assert rows_of(app) == before


def test_link_that_was_opened_by_a_scanner_first_still_works(
    app: Flask, world: list[Written]
) -> None:
    (mail,) = [
        one.mail
        for one in world
        if one.kind.name == "support_requested.guest" and one.language == "de"
    ]
    path = re.findall(r"http://localhost(/\S+/bestaetigen/)", mail.get_content())[0]
    scanner = app.test_client()
    for _ in range(3):
        scanner.get(path)
        scanner.head(path)
        scanner.post(path)
    assert "danke" in CheckingClient(app).post(path).location


def test_programs_read_every_mail_without_a_defect(written: list[Written]) -> None:
    for one in written:
        assert one.mail["From"].addresses[0].display_name == "Landeshauptstadt Mainz"
        assert one.mail.get_content_type() == "multipart/alternative"
        kinds = [part.get_content_type() for part in one.mail.iter_parts()]
        assert kinds == ["text/plain", "text/html"]
        assert one.mail["Content-Language"] == LANGUAGES[one.language].tag
        assert one.mail.defects == []
