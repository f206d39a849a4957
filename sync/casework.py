"""What a case's history and a task's state are, by what the desk and inspectors said. Pure.

What was received first counts first: the first answer closes a task, and a second one is kept and marked.
"""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from sync.reference import HistoryLine, TaskEntry

HISTORY_LINES = 20
"""Most lines of a case's history that tablets are told, the last ones beside the first; a line has 200 characters."""


class Said(Struct, frozen=True):
    """One thing said of a case.

    Attributes:
        line: as it stands in the history.
        task: id of the task that it answers, empty for none.
    """

    line: HistoryLine
    task: str = ""


def history_of(begin: HistoryLine, said: Sequence[Said], *, is_restricted: bool = False) -> tuple[HistoryLine, ...]:
    """Return the history of a case, oldest first.

    Args:
        begin: the report.
        said: what was said since, in the order received.
        is_restricted: only the handling chain reads words.
    """
    lines = [begin]
    answered: set[str] = set()
    for each in said:
        line = replace(each.line, is_late=each.task in answered) if each.task else each.line
        answered |= {each.task} - {""}
        lines.append(line)
    if is_restricted:
        lines = [replace(line, text="") for line in lines]
    return (lines[0], *lines[1:][-(HISTORY_LINES - 1) :])


def after_answers(task: TaskEntry, said: Sequence[Said], task_id: str) -> TaskEntry:
    """Return a task as it stands after what was said of its case, in the order received."""
    first = next((each.line for each in said if each.task == task_id), None)
    return task if first is None else replace(task, state="answered", answer=first.answer)
