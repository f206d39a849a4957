"""Who asks: the session of a cookie, or of an `Authorization: Bearer` header.

A page elsewhere cannot borrow the cookie: it is `SameSite=Strict`, a body must be JSON, which no form sends, and a
browser's `Origin` must be this server's own.
"""

from typing import Any
from urllib.parse import urlsplit

from litestar import Request

from sync.caseapi.errors import NotAllowed, SignInRefused
from sync.caseapi.service.accounts import SESSION_MS, AccountService
from sync.caseapi.service.callers import Caller

COOKIE = "xunge_desk"
"""Name of the session's cookie."""

_BEARER = "bearer "
_LONGEST_TOKEN = 200


async def signed_in(accounts: AccountService, request: Request[Any, Any, Any]) -> Caller:
    """Return who asks.

    Raises:
        SignInRefused: nobody, or the session has ended.
        NotAllowed: a page of another server asks.
    """
    return await accounts.caller(token_of(request))


def token_of(request: Request[Any, Any, Any]) -> str:
    """Return the token that a request carries.

    Raises:
        SignInRefused: none.
        NotAllowed: a page of another server asks with the cookie.
    """
    header = request.headers.get("authorization", "")
    if header[: len(_BEARER)].lower() == _BEARER:
        return header[len(_BEARER) :].strip()[:_LONGEST_TOKEN]
    token = request.cookies.get(COOKIE, "")[:_LONGEST_TOKEN]
    if not token:
        raise SignInRefused("sign in first")
    origin = request.headers.get("origin", "")
    if origin and urlsplit(origin).netloc != request.headers.get("host", ""):
        raise NotAllowed("a page of another server asks")
    return token


def cookie_of(token: str, *, is_secure: bool) -> str:
    """Return the header that sets a session's cookie; an empty token takes it away."""
    age_s = SESSION_MS // 1000 if token else 0
    secure = "; Secure" if is_secure else ""
    return f"{COOKIE}={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age={age_s}{secure}"
