"""What a person does on the page, in a real browser before the deployed stack."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from fpdf import FPDF
from playwright.sync_api import FilePayload, Locator, Page, Request, Response, Route, expect

from tests.e2e.browser.conftest import PATIENCE_MS
from tests.e2e.conftest import Stack
from tests.support.api import Api
from tests.support.sample_documents import SAMPLE

expect.set_options(timeout=PATIENCE_MS)

BADGE = ".state .badge"


def start(page: Page, file: Path | FilePayload, **params: str) -> None:
    page.set_input_files("#file", file)
    for name, value in params.items():
        page.fill(f"#param-{name}", value)
    page.click("#start")


def choose(page: Page, view: str) -> None:
    page.get_by_role("navigation", name="Main").get_by_role("link", name=view).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(view)


def start_message(page: Page, **params: str) -> None:
    page.select_option("#task", "message")
    for name, value in params.items():
        page.fill(f"#param-{name}", value)
    page.click("#start")


def is_drawn(picture: Locator) -> bool:
    return bool(picture.evaluate("image => image.decode().then(() => image.naturalWidth > 0)"))


def test_a_pdf_becomes_a_gallery(page: Page) -> None:
    start(page, SAMPLE, dpi="60")
    expect(page.get_by_role("heading", name="sample.pdf")).to_be_visible()
    expect(page.locator(BADGE)).to_have_text("Done")
    tiles = page.locator(".gallery .tile")
    expect(tiles).to_have_count(3)
    for tile in tiles.all():
        tile.scroll_into_view_if_needed()
        assert is_drawn(tile.locator("img"))
    for what in ("Waited", "Ran", "Cost"):
        expect(page.locator(".state dt", has_text=what)).to_be_visible()
    assert "done" in page.locator("#announcer").inner_text()

    tiles.first.press("Enter")
    viewer = page.locator("dialog.viewer")
    expect(viewer.locator("h2")).to_contain_text("page-0001.png")
    viewer.press("ArrowRight")
    expect(viewer.locator("h2")).to_contain_text("page-0002.png")
    large = viewer.get_by_alt_text("page-0002.png")
    expect(large).to_be_visible()
    assert is_drawn(large)
    with page.expect_download() as saving:
        viewer.get_by_role("button", name="Download").click()
    assert saving.value.suggested_filename == "page-0002.png"
    assert Path(saving.value.path()).read_bytes().startswith(b"\x89PNG")
    viewer.press("Escape")
    expect(viewer).to_have_count(0)


def test_a_dropped_file_is_taken(page: Page) -> None:
    expect(page.locator("#start")).to_be_visible()
    data = page.evaluate_handle(
        "() => { const data = new DataTransfer();"
        " data.items.add(new File(['%PDF-1.4'], 'dropped.pdf', {type: 'application/pdf'})); return data; }"
    )
    page.dispatch_event("main", "drop", {"dataTransfer": data})
    expect(page.locator(".drop")).to_contain_text("dropped.pdf")
    page.get_by_role("button", name="Remove").click()
    expect(page.locator(".drop")).to_contain_text("Drop a file here")
    page.click("#start")
    expect(page.get_by_role("alert")).to_contain_text("There is no file yet")


def test_a_damaged_file_fails_with_its_reason(page: Page) -> None:
    start(page, FilePayload(name="broken.pdf", mimeType="application/pdf", buffer=b"%PDF-1.4 nothing more"))
    expect(page.locator(BADGE)).to_have_text("Failed")
    card = page.locator(".state [role=alert]")
    expect(card).to_contain_text("damaged")
    assert card.inner_text().count("damaged") == 1  # where the detail says no more than the title
    expect(page.get_by_role("button", name="Try again")).to_be_visible()


def test_a_param_that_does_not_fit_is_marked(page: Page) -> None:
    start(page, SAMPLE, pages="9-1")
    field = page.get_by_label("Pages")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_be_focused()
    expect(page.locator("#param-pages-fault")).to_contain_text("backwards")
    expect(page.get_by_role("alert")).not_to_contain_text("/params")  # it is said at its field
    field.fill("1")
    expect(page.locator("#param-pages-fault")).to_have_text("")
    page.fill("#param-dpi", "9999")
    page.click("#start")
    assert page.locator("#param-dpi").evaluate("field => field.validity.rangeOverflow")


def test_a_view_that_takes_long_shows_at_once_that_it_is_coming(page: Page) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/v1/queues", hold, times=1)
    choose(page, "Queues")
    expect(page.locator("main")).to_contain_text("One moment")
    held[0].continue_()
    expect(page.get_by_role("heading", name="message")).to_be_visible()
    expect(page.locator("main")).not_to_contain_text("One moment")


def test_a_large_file_goes_by_an_upload(page: Page) -> None:
    document = FPDF()
    document.add_page()
    document.embed_file(bytes=os.urandom(5_000_000), basename="noise.bin")
    sent = posts_of(page)
    start(page, FilePayload(name="large.pdf", mimeType="application/pdf", buffer=bytes(document.output())))
    expect(page.locator(BADGE)).to_have_text("Done")
    assert [path for path, _ in sent] == ["/v1/uploads", "/store", "/v1/jobs"]


def test_where_a_file_can_not_go_with_the_request_it_goes_by_an_upload(page: Page) -> None:
    """As under `sam local`, which answers 500 to every binary body."""

    def refuse(route: Route, request: Request) -> None:
        if request.headers["content-type"].startswith("multipart/"):
            route.fulfill(status=500, json={"message": "Internal server error"})
        else:
            route.continue_()

    page.route("**/v1/jobs", refuse)
    sent = posts_of(page)
    start(page, SAMPLE, dpi="36")
    expect(page.locator(BADGE)).to_have_text("Done")
    assert sent == [("/v1/jobs", 500), ("/v1/uploads", 201), ("/store", 204), ("/v1/jobs", 202)]


def posts_of(page: Page) -> list[tuple[str, int]]:
    """What the page will have posted, and the status each got; the store as /store."""
    sent: list[tuple[str, int]] = []

    def note(answer: Response) -> None:
        if answer.request.method == "POST":
            path = re.search(r"/v1/\w+$", answer.url)
            sent.append((path[0] if path else "/store", answer.status))

    page.on("response", note)
    return sent


def test_a_key_is_asked_for_once_and_kept_in_the_tab(page: Page) -> None:
    def guard(route: Route, request: Request) -> None:
        headers = request.headers
        if headers.pop("authorization", None) == "Bearer sesame":
            route.continue_(headers=headers)  # an open stack would ask whose key that is
        else:
            problem = {"type": "/problems/unauthorized", "title": "A valid API key is needed", "status": 401}
            route.fulfill(status=401, json=problem, content_type="application/problem+json")

    page.route("**/v1/**", guard)
    page.reload()
    page.get_by_role("textbox", name="API key").fill("sesame")
    page.get_by_role("button", name="Use this key").click()
    expect(page.locator("#start")).to_be_visible()
    expect(page.locator("dialog")).to_have_count(0)
    assert page.evaluate("() => Object.values(sessionStorage)") == ["sesame"]
    assert page.evaluate("() => localStorage.length") == 0
    page.reload()
    expect(page.locator("#start")).to_be_visible()
    page.get_by_role("button", name="Forget the key").click()
    expect(page.locator("dialog")).to_be_visible()


def test_a_lost_connection_is_said_and_the_page_goes_on(page: Page, stack: Stack) -> None:
    start_message(page, seconds="4")
    expect(page.locator(BADGE)).to_have_text("Running")
    page.route("**/v1/jobs/*", lambda route: route.abort())
    expect(page.locator(".note")).to_contain_text("can't be reached")
    page.unroute("**/v1/jobs/*")
    expect(page.locator(BADGE)).to_have_text("Done")
    expect(page.locator(".note")).to_have_count(0)


@pytest.mark.parametrize("width", [360, 1200])
def test_every_view_fits_its_window_and_names_its_controls(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 740})
    for link in ("New job", "Jobs", "Queues", "Dead letters"):
        choose(page, link)
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width, link
        unnamed = page.locator("input, select, textarea, button").evaluate_all(
            "all => all.filter(one => !one.labels?.length && !one.ariaLabel && !one.textContent.trim())"
            ".map(one => one.outerHTML)"
        )
        assert unnamed == [], link


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


def test_a_running_job_is_canceled_and_tried_again(page: Page) -> None:
    start_message(page, seconds="15")
    expect(page.locator(BADGE)).to_have_text("Running")
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator(BADGE)).to_have_text("Canceled")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(BADGE)).to_have_text(re.compile("Queued|Running"))
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator(BADGE)).to_have_text("Canceled")


def test_the_list_is_filtered_and_paged(page: Page, stack: Stack) -> None:
    api = Api(stack.api_url)
    message = {"task": "message", "params": {"seconds": 0}}
    ids = [api.post("/v1/jobs", json=message).json()["id"] for _ in range(21)]
    choose(page, "Jobs")
    page.get_by_label("Task").select_option("message")
    rows = page.locator(".rows .row")
    expect(rows).to_have_count(20)
    expect(rows.first).to_have_attribute("href", f"#/jobs/{ids[-1]}")
    expect(page.locator(".rows")).not_to_contain_text("Queued")  # the list follows them to their end
    page.get_by_role("link", name="Older").click()
    expect(rows.first).to_have_attribute("href", f"#/jobs/{ids[0]}")
    page.get_by_role("link", name="Newest").click()
    expect(rows.first).to_have_attribute("href", f"#/jobs/{ids[-1]}")
    page.get_by_label("Status").select_option("FAILED")
    expect(page.locator(".rows, .empty")).not_to_contain_text("Done")
    page.get_by_label("Status").select_option("DONE")
    expect(rows.first).to_have_attribute("href", f"#/jobs/{ids[-1]}")
    rows.first.click()
    expect(page.locator(BADGE)).to_have_text("Done")


def test_a_dead_letter_shows_each_attempt_and_runs_again(page: Page, stack: Stack, hopeless: str) -> None:
    assert Api(stack.api_url).ended(hopeless)["status"] == "FAILED"
    choose(page, "Queues")
    card = page.get_by_role("region", name="message")
    card.locator(".alarm a").click()
    letter = page.locator(".letters li", has=page.locator(f"input[value='{hopeless}']"))
    letter.get_by_text("Each attempt").click()
    expect(letter.locator(".attempts li")).to_have_count(3)
    letter.get_by_role("checkbox").check()
    page.get_by_role("button", name="Run the chosen ones again").click()
    expect(page.get_by_role("status").filter(has_text="1 job runs again")).to_be_visible()
    expect(letter).to_have_count(0)
    page.goto(f"{stack.api_url}/#/jobs/{hopeless}")
    expect(page.locator(BADGE)).to_have_text(re.compile("Queued|Running|Failed"))
