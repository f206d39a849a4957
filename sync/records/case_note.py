"""Something is said of a case; it joins the case's history."""

from typing import Annotated

from msgspec import Meta

from sync.errors import RecordRejected
from sync.records.base import Body, Kind, Uuid
from sync.records.shared import MediaRef, Note, is_blank


class CaseNote(Body, frozen=True):
    """A note, a photo or both.

    Attributes:
        case: id of the case, which is the id of its report.
    """

    case: Uuid
    text: Note = ""
    media: Annotated[tuple[MediaRef, ...], Meta(max_length=40)] = ()


def _check(body: CaseNote) -> None:
    if not body.media and is_blank(body.text):
        raise RecordRejected("a note needs one sentence or a photo", "$.body.text")


KIND = Kind("case_note", 1, CaseNote, _check)
