"""Reads what a page's form sends: bounded, of the right type, sent by a page of this server."""

import re
from dataclasses import dataclass
from hmac import compare_digest
from typing import Any, TypeVar
from urllib.parse import parse_qs

import msgspec
from litestar import Request
from litestar.datastructures import UploadFile
from litestar.exceptions import ClientException
from litestar.exceptions.http_exceptions import RequestEntityTooLarge

from sync.caseapi.errors import InputRefused, NotAllowed
from sync.caseapi.service.people.sessions import is_own_page
from sync.text import clean_line

FORM_TYPE = "application/x-www-form-urlencoded"
FILES_TYPE = "multipart/form-data"

MOST_FIELDS = 100
"""Fields of one form; the longest has some twenty."""

MOST_BYTES = 65_536
"""Bytes of one form: 2,000 characters percent-encoded are 18,000."""

MAX_FORM_BYTES = 32 * 1024 * 1024
"""Bytes of a form with files: four photos as a telephone takes them."""

Wanted = TypeVar("Wanted", bound=msgspec.Struct)
_PATH = re.compile(r"`\$\.(?P<field>[a-z_]+)")

TOKEN_FIELD = "token"  # noqa: S105 - the name of a field, no secret


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file of a form, on disk where it is large: its name is what the browser says, cleaned."""

    name: str
    file: UploadFile

    async def read(self, most: int) -> bytes:
        """Return its bytes, at most so many and one more, which tells that there are more."""
        return await self.file.read(most + 1)


@dataclass(frozen=True, slots=True)
class Form:
    """What was sent, by field; files in the order sent."""

    values: dict[str, list[str]]
    files: tuple[SentFile, ...] = ()

    def text(self, name: str) -> str:
        """Return a field without spaces at its ends and with plain line ends; empty when it was not sent."""
        return self.values.get(name, [""])[-1].replace("\r\n", "\n").strip()

    def every(self, name: str) -> tuple[str, ...]:
        """Return every value of a field that is not empty."""
        return tuple(text.strip() for text in self.values.get(name, []) if text.strip())

    async def close(self) -> None:
        """Let the files go."""
        for each in self.files:
            await each.file.close()

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
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type not in (FORM_TYPE, FILES_TYPE):
        raise InputRefused(f"the body must be {FORM_TYPE} or {FILES_TYPE}", "form")
    form = await (_with_files(request) if content_type == FILES_TYPE else _of_fields(request))
    if expected_token is not None and not compare_digest(form.text(TOKEN_FIELD).encode(), expected_token.encode()):
        raise NotAllowed("the form is one of another session")
    return form


async def _of_fields(request: Request[Any, Any, Any]) -> Form:
    body = await request.body()
    if len(body) > MOST_BYTES:
        raise InputRefused(f"a form has at most {MOST_BYTES} bytes", "form")
    try:
        text = body.decode("ascii")
        values = parse_qs(text, keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="replace")
    except ValueError as exc:
        raise InputRefused("the form cannot be read", "form") from exc
    return Form(values)


async def _with_files(request: Request[Any, Any, Any]) -> Form:
    """Return a form that brings files."""
    announced = request.headers.get("content-length", "0")
    if not announced.isdigit() or int(announced[:20]) > MAX_FORM_BYTES:
        raise InputRefused(f"a form with files has at most {MAX_FORM_BYTES} bytes", "photo")
    try:
        sent = await request.form()
    except RequestEntityTooLarge as exc:
        raise InputRefused(f"a form with files has at most {MAX_FORM_BYTES} bytes", "photo") from exc
    except (ClientException, ValueError, LookupError) as exc:
        # Besides what the parser refuses: text that is not in the encoding that it names, or one that there is not.
        raise InputRefused("the form cannot be read", "form") from exc
    values: dict[str, list[str]] = {}
    files: list[SentFile] = []
    for name, value in sent.multi_items():
        if isinstance(value, UploadFile):
            files.append(SentFile(clean_line(value.filename), value))
        else:
            values.setdefault(name, []).append(str(value))
    said = sum(len(text.encode("utf-8", "replace")) for every in values.values() for text in every)
    if said > MOST_BYTES or len(values) > MOST_FIELDS:
        raise InputRefused(f"the fields of a form have at most {MOST_BYTES} bytes", "form")
    return Form(values, tuple(files))


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
