"""The desk's part of the description: every operation under `/v1/desk`."""

import msgspec

from sync.caseapi.api.desk_messages import (
    BulkDone,
    CasePage,
    Conditions,
    Contact,
    DeskProblem,
    Figures,
    Ids,
    Notices,
    NoticeView,
    Orgs,
    SignedIn,
    SignIn,
)
from sync.caseapi.api.desk_routes import DESK_API_PATH
from sync.caseapi.api.operations import BUSY, READ, Operation, Schema, parameter, ref
from sync.caseapi.service.casework.acts import Act
from sync.caseapi.service.casework.asides import AsideWanted, Decision
from sync.caseapi.service.casework.desk import BulkDispatch
from sync.caseapi.service.casework.opening import DeskReport
from sync.caseapi.service.casework.views import CaseView
from sync.caseapi.service.grid_notices import NoticeWanted
from sync.caseapi.service.people.sessions import COOKIE
from sync.caseapi.storage.casework import MOST_SHOWN
from sync.wire import CONTENT_TYPE

DESK_SCHEMES: dict[str, Schema] = {
    "session": {"type": "apiKey", "in": "cookie", "name": COOKIE, "description": "Set by a sign-in; this site alone."},
    "bearer": {"type": "http", "scheme": "bearer", "description": "The token of a sign-in's answer."},
}
"""What proves who asks at the desk."""

DESK_MESSAGES: tuple[type[msgspec.Struct], ...] = (
    SignIn,
    SignedIn,
    CasePage,
    CaseView,
    Act,
    DeskReport,
    AsideWanted,
    Decision,
    BulkDispatch,
    BulkDone,
    Contact,
    Conditions,
    Figures,
    Ids,
    Orgs,
    NoticeWanted,
    NoticeView,
    Notices,
    DeskProblem,
)

_IN = {401: "Nobody is signed in", 403: "No seat of the account has the right", 503: BUSY[503]}
_CASE = {**_IN, 404: "There is no such case, or none for this account"}
_ACTS = {
    **_CASE,
    **READ,
    409: "Not possible now, or not by this account: `allowed` says what would be and by whom; or somebody else acted"
    " first: `mine` and `theirs` are both texts",
}
_ID = parameter("case", "path", {"type": "string", "format": "uuid"}, is_required=True)
_QUERY = (
    parameter("reach", "query", {"enum": ["mine", "all"]}),
    parameter("state", "query", {"type": "string", "pattern": "^[a-z]{1,16}$"}),
    parameter("late", "query", {"enum": ["1"]}),
    parameter("after", "query", {"type": "string", "pattern": "^[0-9]{1,16}\\.[0-9a-f-]{36}$"}),
    parameter("limit", "query", {"type": "integer", "minimum": 1, "maximum": MOST_SHOWN}),
)
_MATTER = parameter("matter", "path", {"type": "string"}, is_required=True)
_NOTICE = parameter("notice", "path", {"type": "string", "format": "uuid"}, is_required=True)
_UNREADABLE = {422: READ[422]}


def _read(
    summary: str, answer: type[msgspec.Struct], refusals: dict[int, str], parameters: tuple[Schema, ...] = ()
) -> Operation:
    return Operation(
        summary,
        refusals,
        answers={CONTENT_TYPE: ref(answer)},
        parameters=parameters,
        security=tuple(DESK_SCHEMES),
        problem=DeskProblem,
    )


def _act(
    summary: str,
    takes: type[msgspec.Struct],
    answer: type[msgspec.Struct],
    refusals: dict[int, str],
    parameters: tuple[Schema, ...] = (),
) -> Operation:
    return Operation(
        summary,
        refusals,
        answers={CONTENT_TYPE: ref(answer)},
        takes=(CONTENT_TYPE, ref(takes)),
        parameters=parameters,
        security=tuple(DESK_SCHEMES),
        problem=DeskProblem,
    )


_P = DESK_API_PATH

DESK_OPERATIONS: dict[tuple[str, str], Operation] = {
    ("POST", f"{_P}/sign-in"): Operation(
        "Sign in: a session as a cookie, and as a token",
        {**READ, 401: "Name or password is wrong", **BUSY},
        answers={CONTENT_TYPE: ref(SignedIn)},
        takes=(CONTENT_TYPE, ref(SignIn)),
        headers=("Set-Cookie",),
        security=(),
        problem=DeskProblem,
    ),
    ("POST", f"{_P}/sign-out"): Operation(
        "End the session", _IN, status=204, security=tuple(DESK_SCHEMES), problem=DeskProblem
    ),
    ("GET", f"{_P}/me"): _read("Who is signed in, with which seats", SignedIn, _IN),
    ("GET", f"{_P}/figures"): _read("One's own figures of the last 30 days; for nobody else", Figures, _IN),
    ("GET", f"{_P}/cases"): _read(
        "A queue, what is due first: one's own, or all that one may read", CasePage, {**_IN, **_UNREADABLE}, _QUERY
    ),
    ("POST", f"{_P}/cases"): _act("Take down a report", DeskReport, CaseView, {**_CASE, **READ}),
    ("GET", f"{_P}/cases/{{case}}"): _read("A case with its history and what one may do now", CaseView, _CASE, (_ID,)),
    ("GET", f"{_P}/cases/{{case}}/duplicates"): _read(
        "Cases that may be the same: category, 50 m, 24 h", Ids, _CASE, (_ID,)
    ),
    ("POST", f"{_P}/cases/{{case}}/contact"): _read(
        "The reporter's contact; every look is written down", Contact, _CASE, (_ID,)
    ),
    ("POST", f"{_P}/cases/{{case}}/acts"): _act("Take an action on a case", Act, CaseView, _ACTS, (_ID,)),
    ("POST", f"{_P}/cases/{{case}}/asides"): _act(
        "Supervise, ask for an extension, appeal, note satisfaction", AsideWanted, CaseView, _ACTS, (_ID,)
    ),
    ("POST", f"{_P}/cases/{{case}}/decisions"): _act(
        "Decide on an extension or an appeal, reply to a supervision", Decision, CaseView, _ACTS, (_ID,)
    ),
    ("POST", f"{_P}/dispatch"): _act(
        "Dispatch many cases; each says what became of it", BulkDispatch, BulkDone, {**_IN, **READ}
    ),
    ("GET", f"{_P}/notices"): _read("What is told to tablets of one's grids now, and what was told last", Notices, _IN),
    ("POST", f"{_P}/notices"): _act(
        "Tell everybody of the grids of an area; the same id sent twice tells once",
        NoticeWanted,
        NoticeView,
        {**_IN, **READ},
    ),
    ("POST", f"{_P}/notices/{{notice}}/withdraw"): _read(
        "End a notice now, on the tablets too",
        NoticeView,
        {**_IN, 404: "There is no such notice, or none that reaches a grid of this account"},
        (_NOTICE,),
    ),
    ("GET", f"{_P}/orgs"): _read("Who can be given cases today", Orgs, _IN),
    ("GET", f"{_P}/conditions/{{matter}}"): _read(
        "The conditions that a category may be filed under", Conditions, {**_IN, **_UNREADABLE}, (_MATTER,)
    ),
}
"""Method and path to operation."""
