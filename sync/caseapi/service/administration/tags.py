"""The administrative commands on plates and badges: for who runs the server, at its own command line."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from sync.caseapi.errors import CommandRefused
from sync.caseapi.service.case_api import CaseApi
from sync.caseapi.service.places.bearers import Given
from sync.clock import format_time
from sync.records.base import Digest
from sync.reference import Role
from sync.tags import RANDOM_UID_BEGINS, Tag, is_random_uid, tag_digest

_Arguments = dict[str, Any]
_Result = dict[str, Any]

_HEX = frozenset("0123456789ABCDEF")
_DIGITS = {"em": (10,), "a": (8, 14, 20), "epc": (16, 24, 32)}
"""Hex digits that a card's number has, by medium: parts of it that are printed on cards do not say which card it is."""


class _Places(msgspec.Struct, forbid_unknown_fields=True):
    grid: str = ""
    building: str = ""
    every: bool = False


class _Plates(msgspec.Struct, forbid_unknown_fields=True):
    plates: list[tuple[Digest, str]]
    by: Annotated[str, Meta(min_length=1, max_length=64)]
    replace: bool = False


class _Badge(msgspec.Struct, forbid_unknown_fields=True):
    person: str
    medium: str
    card: str
    by: Annotated[str, Meta(min_length=1, max_length=64)]
    replace: bool = False


class _Revoke(msgspec.Struct, forbid_unknown_fields=True):
    named: str
    role: Role
    by: Annotated[str, Meta(min_length=1, max_length=64)]


class _List(msgspec.Struct, forbid_unknown_fields=True):
    role: Role
    grid: str = ""


class _Acts(msgspec.Struct, forbid_unknown_fields=True):
    limit: Annotated[int, Meta(ge=1, le=10_000)]


async def _places(case_api: CaseApi, arguments: _Arguments) -> _Result:
    wanted = msgspec.convert(arguments, _Places)
    found = await case_api.tags.places(grid=wanted.grid, building=wanted.building, is_every=wanted.every)
    return {"places": msgspec.to_builtins(found)}


async def _issue_plates(case_api: CaseApi, arguments: _Arguments) -> _Result:
    wanted = msgspec.convert(arguments, _Plates)
    tags = [("qr", digest, place) for digest, place in wanted.plates]
    done = await case_api.tags.issue(tags, "place", by=wanted.by, is_replacing=wanted.replace)
    case_api.judging.wake()
    return {"issued": done.issued, "replaced": done.replaced, "revoked": done.revoked}


async def _issue_badge(case_api: CaseApi, arguments: _Arguments) -> _Result:
    wanted = msgspec.convert(arguments, _Badge)
    digest = tag_digest(_card(wanted.medium, wanted.card))
    tags = [(wanted.medium, digest, wanted.person)]
    done = await case_api.tags.issue(tags, "inspector", by=wanted.by, is_replacing=wanted.replace)
    return {"digest": digest, "issued": done.issued, "replaced": done.replaced}


async def _revoke(case_api: CaseApi, arguments: _Arguments) -> _Result:
    wanted = msgspec.convert(arguments, _Revoke)
    return {"revoked": [_told(each) for each in await case_api.tags.revoke(wanted.named, wanted.role, by=wanted.by)]}


async def _list(case_api: CaseApi, arguments: _Arguments) -> _Result:
    wanted = msgspec.convert(arguments, _List)
    found = await case_api.tags.given(wanted.role, grid=wanted.grid)
    return {"tags": [_told(each) for each in found]}


async def _acts(case_api: CaseApi, arguments: _Arguments) -> _Result:
    wanted = msgspec.convert(arguments, _Acts)
    acts = await case_api.storage.places.acts(wanted.limit)
    return {"acts": [msgspec.to_builtins(act) | {"at": format_time(act.at_ms)} for act in acts]}


def _card(medium: str, value: str) -> Tag:
    """Return a card by its number as a reader sends it.

    Raises:
        CommandRefused: it is none, only a part of one, or drawn anew at every tap.
    """
    card = Tag(medium, value.strip().upper())
    if medium not in _DIGITS:
        raise CommandRefused(f"a card's medium is one of {', '.join(_DIGITS)}")
    if not set(card.value) <= _HEX or len(card.value) not in _DIGITS[medium]:
        digits = " or ".join(map(str, _DIGITS[medium]))
        raise CommandRefused(
            f"the number as a reader sends it has {digits} hex digits; what is printed is a part of it"
        )
    if is_random_uid(card):
        raise CommandRefused(f"a number that begins with {RANDOM_UID_BEGINS} is drawn anew at every tap, as phones do")
    return card


def _told(given: Given) -> _Result:
    bearer = given.bearer
    return {
        "number": given.number,
        "digest": given.digest,
        "medium": given.medium,
        "status": given.status,
        "grid": bearer.grid if bearer is not None else "",
        "name": bearer.name if bearer is not None else "",
        "part": bearer.part if bearer is not None else "",
    }


TAG_COMMANDS = {
    "plate-places": _places,
    "plates-issue": _issue_plates,
    "badge-issue": _issue_badge,
    "tags-revoke": _revoke,
    "tags-list": _list,
    "acts": _acts,
}
"""Name to command."""
