"""What the tests do on the page again and again."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import FilePayload, Locator, Page, Response, expect

BADGE = ".state .badge"


def start(page: Page, file: Path | FilePayload, **params: str) -> None:
    page.set_input_files("#file", file)
    for name, value in params.items():
        page.fill(f"#param-{name}", value)
    page.click("#start")


def start_message(page: Page, **params: str) -> None:
    page.select_option("#task", "message")
    for name, value in params.items():
        page.fill(f"#param-{name}", value)
    page.click("#start")


def choose(page: Page, view: str) -> None:
    page.get_by_role("navigation", name="Main").get_by_role("link", name=view).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(view)


def posts_of(page: Page) -> list[tuple[str, int]]:
    """What the page will have posted, and the status each got; the store as /store."""
    sent: list[tuple[str, int]] = []

    def note(answer: Response) -> None:
        if answer.request.method == "POST":
            path = re.search(r"/v1/\w+$", answer.url)
            sent.append((path[0] if path else "/store", answer.status))

    page.on("response", note)
    return sent


def is_drawn(picture: Locator) -> bool:
    return bool(picture.evaluate("image => image.decode().then(() => image.naturalWidth > 0)"))
