"""What the desk asks inspectors to look at beside a case's life, and cases that are there already when it begins."""

from collections.abc import Callable, Iterable
from uuid import UUID

from sync.caseapi.cases.events import CaseEvent
from sync.caseapi.service.casework.acts import ASK_CHARS
from sync.caseapi.service.casework.lives import Lives
from sync.caseapi.service.moments import moment
from sync.caseapi.storage.casework import CaseChange, CaseworkStore, TaskRow
from sync.caseapi.storage.judged import CaseRow
from sync.ids import RANDOM_BYTES, uuid7_at
from sync.records.task_result import TaskType
from sync.text import clean_line


class CaseworkService:
    """Makes tasks, and takes what the desk says."""

    def __init__(
        self,
        store: CaseworkStore,
        lives: Lives,
        now_ms: Callable[[], int],
        random_bytes: Callable[[int], bytes],
    ) -> None:
        self._store = store
        self._now_ms = now_ms
        self._random_bytes = random_bytes
        self.lives = lives
        self.zone = lives.zone

    async def ask(self, case: UUID, task_type: TaskType, ask: str, *, due_ms: int | None = None) -> UUID:
        """Make a task of a case and tell the tablets of its grid; return its id.

        Args:
            ask: what to look at, in a sentence.
            due_ms: until when, Unix milliseconds.
        """
        now_ms = self._now_ms()
        task = uuid7_at(now_ms, self._random_bytes(RANDOM_BYTES))
        row = TaskRow(
            id=task,
            case=case,
            type=task_type,
            ask=clean_line(ask, max_chars=ASK_CHARS),
            made_at=moment(now_ms, self.zone),
            due_at=None if due_ms is None else moment(due_ms, self.zone),
        )
        await self._store.change(case, lambda _: CaseChange(tasks=(row,)))
        return task

    async def bring(self, row: CaseRow, events: Iterable[CaseEvent], tasks: Iterable[TaskRow] = ()) -> None:
        """Take a case with what has happened to it; one that is there already stays as it is."""
        begun = self.lives.begun(row, events, tuple(tasks))
        await self._store.change(row.id, lambda kept: begun if kept is None else CaseChange())
