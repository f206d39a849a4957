"""The description of the HTTP interface (OpenAPI 3.1), made from the messages' own types: `GET /v1/openapi.json`."""

from functools import cache
from importlib import metadata
from typing import Any

import msgspec
from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from msgspec import field

from sync import wire
from sync.caseapi.api.desk_description import DESK_MESSAGES, DESK_OPERATIONS, DESK_SCHEMES
from sync.caseapi.api.operations import BUSY, COUNT, READ, Operation, Schema, parameter, ref
from sync.coding import REQUEST_CODINGS
from sync.media import ABOUT_HEADER, LENGTH_HEADER, MAX_PART_BYTES, MEDIA_PATH, OFFSET_HEADER, PART_TYPE, TUS_HEADER
from sync.signing import COVERED, MAX_SKEW_S, TAG
from sync.wire import CONTENT_TYPE, ENROL_PATH, SNAPSHOT_PATH, SYNC_PATH

DESCRIPTION_PATH = "/v1/openapi.json"

_DIGEST: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_SIGNED = {401: "Not signed by a known tablet, or at another time (`E-CLOCK`, with the server's)", 403: "Erased tablet"}


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


_MESSAGES = (*DESK_MESSAGES, wire.SyncRequest, SyncReply, wire.EnrolRequest, wire.EnrolReply, wire.Problem, Health)


@cache
def description() -> bytes:
    """Return the whole document as JSON."""
    _, schemas = msgspec.json.schema_components(_MESSAGES, ref_template="#/components/schemas/{name}")
    paths: dict[str, Schema] = {}
    for (method, path), operation in OPERATIONS.items():
        paths.setdefault(path, {})[method.lower()] = operation.described()
    document = {
        "openapi": "3.1.0",
        "info": {
            "title": "Xunge case API",
            "version": metadata.version("xunge"),
            "description": "How tablets join, hand in and fetch what is theirs; what desks do with cases.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {"schemas": schemas, "securitySchemes": {"signature": _SCHEME, **DESK_SCHEMES}},
    }
    return msgspec.json.encode(document)


def description_routes() -> list[HTTPRouteHandler]:
    """Return the route that gives the description."""

    @get(DESCRIPTION_PATH)
    async def openapi() -> Response[bytes]:
        return Response(description(), media_type=CONTENT_TYPE)

    return [openapi]


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
_ENCODING = parameter("Content-Encoding", "header", {"enum": ["identity", *REQUEST_CODINGS]})
_FILE = parameter("sha256", "path", _DIGEST, is_required=True)
_TUS = (OFFSET_HEADER, LENGTH_HEADER, TUS_HEADER, ABOUT_HEADER)
_PART: Schema = {"type": "string", "format": "binary", "maxLength": MAX_PART_BYTES}

OPERATIONS: dict[tuple[str, str], Operation] = {
    ("POST", SYNC_PATH): Operation(
        "Hand in records, fetch feeds, get a receipt",
        {**_SIGNED, **READ, 426: "A protocol that this server does not speak", **BUSY},
        answers={CONTENT_TYPE: ref(SyncReply)},
        takes=(CONTENT_TYPE, ref(wire.SyncRequest)),
        parameters=(_ENCODING,),
    ),
    ("POST", ENROL_PATH): Operation(
        "Join with a one-time code, or ask whether the desk has confirmed",
        {
            403: "The code is unknown, expired or used",
            **READ,
            426: "A protocol that this server does not speak",
            **BUSY,
        },
        answers={CONTENT_TYPE: ref(wire.EnrolReply)},
        takes=(CONTENT_TYPE, ref(wire.EnrolRequest)),
        parameters=(_ENCODING,),
        security=(),
    ),
    ("GET", f"{SNAPSHOT_PATH}/{{digest}}"): Operation(
        "Fetch a whole scope that an exchange has offered, in ranges where wanted",
        {**_SIGNED, 404: "Not offered to this tablet, or no longer kept", 503: BUSY[503]},
        answers={"application/gzip": {"type": "string", "format": "binary"}},
        parameters=(parameter("digest", "path", _DIGEST, is_required=True),),
    ),
    ("HEAD", f"{MEDIA_PATH}/{{sha256}}"): Operation(
        "Ask how much of a photo the server holds",
        {**_SIGNED, 404: "No stored record of this tablet names it", 503: BUSY[503]},
        parameters=(_FILE,),
        headers=_TUS,
    ),
    ("PATCH", f"{MEDIA_PATH}/{{sha256}}"): Operation(
        "Go on with a photo at the byte that the server holds",
        {**_SIGNED, 404: "No stored record of this tablet names it", 409: "Goes on elsewhere", **READ, **BUSY},
        status=204,
        takes=(PART_TYPE, _PART),
        parameters=(_FILE, parameter(OFFSET_HEADER, "header", COUNT, is_required=True)),
        headers=_TUS,
    ),
    ("GET", "/livez"): Operation("The process answers", {}, answers={CONTENT_TYPE: ref(Health)}, security=()),
    ("GET", "/readyz"): Operation(
        "The database answers, too", {503: BUSY[503]}, answers={CONTENT_TYPE: ref(Health)}, security=()
    ),
    **DESK_OPERATIONS,
    ("GET", DESCRIPTION_PATH): Operation(
        "This description", {}, answers={CONTENT_TYPE: {"type": "object"}}, security=()
    ),
}
"""Every operation but the desk's pages; a test compares it with the routes."""
