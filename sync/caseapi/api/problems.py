"""Turns errors into `application/problem+json` with a stable code; never a traceback."""

import re
from collections.abc import Callable
from http import HTTPStatus
from random import Random, SystemRandom
from typing import Any

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException

from sync.caseapi.api.desk_messages import AllowedAction, DeskProblem, Theirs
from sync.caseapi.errors import (
    ActRefused,
    CodeRefused,
    DeviceLocked,
    InputRefused,
    NotAllowed,
    NotNamed,
    NotThere,
    OffsetConflict,
    Overloaded,
    ProtocolUnknown,
    SignInPaused,
    SignInRefused,
    SnapshotGone,
    StorageFailed,
    UnknownCase,
    UnknownDevice,
    VersionConflict,
    WrongHash,
)
from sync.clock import format_time
from sync.coding import REQUEST_CODINGS
from sync.errors import BodyTooLarge, ClockSkewed, SignatureInvalid, SyncError, WireError
from sync.media import UploadState, upload_headers
from sync.text import clean_line
from sync.wire import Problem

PROBLEM_TYPE = "application/problem+json"

ADVERTISED = {"accept-encoding": ", ".join(REQUEST_CODINGS)}
"""Says in answers which encodings of requests this server reads (RFC 9110), so that a newer tablet may use them."""

RETRY_AFTER_S = 2
"""What a full disk or a database that closes asks tablets to wait, at least."""

SPREAD_S = 4
"""Most seconds that are added to a short wait; to a long one half of it."""

MAX_LOGGED_PATH = 100
"""How much of a requested path stands in the log."""

WHOLE_BODY = "$"
"""The JSON path of a body that cannot be read at all, or lacks a field at its top."""

_CHANCE = SystemRandom()
_PATH = re.compile(r" - at `(?P<path>[^`]+)`$")
log = structlog.get_logger("caseapi.http")


class MediaUnknown(WireError):
    """The body's content type or encoding is not one this server reads."""

    code = "E-MEDIA"


class TooManyInFlight(SyncError):
    """One device has too many exchanges under way, or comes too often."""

    code = "E-RATE"


class RangeRefused(SyncError):
    """A range begins behind the end of its file.

    Attributes:
        size_bytes: of the file.
    """

    code = "E-RANGE"

    def __init__(self, message: str, size_bytes: int) -> None:
        super().__init__(message)
        self.size_bytes = size_bytes


class BodyTooSlow(WireError):
    """The body did not arrive in time."""

    code = "E-SLOW"


class BodyCutOff(WireError):
    """The connection ended before the body did; nobody hears the answer."""

    code = "E-CUT"


_STATUS: tuple[tuple[type[SyncError], HTTPStatus], ...] = (
    (ActRefused, HTTPStatus.CONFLICT),
    (VersionConflict, HTTPStatus.CONFLICT),
    (InputRefused, HTTPStatus.UNPROCESSABLE_ENTITY),
    (NotAllowed, HTTPStatus.FORBIDDEN),
    (UnknownCase, HTTPStatus.NOT_FOUND),
    (NotThere, HTTPStatus.NOT_FOUND),
    (SignInRefused, HTTPStatus.UNAUTHORIZED),
    (SignInPaused, HTTPStatus.TOO_MANY_REQUESTS),
    (Overloaded, HTTPStatus.SERVICE_UNAVAILABLE),
    (StorageFailed, HTTPStatus.SERVICE_UNAVAILABLE),
    (UnknownDevice, HTTPStatus.UNAUTHORIZED),
    (SignatureInvalid, HTTPStatus.UNAUTHORIZED),
    (DeviceLocked, HTTPStatus.FORBIDDEN),
    (CodeRefused, HTTPStatus.FORBIDDEN),
    (SnapshotGone, HTTPStatus.NOT_FOUND),
    (NotNamed, HTTPStatus.NOT_FOUND),
    (OffsetConflict, HTTPStatus.CONFLICT),
    (WrongHash, HTTPStatus.UNPROCESSABLE_ENTITY),
    (ProtocolUnknown, HTTPStatus.UPGRADE_REQUIRED),
    (TooManyInFlight, HTTPStatus.TOO_MANY_REQUESTS),
    (RangeRefused, HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE),
    (BodyTooSlow, HTTPStatus.REQUEST_TIMEOUT),
    (BodyCutOff, HTTPStatus.BAD_REQUEST),
    (BodyTooLarge, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    (MediaUnknown, HTTPStatus.UNSUPPORTED_MEDIA_TYPE),
    (WireError, HTTPStatus.UNPROCESSABLE_ENTITY),
)


def problem_of(exc: Exception, now_ms: int) -> Problem:
    """Return what a client may know of an error."""
    if isinstance(exc, HTTPException):
        status = HTTPStatus(exc.status_code)
        return Problem(f"E-HTTP-{status.value}", status.phrase, status.value, time=format_time(now_ms))
    for error, status in _STATUS:
        if isinstance(exc, error):
            return _known_problem(exc, status, now_ms)
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    return Problem("E-INTERNAL", status.phrase, status.value, time=format_time(now_ms))


def spread_s(at_least_s: int, chance: Random = _CHANCE) -> int:
    """Return how long somebody is sent away: at least so many seconds, and so that not all come back in step."""
    return at_least_s + chance.randint(0, max(SPREAD_S, at_least_s // 2))


def headers_of(exc: Exception, path: str, spread: Callable[[int], int] = spread_s) -> dict[str, str]:
    """Return the headers that go with an error of a request to a path.

    Args:
        spread: makes the wait that is sent of the least one.
    """
    match exc:
        case MediaUnknown():
            return ADVERTISED
        case RangeRefused():
            headers = {"content-range": f"bytes */{exc.size_bytes}"}
        case Overloaded() | SignInPaused():
            headers = {"retry-after": str(spread(exc.retry_after_s))}
        case TooManyInFlight() | StorageFailed():
            headers = {"retry-after": str(spread(RETRY_AFTER_S))}
        case BodyTooSlow() | BodyTooLarge():
            # What is left of the body is not read: the connection cannot serve another request.
            headers = {"connection": "close"}
        case OffsetConflict():
            headers = upload_headers(path, UploadState(exc.offset, exc.length))
        case _:
            headers = {}
    return headers


def problem_response(request: Request[Any, Any, Any], exc: Exception) -> Response[bytes]:
    """Answer a request that failed; what we do not know is logged, not told."""
    problem = problem_of(exc, request.app.state.now_ms())
    event = log.error if problem.status == HTTPStatus.INTERNAL_SERVER_ERROR else log.info
    path = clean_line(request.url.path, max_chars=MAX_LOGGED_PATH)
    event("refused", code=problem.code, status=problem.status, path=path, exc_info=problem.status == 500)
    return Response(
        msgspec.json.encode(problem),
        status_code=problem.status,
        media_type=PROBLEM_TYPE,
        headers=headers_of(exc, request.url.path, request.app.state.spread),
    )


def _known_problem(exc: SyncError, status: HTTPStatus, now_ms: int) -> Problem:
    problem = _plain_problem(exc, status, now_ms)
    told = msgspec.structs.asdict(problem)
    match exc:
        case ActRefused():
            allowed = tuple(AllowedAction(action, who) for action, who in exc.allowed)
            return DeskProblem(**told, why=exc.why, missing=exc.missing, allowed=allowed)
        case VersionConflict():
            theirs = tuple(Theirs(*each) for each in exc.theirs)
            return DeskProblem(**told, version=exc.version, mine=exc.mine, theirs=theirs)
        case NotAllowed():
            return DeskProblem(**told, who=exc.who)
        case InputRefused():
            return msgspec.structs.replace(problem, path=f"$.{exc.field}")
    return problem


def _plain_problem(exc: SyncError, status: HTTPStatus, now_ms: int) -> Problem:
    detail = str(exc)
    found = _PATH.search(detail)
    return Problem(
        code=exc.code,
        title="clock_skew" if isinstance(exc, ClockSkewed) else status.phrase,
        status=status.value,
        detail=clean_line(_PATH.sub("", detail), max_chars=300),
        path=found["path"] if found else WHOLE_BODY if status == HTTPStatus.UNPROCESSABLE_ENTITY else "",
        time=format_time(now_ms),
    )
