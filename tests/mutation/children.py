"""Runs tests in forked children: once to learn which test runs which line, then once for every mutant.

The parent has loaded the libraries, never the program, so that every child loads the program anew, mutant included.
"""

import contextlib
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import os
import pickle
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FrameType, ModuleType
from typing import Any

import pytest

from tests.mutation.targets import ROOT, Target

LIBRARIES = (
    "hypothesis", "msgspec", "cryptography.hazmat.primitives.asymmetric.ed25519", "http_message_signatures", "http_sf",
    "httpx", "litestar", "litestar.contrib.jinja", "uvicorn", "structlog", "sqlite3", "sqlite_utils", "jinja2",
    "argon2", "asyncpg", "qrcode", "xml.etree.ElementTree", "pytest_asyncio.plugin", "pytest_timeout",
    "_hypothesis_pytestplugin",
    "_pytest.pytester", "_pytest.junitxml", "_pytest.doctest", "_pytest.unittest", "_pytest.logging",
)  # fmt: skip
"""Loaded once in the parent; a child that forks has them already."""

PLUGINS_LEFT_OUT = ("cacheprovider", "textual-snapshot", "syrupy", "faker", "anyio", "platformdirs")
"""Plugins that only cost time here."""

KILLED_ON_TIME = -1
"""What a child that had to be stopped is taken to have returned."""


@dataclass
class Book:
    """What a run without mutants teaches.

    Attributes:
        tests: ids of the tests that run a line, by file and line.
        seconds: how long each test took.
        skipped: tests that judge nothing here.
        failed: tests that fail without any mutant.
    """

    tests: dict[tuple[str, int], set[str]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    skipped: set[str] = field(default_factory=set)
    failed: set[str] = field(default_factory=set)

    def judging(self, path: str, lines: range) -> list[str]:
        """Return the tests that run one of these lines, the quickest first; all tests for no lines.

        Of all tests, those come first that run any line of the module.
        """
        found = set(self.seconds) if not lines else set[str]().union(*(self.tests.get((path, n), ()) for n in lines))
        near = found if lines else set[str]().union(*(of for (own, _), of in self.tests.items() if own == path))
        return sorted(found - self.skipped - self.failed, key=lambda test: (test not in near, self.seconds[test]))


def load_libraries() -> None:
    """Load what every child needs."""
    for name in LIBRARIES:
        importlib.import_module(name)
    assert not any(name.partition(".")[0] in ("sync", "fieldapp") for name in sys.modules), "the program is loaded"


def learn(target: Target) -> Book:
    """Run the tests of a target as they are, and note which lines each of them runs."""
    with tempfile.TemporaryDirectory() as folder:
        notes = Path(folder) / "book"

        def work() -> int:
            watcher = _Watcher({str(ROOT / path): path for path in target.sources()})
            _pytest(target.test_files(), watcher, Path(folder) / "tests", stops=False)
            notes.write_bytes(pickle.dumps(watcher.book))
            return 0

        if forked(work, limit_s=1800) != 0:
            raise SystemExit(f"the tests of {target.name} could not be run")
        return pickle.loads(notes.read_bytes())  # type: ignore[no-any-return]  # noqa: S301 - our own child wrote it


def survives(path: str, code: CodeType, tests: Sequence[str], *, limit_s: float) -> bool:
    """Tell whether all these tests pass over a mutant."""
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as folder:

        def work() -> int:
            sys.meta_path.insert(0, _Finder(path.removesuffix(".py").replace("/", "."), str(ROOT / path), code))
            files = sorted({test.partition("::")[0] for test in tests})
            return _pytest(files, _Chosen(tests), Path(folder) / "tests", stops=True)

        return forked(work, limit_s=limit_s) == 0


def forked(work: Callable[[], int], *, limit_s: float) -> int:
    """Do some work in a child of its own group and return its code, or `KILLED_ON_TIME`."""
    child = os.fork()
    if child == 0:
        code = 70
        try:
            os.setsid()
            _silence()
            code = work()
        finally:
            os._exit(code)
    end = time.monotonic() + limit_s
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            _end_group(child)
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.005)
    _end_group(child)
    os.waitpid(child, 0)
    return KILLED_ON_TIME


def _end_group(child: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child, signal.SIGKILL)


def _silence() -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)


def _pytest(files: Sequence[str], plugin: object, folder: Path, *, stops: bool) -> int:
    os.environ["CI"] = "1"  # the same examples in every run
    os.chdir(ROOT)
    left_out = [word for name in PLUGINS_LEFT_OUT for word in ("-p", f"no:{name}")]
    words = ["-q", *left_out, f"--basetemp={folder}", *(["-x"] if stops else []), *files]
    return int(pytest.main(words, plugins=[plugin]))


class _Chosen:
    """Runs only the chosen tests, in the order given."""

    def __init__(self, tests: Sequence[str]) -> None:
        self._order = {test: place for place, test in enumerate(tests)}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave the chosen tests."""
        items[:] = sorted(
            (item for item in items if item.nodeid in self._order), key=lambda item: self._order[item.nodeid]
        )


class _Watcher:
    """Notes the lines that each test runs, in every thread."""

    def __init__(self, watched: dict[str, str]) -> None:
        self.book = Book()
        self._watched = watched
        self._test = ""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Watch one test."""
        self._test = item.nodeid
        began = time.monotonic()
        sys.settrace(self._called)
        threading.settrace(self._called)
        try:
            return (yield)
        finally:
            sys.settrace(None)
            threading.settrace(None)
            self.book.seconds[item.nodeid] = time.monotonic() - began

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note what fails or is skipped without any mutant."""
        if report.outcome != "passed":
            (self.book.failed if report.failed else self.book.skipped).add(report.nodeid)

    def _called(self, frame: FrameType, event: str, arg: Any) -> Any:
        return self._ran if frame.f_code.co_filename in self._watched else None

    def _ran(self, frame: FrameType, event: str, arg: Any) -> Any:
        place = (self._watched[frame.f_code.co_filename], frame.f_lineno)
        self.book.tests.setdefault(place, set()).add(self._test)
        return self._ran


class _Finder(importlib.abc.MetaPathFinder):
    def __init__(self, module: str, path: str, code: CodeType) -> None:
        self._module = module.removesuffix(".__init__")
        self._loader = _Loader(self._module, path, code)
        self._path = path

    def find_spec(self, fullname: str, path: Any, target: ModuleType | None = None) -> Any:
        """Return the mutant for its module, nothing for others."""
        if fullname != self._module:
            return None
        return importlib.util.spec_from_file_location(fullname, self._path, loader=self._loader)


class _Loader(importlib.machinery.SourceFileLoader):
    def __init__(self, module: str, path: str, code: CodeType) -> None:
        super().__init__(module, path)
        self._code = code

    def get_code(self, fullname: str) -> CodeType:
        """Return the mutant's code."""
        return self._code
