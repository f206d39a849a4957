"""The desk as a browser shows it: live without reload, in both languages, on a desk and on a phone."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.sync.caseapi.desk.desk_server import desk_app, serving
from tests.sync.caseapi.desk.fake_reads import NOW_MS, FakeDesk, building, busy_desk, case, receipt, round_done

pytestmark = pytest.mark.needs("chromium")

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PHONE, DESK = 390, 1280


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from tests.conftest import found

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found("chromium"), args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def reads() -> FakeDesk:
    return busy_desk()


@pytest.fixture
def opened(browser: Browser, reads: FakeDesk) -> Iterator[Callable[..., Page]]:
    """Open the desk in a window; fail the test where the browser complained about anything."""
    complaints: list[str] = []
    clock = iter(range(NOW_MS, NOW_MS + 10**9, 1_001))
    with ExitStack() as stack:
        origin = stack.enter_context(serving(desk_app(reads, now_ms=lambda: next(clock))))

        def open_window(*, width: int = DESK, address: str = "/desk") -> Page:
            page = browser.new_page(viewport={"width": width, "height": 900}, locale="zh-CN")
            stack.callback(page.close)
            page.on("console", lambda message: complaints.append(message.text))
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on("request", lambda request: complaints.append(request.url) if origin not in request.url else None)
            page.goto(origin + address)
            return page

        yield open_window
    assert [text for text in complaints if "503" not in text] == []


def test_what_arrives_appears_by_itself_and_leaves_the_rest_alone(opened: Callable[..., Page], reads: FakeDesk) -> None:
    page = opened()
    page.evaluate("window.loadedOnce = true")
    community = page.get_by_role("link", name="演示社区1")
    community.focus()
    reads.receipt_rows.insert(0, receipt("NEW234", 40))
    reads.case_rows.insert(0, case(0, matter_name="暖气不热"))
    reads.counter += 1
    expect(page.locator("#receipts .code").first).to_have_text("NEW234")
    expect(page.locator("#cases tbody tr").first).to_contain_text("暖气不热")
    expect(page.locator("#summary")).to_contain_text("5")
    expect(community).to_be_focused()
    reads.buildings[5] = building(6, round_done(1, not_stated=1))
    reads.counter += 1
    expect(page.locator("#rounds table")).to_contain_text("友协大街6号楼")
    assert page.evaluate("window.loadedOnce")


def test_a_language_is_a_click_away_and_stays(opened: Callable[..., Page]) -> None:
    page = opened()
    expect(page).to_have_title("调度台 · 平房区（演示） · 巡格")
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What arrives today")
    page.get_by_role("link", name="演示社区2").click()
    expect(page.get_by_role("link", name="Show the whole district")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en")


@pytest.mark.parametrize("width", [PHONE, 320])
def test_a_phone_shows_everything_without_sideways_scrolling(opened: Callable[..., Page], width: int) -> None:
    page = opened(width=width, address="/desk?community=230108001001&lang=en")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for name in ("rounds", "cases", "receipts", "tablets"):
        expect(page.locator(f"#{name} h2")).to_be_visible()
    code = page.locator("#receipts .code").first
    assert code.evaluate("element => parseFloat(getComputedStyle(element).fontSize)") >= 28


def test_a_lost_connection_is_said_and_its_return_too(opened: Callable[..., Page]) -> None:
    page = opened()
    expect(page.locator("#lost")).to_be_hidden()
    page.route("**/desk/live*", lambda route: route.fulfill(status=503, body=""))
    expect(page.locator("#lost")).to_be_visible(timeout=15_000)
    page.unroute("**/desk/live*")
    expect(page.locator("#lost")).to_be_hidden(timeout=15_000)
