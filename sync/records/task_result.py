"""A task is answered: what the desk wanted looked at was looked at, or could not be told."""

from typing import Annotated, Literal

from msgspec import Meta

from sync.records.base import Body, Kind, Uuid
from sync.records.shared import MediaRef, Note

TaskType = Literal["verify", "recheck"]
"""Verify: is a reported problem there? Recheck: has a handled problem gone?"""

Answer = Literal["yes", "no", "cannot_tell"]


class TaskResult(Body, frozen=True):
    """One inspector's answer; a second one to the same task is kept as well, and the first one closes it.

    Attributes:
        task: id of the task, as it came down the feed.
        answer: yes means that it is there (verify), or that it is gone (recheck).
    """

    task: Uuid
    type: TaskType
    answer: Answer
    note: Note = ""
    media: Annotated[tuple[MediaRef, ...], Meta(max_length=40)] = ()


KIND = Kind("task_result", 1, TaskResult)
