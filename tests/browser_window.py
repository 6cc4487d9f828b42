"""Opening and using real Chromium windows: the flags, and logging in as a person does."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--allow-loopback-in-peer-connection",
]
SLOW_MS = 30_000
"""A browser on a busy two-core machine; a passing test waits for none of it."""

Window = Callable[[str], Page]


def log_in(page: Page, login: dict[str, str]) -> None:
    """Log in as a person does."""
    page.goto("/login")
    page.get_by_label("用户名").fill(login["username"])
    page.get_by_label("密码").fill(login["password"])
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_test_id("account-name")).to_have_text(login["name"])
