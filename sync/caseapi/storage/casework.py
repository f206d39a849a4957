"""What the desk says of cases and the tasks that it makes: values, and the part of the storage that takes them."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from sync.caseapi.storage.judged import CaseRow
from sync.records.task_result import TaskType


@dataclass(frozen=True, slots=True)
class TaskRow:
    """Something that the desk wants looked at.

    Attributes:
        ask: what to look at, in a sentence.
        made_at, due_at: RFC 3339.
    """

    id: UUID
    case: UUID
    type: TaskType
    ask: str
    made_at: str
    due_at: str | None = None


@dataclass(frozen=True, slots=True)
class Handling:
    """What the desk says of a case over its report, with the line that its history gets.

    Attributes:
        id: of this saying; said once more it changes nothing.
        at: RFC 3339.
        handler_number: the handler's emergency number.
    """

    id: UUID
    case: UUID
    state: str
    at: str
    received_ms: int
    text: str = ""
    due_at: str | None = None
    handler: str = ""
    handler_number: str = ""


@dataclass(frozen=True, slots=True)
class DeskSaid:
    """What the desk opens, says and asks, in this order."""

    cases: tuple[CaseRow, ...] = ()
    handlings: tuple[Handling, ...] = ()
    tasks: tuple[TaskRow, ...] = ()


@dataclass(frozen=True, slots=True)
class TaskFact:
    """What a judge asks of a task: its type and the grid of its case."""

    type: str
    grid: str


class CaseworkStore(Protocol):
    """Takes what the desk says."""

    async def say(self, said: DeskSaid) -> int:
        """Write it in one transaction with what tablets are told of it, and return how many entries were news.

        What stands under its id already is left as it is; a task of a case that is not there is left out. Records
        that referred to nothing are judged again.
        """
        ...
