"""Reads what a page's form sends: bounded, of the right type, sent by a page of this server."""

import re
from dataclasses import dataclass
from hmac import compare_digest
from typing import Any, TypeVar
from urllib.parse import parse_qs

import msgspec
from litestar import Request

from sync.caseapi.errors import InputRefused, NotAllowed
from sync.caseapi.service.sessions import is_own_page

FORM_TYPE = "application/x-www-form-urlencoded"

MOST_FIELDS = 100
"""Fields of one form; the longest has some twenty."""

MOST_BYTES = 65_536
"""Bytes of one form: 2,000 characters percent-encoded are 18,000."""

Wanted = TypeVar("Wanted", bound=msgspec.Struct)
_PATH = re.compile(r"`\$\.(?P<field>[a-z_]+)")

TOKEN_FIELD = "token"  # noqa: S105 - the name of a field, no secret


@dataclass(frozen=True, slots=True)
class Form:
    """What was sent, by field."""

    values: dict[str, list[str]]

    def text(self, name: str) -> str:
        """Return a field without spaces at its ends and with plain line ends; empty when it was not sent."""
        return self.values.get(name, [""])[-1].replace("\r\n", "\n").strip()

    def every(self, name: str) -> tuple[str, ...]:
        """Return every value of a field that is not empty."""
        return tuple(text.strip() for text in self.values.get(name, []) if text.strip())

    def given(self, *names: str) -> dict[str, str]:
        """Return the fields that say something."""
        return {name: text for name in names if (text := self.text(name))}


async def sent_form(request: Request[Any, Any, Any], expected_token: str | None) -> Form:
    """Return the form that a page of this server sends.

    Args:
        expected_token: what the session's forms carry; None where nobody is signed in yet.

    Raises:
        NotAllowed: another page sends it, or one of another session.
        InputRefused: it is no form, or a larger one than any page has.
    """
    if not is_own_page(request.headers.get("origin", ""), request.headers.get("host", "")):
        raise NotAllowed("a page of another server asks")
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM_TYPE:
        raise InputRefused(f"the body must be {FORM_TYPE}", "form")
    body = await request.body()
    if len(body) > MOST_BYTES:
        raise InputRefused(f"a form has at most {MOST_BYTES} bytes", "form")
    try:
        text = body.decode("ascii")
        values = parse_qs(text, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="replace")
    except ValueError as exc:
        raise InputRefused("the form cannot be read", "form") from exc
    form = Form(values)
    if expected_token is not None and not compare_digest(form.text(TOKEN_FIELD).encode(), expected_token.encode()):
        raise NotAllowed("the form is one of another session")
    return form


def read_as(said: dict[str, Any], wanted: type[Wanted]) -> Wanted:
    """Return what fields say, typed.

    Raises:
        InputRefused: one of them says what cannot be.
    """
    try:
        return msgspec.convert(said, wanted, strict=False)
    except msgspec.ValidationError as exc:
        path = _PATH.search(str(exc))
        raise InputRefused("a field says what cannot be", path["field"] if path else "") from exc
