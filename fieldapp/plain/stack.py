"""The pages of a shift, one above the other; the newest is where one is, the home page lies at the bottom."""

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from fieldapp.plain.page import Page

HOME = "today"
"""The page at the bottom of everything."""

PAGES: dict[str, tuple[str, str]] = {
    "today": ("home", "TodayPage"),
    "arrived": ("arrival", "ArrivedPage"),
    "points": ("arrival", "PointsPage"),
    "remark": ("arrival", "RemarkPage"),
    "unknown": ("arrival", "UnknownPage"),
    "which": ("which", "WhichPage"),
    "handover": ("home", "HandoverPage"),
    "places": ("places", "PlacesPage"),
    "code": ("places", "CodePage"),
    "problem": ("problem", "ProblemPage"),
    "visit": ("visit", "VisitPage"),
    "drafts": ("drafts", "DraftsPage"),
    "photo": ("photos", "PhotoPage"),
    "shift_start": ("shift", "ShiftStartPage"),
    "shift_end": ("shift", "ShiftEndPage"),
    "log": ("log", "LogPage"),
    "record": ("log", "RecordPage"),
    "tasks": ("casework", "TasksPage"),
    "notice": ("casework", "NoticePage"),
    "cases": ("casework", "CasesPage"),
    "case": ("casework", "CasePage"),
    "task": ("task", "TaskPage"),
    "case_note": ("case_note", "CaseNotePage"),
    "handoff": ("handoff", "HandoffPage"),
    "building": ("building", "BuildingPage"),
    "round": ("round", "RoundPage"),
    "week": ("round", "WeekPage"),
    "outbox": ("outbox", "OutboxPage"),
    "sign_in": ("sign_in", "SignInPage"),
    "enrol": ("enrol", "EnrolPage"),
}
"""Name of each page to its module here and its class; each is loaded when it is first opened."""


def page_class(name: str) -> "Callable[..., Page]":
    """Return what makes a page.

    Raises:
        KeyError: there is no such page.
    """
    module, class_name = PAGES[name]
    return cast("Callable[..., Page]", getattr(import_module(f"fieldapp.plain.{module}"), class_name))


class PageStack:
    """Makes pages when they are first opened, and keeps them.

    Args:
        make: makes a page by name.
    """

    def __init__(self, make: "Callable[[str], Page]") -> None:
        self._make = make
        self._made: dict[str, Page] = {}
        self._stack: list[Page] = []

    @property
    def current(self) -> "Page | None":
        """Return where one is, None before the first page is opened."""
        return self._stack[-1] if self._stack else None

    @property
    def form(self) -> "Page | None":
        """Return the form that is open, also when a list for it lies above; None without one."""
        return next((page for page in reversed(self._stack) if page.TAKES_PLACE), None)

    def go(self, name: str, argument: object = None, *, above_home: bool = False) -> None:
        """Open a page above the others, or above the home page alone; one that is already below comes back up."""
        if not self._stack and name != HOME:
            # A form that comes back after a restart lies above the home page, as it did before.
            self.go(HOME)
        wanted = self._made.get(name) or self._make(name)
        self._made[name] = wanted
        wanted.opened(argument)
        below = self._stack[: self._stack.index(wanted)] if wanted in self._stack else self._stack
        below = below[:1] if above_home else below
        gone = [other for other in self._stack if other not in below and other is not wanted]
        self._stack = [*below, wanted]
        for other in gone:
            other.closed()

    def back(self) -> None:
        """Return to the page below; from the home page nowhere."""
        if len(self._stack) > 1:
            self._stack.pop().closed()
            self._stack[-1].opened(None)

    def clear(self) -> None:
        """Forget every page: the next one to sign in begins anew."""
        self._stack.clear()
        self._made.clear()
