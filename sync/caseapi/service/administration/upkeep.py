"""The administrative commands that keep a database as it should be: contacts erased, cases folded again."""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta

from sync.caseapi.service.case_api import CaseApi
from sync.caseapi.service.casework.rebuilding import rebuild

_Arguments = dict[str, Any]
_Result = dict[str, Any]


class _Erase(msgspec.Struct, forbid_unknown_fields=True):
    is_dry: bool


class _Rebuild(msgspec.Struct, forbid_unknown_fields=True):
    after: UUID | None
    limit: Annotated[int, Meta(ge=1, le=5000)]
    is_dry: bool


async def _erase(case_api: CaseApi, arguments: _Arguments) -> _Result:
    wanted = msgspec.convert(arguments, _Erase)
    erased: _Result = msgspec.to_builtins(await case_api.erasing.erase(is_dry=wanted.is_dry))
    return erased


async def _rebuild(case_api: CaseApi, arguments: _Arguments) -> _Result:
    wanted = msgspec.convert(arguments, _Rebuild)
    await case_api.catalogue.versions()
    done = await rebuild(
        case_api.storage.casework, case_api.casework.lives, wanted.after, limit=wanted.limit, is_dry=wanted.is_dry
    )
    result: _Result = msgspec.to_builtins(done)
    return result


UPKEEP_COMMANDS = {"contacts-erase": _erase, "cases-rebuild": _rebuild}
"""Name to command."""
