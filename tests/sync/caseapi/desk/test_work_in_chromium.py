"""A case at the desk in a browser, with the keyboard alone: from a phone call to closed and answered."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect, sync_playwright

from sync.caseapi.app import make_app
from tests.sync.caseapi.desk.work_desk import staff
from tests.sync.caseapi.desk_client import PASSWORD
from tests.sync.caseapi.harness import Clock, Desk, open_case_api, prepare

pytestmark = pytest.mark.needs("chromium")

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync", "--no-first-run"]
MOST_TABS = 60
"""Presses of the tabulator until something must have been reached; a page has some thirty stops."""


@contextmanager
def served(database: Path) -> Iterator[str]:
    """Serve a whole case API with two accounts from a thread; yield its origin."""
    listener = socket.create_server(("127.0.0.1", 0))
    started = threading.Event()
    servers: list[uvicorn.Server] = []

    async def serve() -> None:
        clock = Clock()
        case_api = open_case_api(prepare(database, clock), clock)
        desk = Desk(case_api, clock)
        await desk.import_small_district()
        await staff(desk, "community", "heat")
        servers.append(uvicorn.Server(uvicorn.Config(make_app(case_api), log_level="error", lifespan="off")))
        started.set()
        await servers[0].serve(sockets=[listener])
        await case_api.storage.close()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    assert started.wait(30)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        servers[0].should_exit = True
        thread.join(10)
        listener.close()


class Keys:
    """Somebody at a keyboard in front of a window."""

    def __init__(self, browser: Browser, origin: str, complaints: list[str]) -> None:
        self.page: Page = browser.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN").new_page()
        self.page.on("console", lambda message: complaints.append(message.text))
        self.page.on("pageerror", lambda error: complaints.append(str(error)))
        self.page.goto(f"{origin}/desk/queue")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def to(self, selector: str) -> None:
        """Go to an element by the tabulator."""
        for _ in range(MOST_TABS):
            if self.page.evaluate("selector => !!document.activeElement?.matches(selector)", selector):
                return
            self.press("Tab")
        raise AssertionError(f"the tabulator does not reach {selector}")

    def types(self, selector: str, text: str) -> None:
        self.to(selector)
        self.page.keyboard.insert_text(text)

    def enter(self, selector: str) -> None:
        """Press what leads to another page, and wait for that."""
        self.to(selector)
        with self.page.expect_navigation():
            self.press("Enter")

    def sign_in(self, name: str) -> None:
        self.types("#name", name)
        self.types("#password", PASSWORD)
        with self.page.expect_navigation():
            self.press("Enter")

    def act(self, action: str) -> None:
        self.enter(f"#{action} > form > button")


def test_a_call_is_dispatched_handled_closed_and_answered_by_keys_alone(tmp_path: Path) -> None:
    from tests.conftest import found

    complaints: list[str] = []
    with sync_playwright() as playwright, served(tmp_path / "case.db") as origin:
        browser = playwright.chromium.launch(executable_path=found("chromium"), args=ARGUMENTS)
        community, heat = Keys(browser, origin, complaints), Keys(browser, origin, complaints)
        community.sign_in("community")
        community.enter("a[href='/desk/new']")
        community.page.keyboard.insert_text("02001")
        community.types("#building", "1号楼")
        community.types("#description", "三单元没水")
        community.types("#contact", "合成来电")
        community.enter(".call > p > button")
        community.act("file")
        community.to("#dispatch-org")
        community.press("ArrowDown")
        community.act("dispatch")
        expect(community.page.locator(".title .chip").first).to_have_text("已派遣")

        heat.sign_in("heat")
        heat.enter(".queue a")
        heat.act("accept")
        heat.types("#done-note", "换了阀门")
        heat.act("done")
        expect(heat.page.locator(".title .chip").first).to_have_text("已处置")

        community.page.reload()
        community.types("#close-note", "已回复来电人")
        community.act("close")
        community.to("#satisfaction > summary")
        community.press("Enter")
        community.to("#satisfaction input[type=radio]")
        community.press("Space")
        community.act("satisfaction")
        expect(community.page.locator("main")).to_contain_text("很满意")
        expect(community.page.locator(".title .chip").first).to_have_text("已结案")
        browser.close()
    assert complaints == []
