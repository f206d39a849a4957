"""The bodies of the desk's HTTP interface beside those of the services: typed, so that the description follows."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from sync import wire
from sync.caseapi.service.casework.views import CaseLine

Name = Annotated[str, Meta(min_length=1, max_length=64)]


class SignIn(Struct, frozen=True, forbid_unknown_fields=True):
    """A name and its password."""

    name: Name
    password: Annotated[str, Meta(max_length=200)]


class SeatView(Struct, frozen=True):
    """A role, and the organisation in which it is held."""

    role: str
    org: str


class SignedIn(Struct, frozen=True, omit_defaults=True):
    """Who is signed in.

    Attributes:
        token: of the session, for an `Authorization: Bearer` header; only in the answer to a sign-in, which sets it as
            a cookie, too.
    """

    account: str
    seats: tuple[SeatView, ...]
    token: str = ""


class CasePage(Struct, frozen=True, omit_defaults=True):
    """A page of a queue.

    Attributes:
        after: what to ask for next; empty when there is no more.
    """

    cases: tuple[CaseLine, ...]
    after: str = ""


class Ids(Struct, frozen=True):
    """Some cases."""

    cases: tuple[UUID, ...]


class Contact(Struct, frozen=True):
    """A reporter's contact in clear; empty where none was left."""

    contact: str


class Figures(Struct, frozen=True):
    """One's own figures: how often one did what."""

    actions: dict[str, int]


class ConditionView(Struct, frozen=True):
    """A condition that a category may be filed under."""

    id: str
    name: str
    name_en: str
    limit_type: str
    limit_amount: int
    closing: str
    closing_en: str
    source: str


class Conditions(Struct, frozen=True):
    """The conditions of a category."""

    conditions: tuple[ConditionView, ...]


class OrgView(Struct, frozen=True):
    """An organisation that can be given cases today."""

    code: str
    kind: str
    name: str
    patch: str
    number: str


class Orgs(Struct, frozen=True):
    """The organisations that can be given cases today."""

    orgs: tuple[OrgView, ...]


class NoticeView(Struct, frozen=True, omit_defaults=True):
    """A notice to the grids of an area.

    Attributes:
        area: code of the district, street, community or grid; `grids` is how many grids it went to.
        org, desk: code and name of the desk that says it.
        at, until: RFC 3339; `ended` is when it ended, empty while it stands.
        withdrawn: it ended by being withdrawn.
        may_withdraw: whoever asks may withdraw it.
    """

    id: UUID
    area: str
    org: str
    desk: str
    text: str
    at: str
    until: str
    grids: int
    urgent: bool = False
    ended: str = ""
    withdrawn: bool = False
    may_withdraw: bool = False


class Notices(Struct, frozen=True):
    """What is told to grids now, urgent ones first, then the newest; and what ended last, the last one first."""

    standing: tuple[NoticeView, ...]
    ended: tuple[NoticeView, ...]


class BulkLine(Struct, frozen=True, omit_defaults=True):
    """What became of one of many cases; the code is empty where it was done."""

    case: UUID
    code: str = ""
    why: str = ""
    detail: str = ""


class BulkDone(Struct, frozen=True):
    """What became of each case, in the order asked."""

    outcomes: tuple[BulkLine, ...]


class AllowedAction(Struct, frozen=True):
    """What a case would allow, and the roles that may do it."""

    action: str
    who: tuple[str, ...]


class Theirs(Struct, frozen=True):
    """What somebody else did with a case meanwhile."""

    action: str
    org: str
    text: str


class DeskProblem(wire.Problem, frozen=True, omit_defaults=True):
    """A refusal at the desk: a problem document with what would be possible.

    Attributes:
        why: ``right``, ``state``, ``missing``, …; stable.
        missing: what the action should have said.
        allowed: what the case allows now.
        who: roles that have the right that was missing.
        version: of the case now, after somebody else acted; `mine` is what the refused act said, `theirs` what was
            done meanwhile.
    """

    why: str = ""
    missing: tuple[str, ...] = ()
    allowed: tuple[AllowedAction, ...] = ()
    who: tuple[str, ...] = ()
    version: int | None = None
    mine: str = ""
    theirs: tuple[Theirs, ...] = ()
