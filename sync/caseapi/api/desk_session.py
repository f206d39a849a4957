"""Who asks: the session of a cookie, or of an `Authorization: Bearer` header.

A page elsewhere cannot borrow the cookie: it is `SameSite=Strict`, a body must be JSON, which no form sends, and a
browser's `Origin` must be this server's own.
"""

from typing import Any

from litestar import Request

from sync.caseapi.errors import NotAllowed, SignInRefused
from sync.caseapi.service.callers import Caller
from sync.caseapi.service.people.accounts import AccountService
from sync.caseapi.service.people.sessions import COOKIE, LONGEST_TOKEN, is_own_page

_BEARER = "bearer "


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
        return header[len(_BEARER) :].strip()[:LONGEST_TOKEN]
    token = request.cookies.get(COOKIE, "")[:LONGEST_TOKEN]
    if not token:
        raise SignInRefused("sign in first")
    origin = request.headers.get("origin", "")
    if origin and not is_own_page(origin, request.headers.get("host", "")):
        raise NotAllowed("a page of another server asks")
    return token
