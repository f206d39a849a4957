"""Until the desk has a sign-in, only this machine sees it."""

import pytest

from sync.caseapi.desk.guard import DeskAccess, host_name, is_loopback

LOCAL = {"host": "127.0.0.1:8650"}


def admits(client: str, headers: dict[str, str], http_version: str = "1.1", *, is_open: bool = False) -> bool:
    return DeskAccess(is_open=is_open).admits(client, headers, http_version=http_version)


@pytest.mark.parametrize("client", ["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1"])
@pytest.mark.parametrize("host", ["127.0.0.1:8650", "localhost", "LOCALHOST:8650", "[::1]:8650", "[::1]"])
def test_this_machine_may_look(client: str, host: str) -> None:
    assert admits(client, {"host": host})


@pytest.mark.parametrize("client", ["10.0.0.7", "192.168.1.2", "::ffff:10.0.0.7", "fe80::1", "", "testclient"])
def test_another_machine_may_not(client: str) -> None:
    assert not admits(client, LOCAL)


@pytest.mark.parametrize(
    "host", ["", "case.example", "127.0.0.1.example", "localhost.example:8650", "10.0.0.1", "[::2]"]
)
def test_a_name_that_a_web_page_elsewhere_could_use_may_not(host: str) -> None:
    assert not admits("127.0.0.1", {"host": host})


@pytest.mark.parametrize("value", ["10.0.0.7", ""])
@pytest.mark.parametrize(
    "header", ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via"]
)
def test_what_a_proxy_on_this_machine_passes_on_may_not(header: str, value: str) -> None:
    assert not admits("127.0.0.1", LOCAL | {header: value})


def test_a_proxy_that_says_nothing_of_itself_is_known_by_its_old_protocol() -> None:
    assert not admits("127.0.0.1", LOCAL, "1.0")


def test_the_setting_opens_it_to_all() -> None:
    assert admits("10.0.0.7", {"host": "case.example", "via": "1.1 proxy"}, "1.0", is_open=True)


@pytest.mark.parametrize(("host", "name"), [("a:1", "a"), ("[::1]:1", "::1"), ("[::1", "::1"), ("", ""), ("a", "a")])
def test_a_host_is_read_without_its_port(host: str, name: str) -> None:
    assert host_name(host) == name


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1"])
def test_loopback_is_known_by_its_form(host: str) -> None:
    assert is_loopback(host)
