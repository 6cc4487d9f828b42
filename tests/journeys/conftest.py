"""Real Chromium windows for the people of the county, each with a fake camera and microphone of its own."""

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from browser_window import FLAGS, SLOW_MS, Window, log_in
from lianzhen_server import LianzhenServer
from playwright.sync_api import Browser, Page, expect

FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember a failure, so that the windows are photographed before they close."""
    report = yield
    item.stash[FAILED] = item.stash.get(FAILED, False) or report.failed
    return report


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Debian's Chromium."""
    return {"executable_path": "/usr/bin/chromium", "args": FLAGS}


@pytest.fixture
def window(browser: Browser, county: LianzhenServer, request: pytest.FixtureRequest) -> Iterator[Window]:
    """Open a window of its own for a person and log in there; scripts that fail fail the test."""
    expect.set_options(timeout=SLOW_MS)
    pages: list[Page] = []
    failures: list[str] = []

    def open_window(username: str) -> Page:
        context = browser.new_context(
            base_url=county.base_url,
            locale="zh-CN",
            viewport={"width": 1366, "height": 768},
            permissions=["camera", "microphone", "notifications"],
        )
        context.set_default_timeout(SLOW_MS)
        page = context.new_page()
        page.on("pageerror", lambda error: failures.append(str(error)))
        pages.append(page)
        log_in(page, county.login(username))
        return page

    yield open_window
    if request.node.stash.get(FAILED, False):
        Path("test-results").mkdir(exist_ok=True)
        for number, page in enumerate(pages):
            page.screenshot(path=f"test-results/{request.node.name}-{number}.png")
    for page in pages:
        page.context.close()
    assert failures == []


@pytest.fixture
def films(county: LianzhenServer) -> Path:
    """The folder of sample films."""
    return county.films()
