"""`fieldapp sync` where it does not come to its end: nothing counts as sent, and it says why."""

import http.server
import threading
from collections.abc import Iterator

import pytest

from fieldapp.bootstrap import open_tablet
from fieldapp.demo.proxy import CuttableProxy
from tests.fieldapp.cli.command_line import Home

KEYS = {"ok", "sent", "waiting", "quarantined", "receipt", "fault"}
BOTH = pytest.mark.parametrize("language", ["zh_CN", "en"])


class Portal(http.server.BaseHTTPRequestHandler):
    """The sign-in page of a hotel: whatever is asked, it says 200 and shows itself."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        page = "<html><title>Wi-Fi 登录</title>".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def portal() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Portal) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.fixture
def unreachable() -> Iterator[str]:
    proxy = CuttableProxy(1)
    proxy.cut()
    yield proxy.origin
    proxy.stop()


@BOTH
def test_a_tablet_that_has_not_joined_says_so(home: Home, language: str) -> None:
    home.save("waits")
    ended = home.call("sync", language=language)
    assert ended.status == 1
    assert "1" in ended.out
    assert "E-ENROL" in ended.err


@BOTH
def test_an_unreachable_server_is_no_network(home: Home, unreachable: str, language: str) -> None:
    home.join(unreachable)
    ended = home.call("sync", language=language)
    assert ended.status == 1
    assert "E-OFFLINE" in ended.err
    assert unreachable in ended.err


@BOTH
def test_the_page_of_a_captive_portal_counts_for_nothing(home: Home, portal: str, language: str) -> None:
    home.join(portal)
    home.save("waits", "waits too")
    ended = home.call("sync", "--json", language=language)
    assert ended.status == 1
    (facts,) = ended.rows
    assert facts == {"ok": False, "sent": 0, "waiting": 2, "quarantined": 0, "receipt": None, "fault": "E-PORTAL"}
    assert "E-PORTAL" in home.call("sync", language=language).err


def test_json_is_one_object_also_when_the_database_does_not_open(home: Home) -> None:
    with open_tablet(home.database):
        ended = home.call("sync", "--json")
    assert ended.status == 1
    (facts,) = ended.rows
    assert set(facts) == KEYS
    assert (facts["ok"], facts["waiting"], facts["fault"]) == (False, None, "E-OWNED")
    assert "The app is running and sends by itself" in ended.err


def test_what_is_logged_stands_in_a_file_and_not_on_the_screen(home: Home, portal: str) -> None:
    home.join(portal)
    assert home.call("sync").err.count("\n") == 2
    assert (home.database.parent / "fieldapp.log").stat().st_mode & 0o077 == 0
