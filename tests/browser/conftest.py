"""What the browser tests share: one Chromium, the running product, windows to look at it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.site import WAIT, Site, Window, running, windows
from tests.chromium import LAUNCH_ARGUMENTS, PATH_VARIABLE
from tests.conftest import Database


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests; each window has cookies of its own."""
    expect.set_options(timeout=WAIT)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=os.environ[PATH_VARIABLE], args=LAUNCH_ARGUMENTS
        )
        yield chromium
        chromium.close()


@pytest.fixture
def site(database: Database, tmp_path: Path) -> Iterator[Site]:
    """The running product on an empty database, once on each of the two."""
    with running(database.app, tmp_path) as site:
        yield site


@pytest.fixture
def window(browser: Browser, site: Site) -> Iterator[Window]:
    """Opens windows on the running product, without JavaScript unless asked for."""
    with windows(browser, site) as window:
        yield window
