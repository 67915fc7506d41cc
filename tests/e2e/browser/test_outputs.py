"""A person looks at a job's outputs, and saves them."""

from __future__ import annotations

from playwright.sync_api import Page, Request, Route, expect

from tests.e2e.browser.steps import is_drawn, start_message
from tests.e2e.conftest import Stack

STORED = {
    "report.html": ("text/html", "<h1>Report</h1><script>document.body.textContent = 'it ran'</script>"),
    "metrics.json": ("application/json", '{"rmse":0.25}'),
    "plot.svg": ("image/svg+xml", "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'></svg>"),
    "model.bin": ("application/octet-stream", "\0"),
}


def test_reports_texts_and_other_files_are_shown_or_saved(page: Page, stack: Stack) -> None:
    """With a store of the test's own, because what it holds is not the matter here."""

    def listed(route: Route) -> None:
        items = [
            {
                "name": name,
                "download_name": name,
                "media_type": kind,
                "bytes": len(text),
                "url": f"{stack.endpoint_url}/store/{name}",
            }
            for name, (kind, text) in STORED.items()
        ]
        route.fulfill(json={"items": items, "count": len(items), "next": None})

    def stored(route: Route, request: Request) -> None:
        kind, text = STORED[request.url.rsplit("/", 1)[1]]
        route.fulfill(body=text, content_type=kind)

    page.route("**/outputs?*", listed)
    page.route("**/store/*", stored)
    start_message(page, seconds="0")
    expect(page.locator(".gallery .tile")).to_have_count(1)
    viewer = page.locator("dialog.viewer")

    page.locator(".files li", has_text="report.html").get_by_role("button", name="Show").click()
    assert viewer.locator("iframe").get_attribute("sandbox") == ""
    expect(viewer.frame_locator("iframe").locator("h1")).to_have_text("Report")  # and its script did not run
    viewer.press("ArrowRight")
    expect(viewer.locator("pre")).to_have_text('{\n  "rmse": 0.25\n}')
    viewer.get_by_role("button", name="Next").click()
    assert is_drawn(viewer.get_by_alt_text("plot.svg"))
    expect(viewer.get_by_role("button", name="Next")).to_be_disabled()
    viewer.get_by_role("button", name="Close").click()

    other = page.locator(".files li", has_text="model.bin")
    expect(other.get_by_role("button", name="Show")).to_have_count(0)
    with page.expect_download() as saving:
        other.get_by_role("button", name="Download").click()
    assert saving.value.suggested_filename == "model.bin"


def test_outputs_that_can_not_be_loaded_say_so_and_load_at_the_next_press(page: Page, stack: Stack) -> None:
    reached = False

    def listed(route: Route, request: Request) -> None:
        is_second = "cursor=second" in request.url
        if is_second and not reached:
            route.abort()
            return
        name = "b.bin" if is_second else "a.bin"
        url = f"{stack.endpoint_url}/store/{name}"
        item = {
            "name": name,
            "download_name": name,
            "media_type": "application/octet-stream",
            "bytes": 1,
            "url": url,
        }
        route.fulfill(json={"items": [item], "count": 2, "next": None if is_second else "second"})

    page.route("**/outputs?*", listed)
    start_message(page, seconds="0")
    more = page.get_by_role("button", name="Show more (1 of 2)")
    more.click()
    expect(page.get_by_role("alert")).to_contain_text("can't be reached")
    reached = True
    more.click()
    expect(page.locator(".files li")).to_have_count(2)
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.get_by_role("button", name="Show more")).to_have_count(0)


def test_a_download_whose_address_ran_out_and_is_not_given_again_says_so(page: Page, stack: Stack) -> None:
    def listed(route: Route, request: Request) -> None:
        if "cursor=" in request.url:
            route.abort()
            return
        url = f"{stack.endpoint_url}/store/a.bin"
        item = {
            "name": "a.bin",
            "download_name": "a.bin",
            "media_type": "application/octet-stream",
            "bytes": 1,
            "url": url,
        }
        route.fulfill(json={"items": [item], "count": 1, "next": None})

    page.route("**/outputs?*", listed)
    start_message(page, seconds="0")
    save = page.get_by_role("button", name="Download")
    expect(save).to_be_visible()
    page.evaluate("() => { const now = Date.now(); Date.now = () => now + 3_600_000; }")
    save.click()
    expect(page.get_by_role("alert")).to_contain_text("can't be reached")
