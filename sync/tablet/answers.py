"""What an answer other than the expected one means, as an error with a code."""

from dataclasses import dataclass

from sync.errors import WireError
from sync.media import ABOUT_HEADER, UploadState, upload_state
from sync.tablet.errors import (
    BatchTooLarge,
    ClockRefused,
    ExchangeError,
    PortalAnswered,
    ProtocolTooOld,
    ServerBusy,
    ServerFailed,
    ServerRefused,
    ServerSilent,
)
from sync.tablet.http_library import httpx
from sync.text import clean_line
from sync.wire import Problem, decode_message

PROBLEM_TYPE = "application/problem+json"
"""Content type of an error body (RFC 9457)."""


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """What came back over HTTP, its body inflated and within bounds."""

    status: int
    headers: httpx.Headers
    body: bytes

    @property
    def content_type(self) -> str:
        """Return the content type as the header says."""
        return str(self.headers.get("content-type", ""))


def problem_of(response: HttpAnswer) -> Problem:
    """Return the problem document of an answer.

    Raises:
        PortalAnswered: there is none: something else than the case API answered.
    """
    if not response.content_type.startswith(PROBLEM_TYPE):
        raise PortalAnswered(f"status {response.status} of type {response.content_type[:60]!r}: not the case API")
    try:
        return decode_message(response.body, Problem)
    except WireError as exc:
        raise PortalAnswered(f"status {response.status} without a readable problem: {exc}") from exc


def refusal(response: HttpAnswer) -> ExchangeError:
    """Return what a status other than the expected one means."""
    status = response.status
    if status in (429, 503):
        return ServerBusy("the server asks to come back later", _retry_after_s(response.headers))
    if status in (500, 502, 504):
        return ServerFailed(f"the server failed with status {status}", _retry_after_s(response.headers))
    if status == 408:
        return ServerSilent("the server waited in vain for the whole request")
    if status < 400 or status == 511:
        return PortalAnswered(f"status {status}: a login page stands between this tablet and the case API")
    if status == 413:
        return BatchTooLarge("the server wants smaller requests")
    return _refusal_by_problem(status, problem_of(response))


def _refusal_by_problem(status: int, problem: Problem) -> ExchangeError:
    if status == 426:
        return ProtocolTooOld("the server does not speak this program's protocol any more")
    if problem.code == "E-CLOCK":
        return ClockRefused("the server refuses this tablet's time also after it was corrected")
    return ServerRefused(clean_line(f"{problem.title}: {problem.detail}".strip(": ")), clean_line(problem.code))


def refusal_of_head(response: HttpAnswer) -> ExchangeError:
    """Return what a status means that no body explains."""
    if response.status in (429, 500, 502, 503, 504, 408, 511) or response.status < 400:
        return refusal(response)
    return ServerRefused(f"the server refused with status {response.status}", f"E-HTTP-{response.status}")


def upload_state_of(response: HttpAnswer, path: str, length: int | None) -> UploadState:
    """Return what an answer's headers say of the upload at a path.

    Raises:
        PortalAnswered: they say nothing of the kind, or speak of another one.
    """
    if response.headers.get(ABOUT_HEADER, path) != path:
        raise PortalAnswered("an answer about another photo")
    state = upload_state(response.headers, length=length)
    if state is None:
        raise PortalAnswered(f"status {response.status} that says nothing of an upload: not the case API")
    return state


def _retry_after_s(headers: httpx.Headers) -> float:
    text = headers.get("retry-after", "")
    return min(float(text), 3600.0) if text.isdecimal() else 0.0
