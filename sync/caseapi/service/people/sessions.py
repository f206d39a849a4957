"""A session as browsers carry it: its cookie, whose page may use it, and the token that its forms hand back."""

import hmac
from hashlib import sha256
from urllib.parse import urlsplit

from sync.caseapi.service.people.accounts import SESSION_MS

COOKIE = "xunge_desk"
"""Name of the session's cookie."""

LONGEST_TOKEN = 200
"""Characters of a token that are looked at."""


def cookie_of(token: str, *, is_secure: bool) -> str:
    """Return the header that sets a session's cookie; an empty token takes it away."""
    age_s = SESSION_MS // 1000 if token else 0
    secure = "; Secure" if is_secure else ""
    return f"{COOKIE}={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age={age_s}{secure}"


def is_own_page(origin: str, host: str) -> bool:
    """Return whether a page of this server sends a request.

    Args:
        origin: the request's `Origin` header.
        host: its `Host` header.
    """
    try:
        return bool(host) and urlsplit(origin).netloc == host
    except ValueError:
        return False


def photo_mark(token: str, case: str, name: str) -> str:
    """Return what proves that this session took a photo in for a case: its form may name it once more."""
    return hmac.new(token.encode("utf-8", "replace"), f"photo {case} {name}".encode(), sha256).hexdigest()


def form_token(token: str) -> str:
    """Return what a form of a session carries: nobody who has not the session's token can make it."""
    return hmac.new(token.encode("utf-8", "replace"), b"xunge desk form", sha256).hexdigest()
