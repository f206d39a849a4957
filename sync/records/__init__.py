"""The kinds of record that tablets make; one file per kind.

To add a kind: a file with a `Body` and its `KIND`, a line in `KINDS`, a presentation, a golden sample.
"""

from sync.records import (
    case_note,
    case_report,
    check_in,
    handoff,
    media_lost,
    shift_end,
    shift_start,
    tag_bind,
    tag_replace,
    task_result,
    visit,
    void,
)
from sync.records.base import Body, Envelope, Kind, Record, decode_body, decode_envelope, encode, read_body
from sync.records.case_note import CaseNote
from sync.records.case_report import CaseReport
from sync.records.check_in import CheckIn
from sync.records.handoff import Handoff
from sync.records.media_lost import MediaLost
from sync.records.shared import MediaRef, TagRef
from sync.records.shift_end import ShiftEnd
from sync.records.shift_start import ShiftStart
from sync.records.tag_bind import TagBind
from sync.records.tag_replace import TagReplace
from sync.records.task_result import TaskResult
from sync.records.visit import Visit
from sync.records.void import Void

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        *(shift_start.KIND, shift_end.KIND, check_in.KIND, case_report.KIND, visit.KIND, void.KIND),
        *(media_lost.KIND, tag_bind.KIND, tag_replace.KIND),
        *(task_result.KIND, case_note.KIND, handoff.KIND),
    )
}
"""Every kind this program can read and write, by name."""

__all__ = [
    "KINDS",
    "Body",
    "CaseNote",
    "CaseReport",
    "CheckIn",
    "Envelope",
    "Handoff",
    "Kind",
    "MediaLost",
    "MediaRef",
    "Record",
    "ShiftEnd",
    "ShiftStart",
    "TagBind",
    "TagRef",
    "TagReplace",
    "TaskResult",
    "Visit",
    "Void",
    "decode_body",
    "decode_envelope",
    "decode_record",
    "encode",
    "kind_of",
    "read_body",
    "read_saved",
]


def kind_of(envelope: Envelope) -> Kind | None:
    """Return the kind of a record, or None when this program is too old to know it or its version."""
    kind = KINDS.get(envelope.kind)
    return kind if kind is not None and envelope.v <= kind.version else None


def decode_record(data: bytes) -> Record | None:
    """Return a record with its typed body, or None when its kind or version is not known here.

    Raises:
        RecordRejected: the kind is known and a field breaks its rules.
    """
    envelope = decode_envelope(data)
    kind = kind_of(envelope)
    return None if kind is None else Record(envelope, decode_body(kind, envelope.body))


def read_saved(data: bytes) -> Record | None:
    """Return a record that was saved or stored, as `read_body` reads it, or None when its kind is not known here.

    Raises:
        RecordRejected: the kind is known and the record is not even of its types.
    """
    envelope = decode_envelope(data)
    kind = kind_of(envelope)
    return None if kind is None else Record(envelope, read_body(kind, envelope.body))
