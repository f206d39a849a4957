"""The description of the HTTP interface (OpenAPI 3.1), made from the messages' own types: `GET /v1/openapi.json`."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from functools import cache
from http import HTTPStatus
from importlib import metadata
from typing import Any

import msgspec
from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from msgspec import field

from sync import wire
from sync.caseapi.api.problems import PROBLEM_TYPE
from sync.coding import REQUEST_CODINGS
from sync.media import LENGTH_HEADER, MAX_PART_BYTES, MEDIA_PATH, OFFSET_HEADER, PART_TYPE, TUS_HEADER
from sync.signing import COVERED, MAX_SKEW_S, TAG
from sync.wire import CONTENT_TYPE, ENROL_PATH, SNAPSHOT_PATH, SYNC_PATH

DESCRIPTION_PATH = "/v1/openapi.json"

_Schema = dict[str, Any]
_DIGEST: _Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_COUNT: _Schema = {"type": "integer", "minimum": 0}
_SIGNED = {401: "Not signed by a known tablet, or at another time (`E-CLOCK`, with the server's)", 403: "Erased tablet"}
_READ = {
    408: "The body did not arrive in time",
    413: "Too large, before or after unfolding",
    415: "Another content type or encoding",
    422: "Unreadable; `path` names the place",
}
_BUSY = {429: "Too many requests of this tablet under way", 503: "Overloaded, or the disk is full"}


class FeedEntry(wire.FeedEntry, frozen=True):
    """An entry of a scope; its body is JSON of the entry's type."""

    body: Any = None


class FeedPage(wire.FeedPage, frozen=True):
    """A page of a scope, or a snapshot instead."""

    entries: list[FeedEntry] = field(default_factory=list)  # type: ignore[assignment]  # described, never made


class SyncReply(wire.SyncReply, frozen=True):
    """What the server answers once it knows the device and can read the body."""

    feeds: dict[str, FeedPage] = field(default_factory=dict)  # type: ignore[assignment]  # described, never made


class Health(msgspec.Struct, frozen=True, omit_defaults=True):
    """How the server is."""

    status: str
    fold_lag_records: int | None = None


_MESSAGES = (wire.SyncRequest, SyncReply, wire.EnrolRequest, wire.EnrolReply, wire.Problem, Health)


@dataclass(frozen=True, slots=True)
class _Operation:
    """One method of one path.

    Attributes:
        answers: body by content type for the one good status; none when it has no body.
        takes: content type and schema of the request's body.
        refusals: why, by status; each is a problem document.
    """

    summary: str
    refusals: Mapping[int, str]
    status: int = 200
    answers: Mapping[str, _Schema] = dataclass_field(default_factory=dict)
    takes: tuple[str, _Schema] | None = None
    parameters: tuple[_Schema, ...] = ()
    headers: tuple[str, ...] = ()
    is_signed: bool = True

    def described(self) -> _Schema:
        """Return the operation in OpenAPI's words."""
        good: _Schema = {"description": HTTPStatus(self.status).phrase}
        if self.answers:
            good["content"] = {kind: {"schema": schema} for kind, schema in self.answers.items()}
        if self.headers:
            good["headers"] = {name: {"schema": {"type": "string"}} for name in self.headers}
        whole: _Schema = {
            "summary": self.summary,
            "parameters": list(self.parameters),
            "responses": {str(self.status): good, **{str(s): _refusal(s, why) for s, why in self.refusals.items()}},
            "security": [{"signature": []}] if self.is_signed else [],
        }
        if self.takes is not None:
            kind, schema = self.takes
            whole["requestBody"] = {"required": True, "content": {kind: {"schema": schema}}}
        return whole


@cache
def description() -> bytes:
    """Return the whole document as JSON."""
    _, schemas = msgspec.json.schema_components(_MESSAGES, ref_template="#/components/schemas/{name}")
    paths: dict[str, _Schema] = {}
    for (method, path), operation in OPERATIONS.items():
        paths.setdefault(path, {})[method.lower()] = operation.described()
    document = {
        "openapi": "3.1.0",
        "info": {
            "title": "Xunge case API",
            "version": metadata.version("xunge"),
            "description": "How tablets join, hand in records and photos, and fetch assignments and reference data.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": {"signature": _SCHEME}},
    }
    return msgspec.json.encode(document)


def description_routes() -> list[HTTPRouteHandler]:
    """Return the route that gives the description."""

    @get(DESCRIPTION_PATH)
    async def openapi() -> Response[bytes]:
        return Response(description(), media_type=CONTENT_TYPE)

    return [openapi]


def _ref(message: type[msgspec.Struct]) -> _Schema:
    return {"$ref": f"#/components/schemas/{message.__name__}"}


def _refusal(status: int, why: str) -> _Schema:
    told: _Schema = {"description": why, "content": {PROBLEM_TYPE: {"schema": _ref(wire.Problem)}}}
    if status in _BUSY:
        told["headers"] = {"Retry-After": {"schema": _COUNT}}
    return told


def _parameter(name: str, place: str, schema: _Schema, *, is_required: bool = False) -> _Schema:
    return {"name": name, "in": place, "required": is_required, "schema": schema}


_SCHEME = {
    "type": "apiKey",
    "in": "header",
    "name": "Signature",
    "description": (
        "RFC 9421, HTTP Message Signatures, with Ed25519: `Signature`, `Signature-Input` and `Content-Digest`. Covered:"
        f" {', '.join(COVERED)}; parameters `created` (at most {MAX_SKEW_S} s from the server's time), `keyid` (the"
        f' device id), `tag` "{TAG}". A request without a body has the content type `{CONTENT_TYPE}` as well.'
    ),
}
_ENCODING = _parameter("Content-Encoding", "header", {"enum": ["identity", *REQUEST_CODINGS]})
_FILE = _parameter("sha256", "path", _DIGEST, is_required=True)
_TUS = (OFFSET_HEADER, LENGTH_HEADER, TUS_HEADER)
_PART: _Schema = {"type": "string", "format": "binary", "maxLength": MAX_PART_BYTES}

OPERATIONS: dict[tuple[str, str], _Operation] = {
    ("POST", SYNC_PATH): _Operation(
        "Hand in records, fetch feeds, get a receipt",
        {**_SIGNED, **_READ, 426: "A protocol that this server does not speak", **_BUSY},
        answers={CONTENT_TYPE: _ref(SyncReply)},
        takes=(CONTENT_TYPE, _ref(wire.SyncRequest)),
        parameters=(_ENCODING,),
    ),
    ("POST", ENROL_PATH): _Operation(
        "Join with a one-time code, or ask whether the desk has confirmed",
        {
            403: "The code is unknown, expired or used",
            **_READ,
            426: "A protocol that this server does not speak",
            **_BUSY,
        },
        answers={CONTENT_TYPE: _ref(wire.EnrolReply)},
        takes=(CONTENT_TYPE, _ref(wire.EnrolRequest)),
        parameters=(_ENCODING,),
        is_signed=False,
    ),
    ("GET", f"{SNAPSHOT_PATH}/{{digest}}"): _Operation(
        "Fetch a whole scope that an exchange has offered, in ranges where wanted",
        {**_SIGNED, 404: "Not offered to this tablet, or no longer kept", 503: _BUSY[503]},
        answers={"application/gzip": {"type": "string", "format": "binary"}},
        parameters=(_parameter("digest", "path", _DIGEST, is_required=True),),
    ),
    ("HEAD", f"{MEDIA_PATH}/{{sha256}}"): _Operation(
        "Ask how much of a photo the server holds",
        {**_SIGNED, 404: "No stored record of this tablet names it", 503: _BUSY[503]},
        parameters=(_FILE,),
        headers=_TUS,
    ),
    ("PATCH", f"{MEDIA_PATH}/{{sha256}}"): _Operation(
        "Go on with a photo at the byte that the server holds",
        {**_SIGNED, 404: "No stored record of this tablet names it", 409: "Goes on elsewhere", **_READ, **_BUSY},
        status=204,
        takes=(PART_TYPE, _PART),
        parameters=(_FILE, _parameter(OFFSET_HEADER, "header", _COUNT, is_required=True)),
        headers=_TUS,
    ),
    ("GET", "/livez"): _Operation("The process answers", {}, answers={CONTENT_TYPE: _ref(Health)}, is_signed=False),
    ("GET", "/readyz"): _Operation(
        "The database answers, too", {503: _BUSY[503]}, answers={CONTENT_TYPE: _ref(Health)}, is_signed=False
    ),
    ("GET", DESCRIPTION_PATH): _Operation(
        "This description", {}, answers={CONTENT_TYPE: {"type": "object"}}, is_signed=False
    ),
}
"""Every operation but the desk's pages; a test compares it with the routes."""
