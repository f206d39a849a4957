"""The administrative commands around an export: who takes what along is written down before the first row is read."""

from typing import Any

import msgspec

from sync.caseapi.cases.permissions import Account
from sync.caseapi.errors import CommandRefused, InputRefused
from sync.caseapi.service.callers import Caller
from sync.caseapi.service.case_api import CaseApi
from sync.caseapi.service.exports.rows import ExportKind, kinds_for
from sync.caseapi.storage.exporting import Taken

_Arguments = dict[str, Any]
_Result = dict[str, Any]

OPERATOR = "caseapi"
"""Under what name an export of whoever runs the server is written down."""


class _Begin(msgspec.Struct, forbid_unknown_fields=True):
    kind: ExportKind
    format: str
    span: str
    account: str = ""


class _Finish(msgspec.Struct, forbid_unknown_fields=True):
    number: int
    rows: int


def operator() -> Caller:
    """Return who runs the server: sees all lists, as an auditor does, and no word of a restricted case."""
    return Caller(OPERATOR, (Account(OPERATOR, "auditor", ""),))


async def _begin(case_api: CaseApi, arguments: _Arguments) -> _Result:
    wanted = msgspec.convert(arguments, _Begin)
    try:
        by = await case_api.accounts.acting_as(wanted.account) if wanted.account else operator()
    except InputRefused as exc:
        raise CommandRefused(str(exc)) from exc
    if wanted.kind not in kinds_for(by):
        raise CommandRefused(f"no seat of {wanted.account!r} takes {wanted.kind} along")
    taken = Taken(by.id, wanted.kind, wanted.format, wanted.span, case_api.now_ms())
    number = await case_api.storage.exports.add(taken)
    return {"number": number, "account": by.id, "seats": [msgspec.to_builtins(seat) for seat in by.seats]}


async def _finish(case_api: CaseApi, arguments: _Arguments) -> _Result:
    wanted = msgspec.convert(arguments, _Finish)
    await case_api.storage.exports.finish(wanted.number, wanted.rows)
    return {"number": wanted.number}


EXPORT_COMMANDS = {"export-begin": _begin, "export-finish": _finish}
"""Name to command."""
