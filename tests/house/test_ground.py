"""The ground of the tests themselves: needs(name) counts, CI is strict, the network guard guards."""

import asyncio
import socket
import threading
from pathlib import Path

import pytest

CONFTEST = Path(__file__).resolve().parent.parent / "conftest.py"
OUTSIDE = "192.0.2.1"
"""An address of the documentation range: nobody lives there."""

ABSENT_PROGRAM = """
import pytest

@pytest.mark.needs("absent")
@pytest.mark.parametrize("n", [1, 2])
def test_uses_it(n):
    assert False, "must not run"

@pytest.mark.needs("present")
def test_uses_another(program):
    assert program("present").endswith("sh")
"""


@pytest.fixture
def small_suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    tests = pytester.mkdir("tests")
    tests.joinpath("conftest.py").write_text(CONFTEST.read_text(encoding="utf-8"), encoding="utf-8")
    tests.joinpath("test_small.py").write_text(ABSENT_PROGRAM, encoding="utf-8")
    rows = "absent | command:no-such-program | none | a test\npresent | command:sh | none | a test\n"
    pytester.mkdir("deploy").joinpath("system-programs").write_text(rows, encoding="utf-8")
    pytester.makeini("[pytest]\nmarkers =\n    needs(name): needs a program\n")
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    return pytester


def test_an_absent_program_skips_and_is_counted_in_the_closing_line(small_suite: pytest.Pytester) -> None:
    result = small_suite.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(passed=1, skipped=2)
    result.stdout.fnmatch_lines(["skipped for want of: absent 2"])


def test_in_ci_an_absent_program_fails(small_suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    result = small_suite.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(passed=1, errors=2)
    result.stdout.fnmatch_lines(["*absent is absent, and in CI nothing may be; run: make system*"])


def test_a_name_that_is_not_in_the_list_is_an_error(small_suite: pytest.Pytester) -> None:
    small_suite.path.joinpath("deploy", "system-programs").write_text("", encoding="utf-8")
    result = small_suite.runpytest_subprocess("-p", "no:cacheprovider")
    result.assert_outcomes(errors=3)
    result.stdout.fnmatch_lines(["*add a row to deploy/system-programs*"])


def test_the_files_that_are_begun_first_exist(pytestconfig: pytest.Config) -> None:
    names = pytestconfig.pluginmanager.get_plugin(str(CONFTEST)).LONGEST_FIRST
    assert [name for name in names if not (CONFTEST.parent / name).is_file()] == []


def test_a_long_file_is_begun_before_the_others(small_suite: pytest.Pytester) -> None:
    for folder, name, test in (("devices", "station", "long"), ("contracts", "first", "short")):
        small_suite.mkdir(f"tests/{folder}").joinpath(f"test_{name}.py").write_text(f"def test_{test}(): pass\n")
    result = small_suite.runpytest_subprocess("-p", "no:cacheprovider", "-v", "tests")
    result.stdout.fnmatch_lines(["*test_station.py::test_long PASSED*", "*test_first.py::test_short PASSED*"])


def test_a_connection_outside_is_refused(network_attempts: list[str]) -> None:
    with socket.socket() as outside, pytest.raises(PermissionError, match="tests stay on this machine"):
        outside.connect((OUTSIDE, 80))
    assert network_attempts == [f"socket.connect '{OUTSIDE}'"]


def test_a_name_lookup_is_refused(network_attempts: list[str]) -> None:
    with pytest.raises(PermissionError):
        socket.getaddrinfo("example.org", 443)
    assert len(network_attempts) == 1


async def test_asyncio_is_refused_too(network_attempts: list[str]) -> None:
    with pytest.raises(PermissionError):
        await asyncio.open_connection(OUTSIDE, 80)
    assert network_attempts


def test_another_thread_is_refused_too(network_attempts: list[str]) -> None:
    def swallow() -> None:
        with socket.socket(type=socket.SOCK_DGRAM) as outside:
            try:
                outside.sendto(b"x", (OUTSIDE, 53))
            except OSError:
                return

    thread = threading.Thread(target=swallow)
    thread.start()
    thread.join()
    assert network_attempts == [f"socket.sendto '{OUTSIDE}'"]


def test_loopback_is_open(network_attempts: list[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert client.getpeername() == server.getsockname()
    assert network_attempts == []


def test_unix_sockets_are_open(network_attempts: list[str]) -> None:
    left, right = socket.socketpair()
    with left, right:
        left.sendall(b"here")
        assert right.recv(4) == b"here"
    assert network_attempts == []


def test_hypothesis_has_no_deadline() -> None:
    from hypothesis import settings

    assert settings().deadline is None
