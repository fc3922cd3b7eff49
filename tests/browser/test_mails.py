"""The HTML part of every mail, in a browser: no barriers, nothing fetched; narrow, wide, light, dark."""

import pytest
from flask import Flask
from playwright.sync_api import Browser

from tests.browser.barriers import barriers
from tests.notifications.every_mail import write_every_mail

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_nobody_meets_a_barrier_in_a_mail(browser: Browser, app: Flask) -> None:
    # One reader of each kind of mail and language: others differ in the foot only.
    mails = {}
    for one in write_every_mail(app):
        mails.setdefault((one.kind.event, one.language), one)
    context = browser.new_context()
    asked: list[str] = []
    try:
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        found = []
        for (event, language), one in mails.items():
            page.set_content(one.mail.html)
            found += [f"{language}, {event}: {fault}" for fault in barriers(page)]
    finally:
        context.close()
    assert found == []
    assert asked == [], "a mail fetches something"
