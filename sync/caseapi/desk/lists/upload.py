"""Reads a form with a file: sent by a page of this server, bounded, the file's name a mere word."""

from hmac import compare_digest
from typing import Any

from litestar import Request
from litestar.datastructures import UploadFile
from litestar.exceptions import HTTPException

from sync.caseapi.desk.casework.forms import TOKEN_FIELD, Form
from sync.caseapi.errors import InputRefused, NotAllowed
from sync.caseapi.service.sessions import is_own_page
from sync.text import clean_line

_TYPE = "multipart/form-data"


async def sent_upload(request: Request[Any, Any, Any], expected_token: str, field: str) -> tuple[Form, str, bytes]:
    """Return a form, and name and bytes of the file in one of its fields; both empty where none was chosen.

    Raises:
        NotAllowed: another page sends it, or one of another session.
        InputRefused: it is no such form.
    """
    if not is_own_page(request.headers.get("origin", ""), request.headers.get("host", "")):
        raise NotAllowed("a page of another server asks")
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _TYPE:
        raise InputRefused(f"the body must be {_TYPE}", "form")
    try:
        parts = await request.form()
    except (HTTPException, ValueError, LookupError) as exc:
        raise InputRefused("the form cannot be read", "form") from exc
    texts = {name: [value] for name, value in parts.multi_items() if isinstance(value, str)}
    form = Form(texts)
    if not compare_digest(form.text(TOKEN_FIELD).encode(), expected_token.encode()):
        raise NotAllowed("the form is one of another session")
    file = parts.get(field)
    if not isinstance(file, UploadFile):
        return form, "", b""
    # Some browsers send a whole path.
    name = file.filename.replace("\\", "/").rpartition("/")[2]
    return form, clean_line(name, max_chars=100), await file.read()
