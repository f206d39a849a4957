"""Runs tests in forked children: once to learn which test runs which line, then once for every mutant.

The parent has loaded the libraries, never the program: a child loads the program anew, mutant included, or comes from
one that has loaded it (`warm`).
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

from tests.mutation.mutants import Mutant
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
        while_loading: lines, by file, that run before any test does.
    """

    tests: dict[tuple[str, int], set[str]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    skipped: set[str] = field(default_factory=set)
    failed: set[str] = field(default_factory=set)
    while_loading: set[tuple[str, int]] = field(default_factory=set)

    def judging(self, path: str, lines: range) -> list[str]:
        """Return the tests that run one of these lines, the quickest first.

        For no lines, as of a constant that any module may use, all of them; first those that run a line of its module.
        """
        judges = set(self.seconds) - self.skipped - self.failed
        places = [(path, n) for n in lines] if lines else [place for place in self.tests if place[0] == path]
        found = judges.intersection(set[str]().union(*(self.tests.get(place, set()) for place in places)))
        others = set() if lines else judges - found
        return [*sorted(found, key=self.seconds.__getitem__), *sorted(others, key=self.seconds.__getitem__)]

    def is_left_alone(self, mutant: Mutant) -> bool:
        """Tell whether the lines with the slip run in tests alone, never while modules load."""
        places = {(mutant.module, line) for line in mutant.lines}
        return bool(places) and not places & self.while_loading


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
            sys.settrace(watcher.called)
            run_pytest(target.test_files(), watcher, Path(folder) / "tests")
            notes.write_bytes(pickle.dumps(watcher.book))
            return 0

        if forked(work, limit_s=1800) != 0:
            raise SystemExit(f"the tests of {target.name} could not be run")
        return pickle.loads(notes.read_bytes())  # type: ignore[no-any-return]  # noqa: S301 - our own child wrote it


def survives(path: str, code: CodeType, tests: Sequence[str], *, limit_s: float) -> bool:
    """Tell whether all these tests pass over a mutant."""
    with working_folder() as folder:

        def work() -> int:
            sys.meta_path.insert(0, _Finder(path.removesuffix(".py").replace("/", "."), str(ROOT / path), code))
            files = sorted({test.partition("::")[0] for test in tests})
            return run_pytest(files, _Chosen(tests), folder / "tests", "-x")

        return forked(work, limit_s=limit_s) == 0


@contextlib.contextmanager
def working_folder() -> Iterator[Path]:
    """Give a folder for one mutant, in memory where there is such a place."""
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as folder:
        yield Path(folder)


def forked(work: Callable[[], int], *, limit_s: float) -> int:
    """Do some work in a child of its own group and return its code, or `KILLED_ON_TIME`."""
    child = os.fork()
    if child == 0:
        code = 70
        try:
            os.setsid()
            silence()
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


def silence() -> None:
    """Let go of what this process could print to."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)


def run_pytest(files: Sequence[str], plugin: object | None, folder: Path, *words: str) -> int:
    """Run the tests of some files in this process and return pytest's code."""
    os.environ["CI"] = "1"  # the same examples in every run
    os.chdir(ROOT)
    left_out = [word for name in PLUGINS_LEFT_OUT for word in ("-p", f"no:{name}")]
    plugins = [] if plugin is None else [plugin]
    return int(pytest.main(["-q", *left_out, f"--basetemp={folder}", *words, *files], plugins=plugins))


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
        sys.settrace(self.called)
        threading.settrace(self.called)
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

    def called(self, frame: FrameType, event: str, arg: Any) -> Any:
        """Watch a call, where it is one of the modules'."""
        return self._ran if frame.f_code.co_filename in self._watched else None

    def _ran(self, frame: FrameType, event: str, arg: Any) -> Any:
        place = (self._watched[frame.f_code.co_filename], frame.f_lineno)
        if self._test:
            self.book.tests.setdefault(place, set()).add(self._test)
        else:
            self.book.while_loading.add(place)
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
