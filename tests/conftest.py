"""What every test stands on: programs found by name, no network beyond loopback, repeatable Hypothesis."""

import ctypes
import ipaddress
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from glob import glob
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

if TYPE_CHECKING:
    from tests.postgres_server import PostgresServer

pytest_plugins = ["pytester"]

ROOT = Path(__file__).resolve().parent.parent
SYSTEM_PROGRAMS = ROOT / "deploy" / "system-programs"
"""Name, probe, packages and reason of everything the tests need from the operating system."""

IN_CI = os.environ.get("CI", "") not in {"", "0", "false"}
WANT = "needs "
"""Begins the reason of a test that was skipped for want of a program."""

hypothesis.settings.register_profile("default", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True, database=None, print_blob=True)
hypothesis.settings.load_profile("ci" if IN_CI else "default")


# Order ---------------------------------------------------------------------------------------------------------------

LONGEST_FIRST = (
    "fieldapp/test_gallery.py",
    "fieldapp/demo/test_headless_demo.py",
    "fieldapp/demo/test_demo_in_a_terminal.py",
    "sync/test_media_end_to_end.py",
    "sync/test_protocol_end_to_end.py",
    "fieldapp/test_tour.py",
    "faults/cuts/test_failing_calls.py",
    "sync/test_exchange_end_to_end.py",
    "fieldapp/cli/test_plain_over_a_district.py",
    "fieldapp/cli/test_commands_over_a_district.py",
    "fieldapp/screens/test_hostile_text.py",
    "fieldapp/screens/test_photo_files.py",
    "faults/cuts/test_power_cuts.py",
    "faults/test_simulated_worlds.py",
    "house/test_sizes.py",
    "fieldapp/screens/test_every_word_translated.py",
    "fieldapp/screens/test_fit.py",
    "fieldapp/screens/test_hostile_districts.py",
    "fieldapp/terminal/test_flows_in_a_terminal.py",
    "fieldapp/screens/test_photo_flow.py",
    "fieldapp/demo/test_tally.py",
    "contracts/test_codec_contract.py",
    "sync/caseapi/test_serve_process.py",
    "sync/caseapi/hostile/test_described_api.py",
    "sync/tablet/test_sync_machine.py",
    "fieldapp/screens/test_fingers.py",
    "devices/test_station.py",
    "fieldapp/test_app_wedge.py",
    "fieldapp/screens/test_round_pictures.py",
    "fieldapp/test_flooding_reader.py",
)
"""The files that take longest, in that order: begun last, one would keep a process busy while the others rest."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest; the others keep their order."""
    place = {ROOT / "tests" / name: number for number, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: place.get(item.path, len(place)))


# Programs ------------------------------------------------------------------------------------------------------------


@cache
def probes() -> dict[str, str]:
    """Return the probe of each name in the list, in the list's order."""
    lines = SYSTEM_PROGRAMS.read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.split("|")] for line in lines if line.strip() and not line.startswith("#")]
    return {name: probe for name, probe, _packages, _why in rows}


@cache
def found(name: str) -> str | None:
    """Return the path of a needed program (or library, file, first family of a needed font), None when it is absent.

    Raises:
        KeyError: no such name in the list.
    """
    sort, _, wanted = probes()[name].partition(":")
    if sort == "font":
        return _first_font(wanted)
    if sort == "library":
        return _loaded(wanted)
    if sort == "file":
        return next((path for pattern in wanted.split(",") for path in sorted(glob(pattern), reverse=True)), None)
    places = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin"])
    return next((path for program in wanted.split(",") if (path := shutil.which(program, path=places))), None)


def _loaded(library: str) -> str | None:
    try:
        ctypes.CDLL(library)
    except OSError:
        return None
    return library


def _first_font(language: str) -> str | None:
    if not (fc_list := shutil.which("fc-list")):
        return None
    listed = subprocess.run([fc_list, f":lang={language}", "family"], capture_output=True, text=True, check=False)
    return next(iter(sorted(listed.stdout.splitlines())), None)


def pytest_configure() -> None:
    """Start the guard of the network."""
    if not NetworkGuard.installed:
        sys.addaudithook(NetworkGuard.hook)
        NetworkGuard.installed = True


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip and count a test whose program is absent; in CI fail it."""
    for name in [name for marker in item.iter_markers("needs") for name in marker.args]:
        if name not in probes():
            pytest.fail(f"needs({name!r}): unknown; add a row to {SYSTEM_PROGRAMS.relative_to(ROOT)}", pytrace=False)
        if found(name):
            continue
        if IN_CI:
            pytest.fail(f"{name} is absent, and in CI nothing may be; run: make system", pytrace=False)
        pytest.skip(f"{WANT}{name}; to get it: make system")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in one line what was not tested and why, whichever process was to test it."""
    reasons = [
        str(report.longrepr[2]).removeprefix("Skipped: ") for report in terminalreporter.stats.get("skipped", [])
    ]
    wanting = Counter(reason.removeprefix(WANT).partition(";")[0] for reason in reasons if reason.startswith(WANT))
    if wanting:
        counts = ", ".join(f"{name} {count}" for name, count in sorted(wanting.items()))
        terminalreporter.write_line(f"skipped for want of: {counts}", yellow=True)


@pytest.fixture
def program() -> Callable[[str], str]:
    """Give the path of a program by its name in the list; the test carries the mark needs(name)."""

    def path_of(name: str) -> str:
        path = found(name)
        assert path, f"{name} is absent; mark this test @pytest.mark.needs({name!r})"
        return path

    return path_of


@pytest.fixture(scope="session")
def postgres() -> Iterator["PostgresServer"]:
    """Give a PostgreSQL server to this process alone; the test carries the mark needs("postgres")."""
    from tests.postgres_server import KEPT, PostgresServer, running

    if kept := os.environ.get(KEPT):
        yield PostgresServer(Path(kept)).take_over()
        return
    initdb = found("postgres")
    assert initdb, 'PostgreSQL is absent; mark this test @pytest.mark.needs("postgres")'
    with running(Path(initdb).parent) as server:
        yield server.share()


# Network -------------------------------------------------------------------------------------------------------------


class NetworkGuard:
    """Refuses every connection and name lookup beyond loopback made by this process, and remembers what was tried."""

    installed = False
    attempts: list[str] = []  # noqa: RUF012 - an audit hook lives as long as the process, and so does its memory

    @classmethod
    def hook(cls, event: str, args: tuple[object, ...]) -> None:
        """Audit hook: raise PermissionError for an address outside."""
        if event in {"socket.connect", "socket.sendto", "socket.sendmsg"}:
            address = args[1]
            host = address[0] if isinstance(address, tuple) and address else None
        elif event == "socket.getaddrinfo":
            host = args[0]
        else:
            return
        if not is_inside(host):
            cls.attempts.append(f"{event} {host!r}")
            raise PermissionError(f"tests stay on this machine: {event} {host!r}")


def is_inside(host: object) -> bool:
    """Return whether a host as the socket module gets it is this machine: none, a path, localhost or loopback."""
    text = host.decode("ascii", "replace") if isinstance(host, bytes) else host
    if not isinstance(text, str) or text in {"", "localhost"}:
        return True
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback or address.is_unspecified


@pytest.fixture(autouse=True)
def _no_network() -> Iterator[None]:
    """Fail the test that reached beyond loopback, even where the code under test swallowed the refusal."""
    NetworkGuard.attempts.clear()
    yield
    assert not NetworkGuard.attempts, f"this test reached beyond loopback: {', '.join(NetworkGuard.attempts)}"


@pytest.fixture
def network_attempts() -> Iterator[list[str]]:
    """Give the refused attempts, for the tests of the guard itself; they are forgiven afterwards."""
    yield NetworkGuard.attempts
    NetworkGuard.attempts.clear()
