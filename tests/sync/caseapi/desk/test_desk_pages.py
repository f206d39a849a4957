"""The desk over HTTP: pages, live parts, files, refusals; hostile strings stay text."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from sync.caseapi.desk import DeskAccess
from sync.caseapi.desk.board import MIN_AGE_MS
from sync.caseapi.storage.rows import FoldLag
from sync.reference import GridEntry
from tests.sync.caseapi.desk.desk_server import desk_app
from tests.sync.caseapi.desk.fake_reads import MINUTE_MS, NOW_MS, FakeDesk, busy_desk, case, grid, receipt, tablet

STATIC = Path(__file__).resolve().parents[4] / "sync" / "caseapi" / "desk" / "static"
HTMX = "htmx-2.0.11.min.js"
HTMX_SHA256 = "d6fdc75f204e6bdefa99b69bf1e6d4ac69b8a364f77929f45c13476b4000f717"
HOSTILE = [
    "<script>alert(1)</script>",
    "\"'><img src=x onerror=alert(1)>",
    "{{ 7 * 7 }}{% raw %}",
    "</section><div hx-get='/x' hx-trigger='load'>",
    "\x1b]52;c;AAAA\x07\x1b[2J",
    "pay \u202e001\u202c\u200b",
    "\ud800 \x00",
]


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.ms = NOW_MS

    def __call__(self) -> int:
        return self.ms


class Desk:
    """A desk as a browser on this machine reaches it."""

    def __init__(self, reads: FakeDesk, client: str = "127.0.0.1", access: DeskAccess | None = None) -> None:
        self.reads = reads
        self.clock = Clock()
        app = desk_app(reads, now_ms=self.clock, access=access)
        transport = httpx.ASGITransport(app=app, client=(client, 40000))
        self.http = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8650")

    async def get(self, path: str = "/desk", **headers: str) -> httpx.Response:
        return await self.http.get(path, headers=headers)

    def changed(self) -> None:
        """Tell that a row changed, and let the shared reading age."""
        self.reads.counter += 1
        self.clock.ms += MIN_AGE_MS


class Reader(HTMLParser):
    """Collects what a page is made of."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data

    def attribute(self, name: str) -> list[str]:
        return [value for _, attributes in self.tags if (value := attributes.get(name)) is not None]


def poll_of(html: str) -> str:
    """Return what the page asks next."""
    (address,) = Reader(html).attribute("hx-get")
    return address


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    one = Desk(busy_desk())
    async with one.http:
        yield one


async def test_the_page_shows_all_four_sections_with_their_rows(desk: Desk) -> None:
    page = Reader((await desk.get()).text)
    for words in ("各楼栋轮次", "友协大街1号楼", "楼道照明不亮", "7K3M9Q", "X0VT5B", "未交清的平板", "12 条记录待交"):
        assert words in page.words


async def test_an_empty_district_is_said_in_words(desk: Desk) -> None:
    async with Desk(FakeDesk()).http as http:
        page = (await http.get("/desk")).text
    for words in ("还没有导入楼栋。", "还没有案件。", "还没有回执。", "还没有平板绑定。"):
        assert words in page


@pytest.mark.parametrize(
    ("address", "accepted", "words"),
    [
        ("/desk", "", "今日收到"),
        ("/desk?lang=en", "zh-CN", "What arrives today"),
        ("/desk", "en-GB,en;q=0.9", "What arrives today"),
        ("/desk?lang=zh", "en", "今日收到"),
    ],
)
async def test_the_page_speaks_both_languages(desk: Desk, address: str, accepted: str, words: str) -> None:
    assert words in (await desk.get(address, **{"accept-language": accepted})).text


async def test_an_english_page_has_no_chinese_of_ours(desk: Desk) -> None:
    page = (await desk.get("/desk?lang=en")).text
    foreign = re.sub(r'<(\w+)[^>]*lang="zh-CN"[^>]*>.*?</\1>', "", page, flags=re.DOTALL)
    assert not re.findall(r"[\u4e00-\u9fff]+", re.sub(r"<title>.*?</title>", "", foreign))


async def test_nothing_changed_is_answered_by_nothing(desk: Desk) -> None:
    answer = await desk.get(poll_of((await desk.get()).text))
    assert (answer.status_code, answer.content) == (204, b"")


async def test_a_new_receipt_brings_only_the_parts_that_changed(desk: Desk) -> None:
    address = poll_of((await desk.get()).text)
    desk.reads.receipt_rows.insert(0, receipt("NEW234", 40))
    desk.changed()
    answer = await desk.get(address)
    assert answer.status_code == 200
    assert "NEW234" in answer.text
    assert Reader(answer.text).attribute("id") == ["poll", "summary", "receipts", "receipts-title"]
    assert (await desk.get(poll_of(answer.text))).status_code == 204


async def test_a_change_that_is_not_shown_brings_only_the_next_question(desk: Desk) -> None:
    address = poll_of((await desk.get()).text)
    desk.changed()
    assert Reader((await desk.get(address)).text).attribute("id") == ["poll"]


async def test_a_minute_later_relative_times_are_fresh(desk: Desk) -> None:
    address = poll_of((await desk.get()).text)
    desk.clock.ms += MINUTE_MS
    answer = await desk.get(address)
    assert "4 分钟前收到" in answer.text


async def test_the_rounds_are_those_of_the_district_s_day(desk: Desk) -> None:
    await desk.get()
    desk.clock.ms += 24 * 60 * MINUTE_MS
    await desk.get()
    assert desk.reads.days == ["2026-11-23", "2026-11-24"]


async def test_many_viewers_share_one_reading(desk: Desk) -> None:
    for _ in range(20):
        desk.reads.counter += 1
        await desk.get()
    assert desk.reads.readings == 1
    desk.changed()
    await desk.get()
    assert desk.reads.readings == 2


async def test_unchanged_rows_are_not_read_again(desk: Desk) -> None:
    await desk.get()
    desk.clock.ms += 10 * MIN_AGE_MS
    await desk.get()
    assert desk.reads.readings == 1


async def test_language_and_community_stay_in_every_address(desk: Desk) -> None:
    page = Reader((await desk.get("/desk?lang=en&community=230108001001")).text)
    (live,) = page.attribute("hx-get")
    asked = parse_qs(urlsplit(live).query)
    assert (asked["lang"], asked["community"]) == (["en"], ["230108001001"])
    for address in page.attribute("href"):
        if address.startswith("/desk?") and "lang=zh" not in address:
            assert "lang=en" in address


async def test_records_that_wait_to_be_sorted_in_are_told(desk: Desk) -> None:
    desk.reads.fold_lag = FoldLag(7)
    assert "7 条记录已存下" in (await desk.get()).text


@pytest.fixture(params=HOSTILE, ids=range(len(HOSTILE)))
def hostile_desk(request: pytest.FixtureRequest) -> tuple[str, FakeDesk]:
    text: str = request.param
    reads = busy_desk()
    name, entry = grid(1)
    reads.grid_rows = [(name, GridEntry(text, entry.community, text, text, entry.district, text))]
    reads.buildings = [replace(row, name=text) for row in reads.buildings]
    reads.case_rows = [
        case(0, matter_name=text, summary=text, place=text, building_name=text, state=text, reported_at=text, grid=text)
    ]
    reads.receipt_rows = [receipt(text[:6], 1)]
    reads.tablet_rows = [tablet(unsettled=1, last_fault=text, oldest_unsettled=text, receipt_code=text[:6], grid=text)]
    return text, reads


async def test_hostile_strings_stay_text(hostile_desk: tuple[str, FakeDesk]) -> None:
    _, reads = hostile_desk
    async with Desk(reads).http as http:
        page = (await http.get("/desk")).text
    read = Reader(page)
    assert {tag for tag, _ in read.tags if tag in {"script", "img", "iframe", "object", "style"}} <= {"script", "img"}
    assert all(urlsplit(source).path.startswith("/desk/static/") for source in read.attribute("src"))
    assert len(read.attribute("hx-get")) == 1
    assert not [name for _, attributes in read.tags for name in attributes if name.startswith("on")]
    assert "49" not in read.words.replace("49:", "")
    assert not re.findall(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\ud800-\udfff]", page)


@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_addresses_change_nothing(desk: Desk, text: str) -> None:
    query = {"lang": text, "community": text, "since": text, "shown": text * 50}
    query = {name: value.encode("utf-8", "replace").decode() for name, value in query.items()}
    for path in ("/desk", "/desk/live"):
        answer = await desk.http.get(path, params=query)
        assert answer.status_code == 200
        assert len(Reader(answer.text).attribute("hx-get")) == 1
        assert "<script>alert" not in answer.text


async def test_every_answer_is_bound_to_this_origin_and_nothing_is_inline(desk: Desk) -> None:
    page = await desk.get()
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'" in policy
    assert "unsafe" not in policy
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["x-content-type-options"] == "nosniff"
    read = Reader(page.text)
    assert not read.attribute("style")
    assert all(attributes.get("src") for tag, attributes in read.tags if tag == "script")
    addresses = read.attribute("src") + read.attribute("href") + read.attribute("hx-get")
    assert all(address.startswith(("/desk", "#")) for address in addresses)


async def test_files_are_kept_by_browsers_only_under_their_version(desk: Desk) -> None:
    read = Reader((await desk.get()).text)
    addresses = [address for address in read.attribute("src") + read.attribute("href") if "/static/" in address]
    assert len(addresses) >= 4
    for address in addresses:
        answer = await desk.get(address)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
        assert (await desk.get(address.partition("?")[0])).headers["cache-control"] == "no-store"


@pytest.mark.parametrize("name", ["", "nothing.js", "..%2f..%2fpages.py", "%2e%2e/guard.py", "desk.css/x"])
async def test_no_other_file_is_served(desk: Desk, name: str) -> None:
    assert (await desk.get(f"/desk/static/{name}")).status_code == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_the_desk_takes_nothing(desk: Desk, method: str) -> None:
    assert (await desk.http.request(method, "/desk")).status_code == 405


@pytest.mark.parametrize("path", ["/desk", "/desk/live"])
async def test_a_stranger_is_told_why_nothing_is_shown(path: str) -> None:
    async with Desk(busy_desk(), client="10.0.0.7").http as http:
        answer = await http.get(path)
        assert answer.status_code == 403
        assert "E-DESK" in answer.text
        assert "desk_open" in answer.text
        assert "友协大街" not in answer.text
        assert "desk_open" in (await http.get(path + "?lang=en")).text


@pytest.mark.parametrize("client", ["10.0.0.7", "127.0.0.1"])
async def test_an_opened_desk_counts_cases_and_lists_none(client: str) -> None:
    opened = Desk(busy_desk(), client=client, access=DeskAccess(is_open=True))
    async with opened.http:
        page = await opened.get()
        opened.reads.case_rows.insert(0, case(0, matter_name="暖气不热"))
        opened.changed()
        changes = await opened.get(poll_of(page.text))
    assert page.status_code == 200
    for row in busy_desk().case_rows:
        assert row.matter_name not in page.text
        assert not row.summary or row.summary not in page.text
    assert "今日收到 4 件案件。" in page.text
    assert "今日收到 5 件案件。" in changes.text
    assert "暖气不热" not in changes.text


async def test_what_only_shows_leads_to_the_sign_in(desk: Desk) -> None:
    for path in ("/desk", "/desk/handover"):
        assert "/desk/queue?lang=en" in Reader((await desk.get(f"{path}?lang=en")).text).attribute("href")
    refused = Desk(busy_desk(), client="10.0.0.7")
    async with refused.http:
        assert "/desk/queue" in Reader((await refused.get()).text).attribute("href")


def test_htmx_is_the_published_file_with_its_licence_and_its_notice() -> None:
    assert sha256((STATIC / HTMX).read_bytes()).hexdigest() == HTMX_SHA256
    assert "Zero-Clause BSD" in (STATIC / "htmx-LICENSE.txt").read_text(encoding="utf-8")
    notice = (Path(__file__).resolve().parents[4] / "NOTICE").read_text(encoding="utf-8")
    assert HTMX_SHA256 in notice
    assert "htmx.org 2.0.11" in notice
