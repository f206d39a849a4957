"""What the desk says of cases and asks inspectors to look at. Whoever answers, and what for, is folded elsewhere."""

from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from uuid import UUID

from sync.caseapi.storage.casework import CaseworkStore, DeskSaid, TaskRow
from sync.ids import RANDOM_BYTES, uuid7_at
from sync.records.task_result import TaskType
from sync.text import clean_line

ASK_CHARS = 120
"""Longest sentence of a task: it is read standing in the cold."""


class CaseworkService:
    """Makes tasks, and takes what the desk says."""

    def __init__(
        self,
        store: CaseworkStore,
        zone: tzinfo,
        now_ms: Callable[[], int],
        random_bytes: Callable[[int], bytes],
    ) -> None:
        self._store = store
        self._now_ms = now_ms
        self._random_bytes = random_bytes
        self.zone = zone

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
        await self._store.say(DeskSaid(tasks=(row,)))
        return task

    async def say(self, said: DeskSaid) -> int:
        """Take what the desk opens, says and asks; return how many entries were news to tablets."""
        return await self._store.say(said)


def moment(at_ms: int, zone: tzinfo) -> str:
    """Return Unix milliseconds as RFC 3339 in the district's time."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(zone).isoformat(timespec="seconds")
