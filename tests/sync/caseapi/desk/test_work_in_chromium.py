"""Cases at the desk in a browser: by the keyboard alone, and through everything that can happen on the way."""

import asyncio
import socket
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect, sync_playwright

from sync.caseapi.app import make_app
from sync.records import TaskResult
from tests.sync.caseapi.desk.work_desk import staff
from tests.sync.caseapi.desk_client import PASSWORD
from tests.sync.caseapi.harness import ORIGIN, Clock, Desk, Tablet, open_case_api, prepare

pytestmark = pytest.mark.needs("chromium")

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync", "--no-first-run"]
MOST_TABS = 60
"""Presses of the tabulator until something must have been reached; a page has some thirty stops."""

DAY_MS = 86_400_000
PASTE = """async () => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 20, height: 20 });
  const pasted = new DataTransfer();
  const picture = await new Promise((done) => canvas.toBlob(done));
  pasted.items.add(new File([picture], "image.png", { type: picture.type }));
  const event = { clipboardData: pasted, bubbles: true, cancelable: true };
  document.activeElement.dispatchEvent(new ClipboardEvent("paste", event));
}"""
"""Pastes a picture where the cursor is."""

OPENED = """([form, names]) => {
  document.querySelectorAll(`#${form}, #${form} details`).forEach((each) => { each.open = true; });
  return names.map((name) => document.querySelector(`#${form} [name=${name}]`).type);
}"""
"""Opens a form and what is folded in it; returns of what type its fields are."""

STAFF = ("community", "street", "district", "heat", "water")


@dataclass
class Served:
    """A whole case API that a browser reaches, and a tablet of its grid.

    Attributes:
        complaints: what browsers said on their consoles.
        last: who acted last; everybody else has an older page before him.
    """

    origin: str
    desk: Desk
    loop: asyncio.AbstractEventLoop
    tablet: Tablet
    complaints: list[str] = field(default_factory=list)
    last: object = None

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Do something where the server runs, and return what comes of it."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(30)


@contextmanager
def served(database: Path) -> Iterator[Served]:
    """Serve a case API with accounts of all levels from a thread."""
    listener = socket.create_server(("127.0.0.1", 0))
    started = threading.Event()
    made: list[Served] = []
    servers: list[uvicorn.Server] = []

    async def serve() -> None:
        clock = Clock()
        case_api = open_case_api(prepare(database, clock), clock)
        desk, app = Desk(case_api, clock), make_app(case_api)
        desk.client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN)
        await desk.import_small_district()
        await staff(desk, *STAFF)
        tablet = await desk.tablet()
        origin = f"http://127.0.0.1:{listener.getsockname()[1]}"
        made.append(Served(origin, desk, asyncio.get_running_loop(), tablet))
        servers.append(uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off")))
        started.set()
        await servers[0].serve(sockets=[listener])
        await desk.client.aclose()
        await case_api.storage.close()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    assert started.wait(30)
    try:
        yield made[0]
    finally:
        made[0].loop.call_soon_threadsafe(made[0].desk.case_api.notices.end)
        servers[0].should_exit = True
        thread.join(10)
        listener.close()


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("office") / "case.db") as one:
        yield one


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from tests.conftest import found

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found("chromium"), args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(autouse=True)
def no_complaints(office: Served) -> Iterator[None]:
    yield
    assert office.complaints == []


class Window:
    """Somebody in front of a window of his own."""

    def __init__(self, browser: Browser, office: Served) -> None:
        self.office = office
        self.page: Page = browser.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN").new_page()
        self.page.on("console", lambda message: office.complaints.append(message.text))
        self.page.on("pageerror", lambda error: office.complaints.append(str(error)))
        self.page.goto(f"{office.origin}/desk/queue")


class Keys(Window):
    """Somebody at a keyboard."""

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


def test_a_call_is_dispatched_handled_closed_and_answered_by_keys_alone(browser: Browser, office: Served) -> None:
    community, heat = Keys(browser, office), Keys(browser, office)
    community.sign_in("community")
    community.enter("a[href='/desk/new']")
    expect(community.page.locator("#matter")).to_be_focused()
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
    heat.page.evaluate(PASTE)
    expect(heat.page.locator("#done .chosen")).to_have_text("已选：image.png")
    heat.act("done")
    photo = heat.page.locator(".steps img")
    photo.scroll_into_view_if_needed()
    assert photo.evaluate("async (img) => { await img.decode(); return img.naturalWidth; }") == 20
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


class Mouse(Window):
    """Somebody who points and types: signs in, opens forms, fills them in."""

    def sign_in(self, name: str) -> None:
        self.page.goto(f"{self.office.origin}/desk/sign-in")
        self.page.fill("#name", name)
        self.page.fill("#password", PASSWORD)
        self.sends(".stack button")

    def sends(self, button: str) -> None:
        with self.page.expect_navigation(wait_until="domcontentloaded"):
            self.page.press(button, "Enter")

    def takes_down(self) -> str:
        """Take down a phone call; return the address of its case."""
        self.page.goto(f"{self.office.origin}/desk/new")
        for name, text in (
            ("matter", "02001"),
            ("building", "1号楼"),
            ("description", "楼道漏水"),
            ("contact", "合成来电"),
        ):
            self.page.fill(f"#{name}", text)
        self.sends(".call > p > button")
        return self.page.url

    def act(self, case: str, form: str, **said: str) -> None:
        """Open a form of a case a minute later, say what it asks, send it."""
        self.office.desk.clock.now_ms += 60_000
        if not self.page.url.startswith(case) or self.office.last is not self:
            self.page.goto(case, wait_until="domcontentloaded")
        self.office.last = self
        kinds = self.page.evaluate(OPENED, [form, list(said)])
        for (name, text), kind in zip(said.items(), kinds, strict=True):
            field = f"#{form} [name={name}]"
            if kind in ("radio", "checkbox"):
                self.page.press(f"{field}[value='{text}']", "Space")
            elif kind == "select-one":
                self.page.select_option(field, text)
            else:
                self.page.fill(field, text)
        self.sends(f"#{form} > form button")
        assert self.page.locator(".fault").all_inner_texts() == []


def task_answered(office: Served, case: str, kind: str) -> None:
    """Let the grid's tablet hear of a task by its exchange, and answer it by the next one."""
    reply = office.run(office.tablet.sync())
    told = {each.id: each.body for feed in reply.feeds.values() for each in feed.entries if each.type == "task"}
    (task,) = (
        name for name, body in told.items() if case[-36:].encode() in bytes(body) and kind.encode() in bytes(body)
    )
    office.tablet.record("task_result", TaskResult(task, kind, "yes", note="看过了"))  # type: ignore[arg-type]  # of two
    office.run(office.tablet.sync())
    office.run(office.desk.fold())
    office.last = office.tablet


def handed_in(office: Served) -> str:
    """Let a tablet report; return the address of the case."""
    case = office.tablet.case("楼道漏水")
    office.run(office.tablet.sync())
    office.run(office.desk.fold())
    return f"{office.origin}/desk/cases/{case}"


def test_cases_of_a_tablet_and_of_a_call_go_from_report_to_closed_and_answered(
    browser: Browser, office: Served
) -> None:
    seats = {name: Mouse(browser, office) for name in STAFF}
    for name, window in seats.items():
        window.sign_in(name)
    community, street, district, heat, water = seats.values()
    cases = [handed_in(office), community.takes_down()]

    for case in cases:  # Verified by the inspector, filed, dispatched, declined, handed up to street and district.
        community.act(case, "ask_verify", note="看是哪一根管")
        task_answered(office, case, "verify")
        community.act(case, "file", condition="usual")
        community.act(case, "dispatch", to_org="org-water", note="请到场")
        water.act(case, "decline", reason="不归我们管")
        expect(water.page.locator(".done")).to_contain_text("已退回")
        community.act(case, "transfer_level", to_level="street", reason="本级没有单位")
        street.act(case, "transfer_level", to_level="district", reason="要区里定")
        district.act(case, "dispatch", to_org="org-heat", assisting="org-water", mode="emergency")
        heat.act(case, "accept")

    office.desk.clock.now_ms += 15 * DAY_MS  # Sessions have ended meanwhile.
    district.sign_in("district")
    heat.sign_in("heat")
    for case in cases:  # Late: supervised, explained.
        district.page.goto(f"{office.origin}/desk/queue?show=late")
        expect(district.page.locator(f".queue a[href$='{case[-36:]}']")).to_be_visible()
        district.act(case, "supervision", type="timeout", text="为何未办")
        heat.page.goto(case)
        heat.page.fill("textarea[name=text]", "等配件，今天到")
        heat.sends("button[name=grant]")
        expect(heat.page.locator("main")).to_contain_text("等配件，今天到")

    for case in cases:  # Handled, sent back, handled, rechecked by the inspector, closed, answered.
        heat.act(case, "done", note="换了阀门")
        district.act(case, "rework", reason="还漏")
        heat.act(case, "done", note="换了整段管")
        district.act(case, "ask_recheck", note="看还漏不漏")
        task_answered(office, case, "recheck")
        district.act(case, "close", note="已修好，已回复来电人")
        district.act(case, "satisfaction", score="3")
        expect(district.page.locator(".title .chip").first).to_have_text("已结案")
        for words in ("已回复来电人", "很满意", "为何未办", "还漏", "不归我们管", "看过了"):
            expect(district.page.locator("main")).to_contain_text(words)
