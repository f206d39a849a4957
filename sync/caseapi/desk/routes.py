"""The desk's addresses: the page, its live parts, its files."""

import re
from collections.abc import Callable, Mapping
from datetime import tzinfo
from typing import Any

from litestar import MediaType, Request, Response, Router, get
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from sync.caseapi.desk.board import Board
from sync.caseapi.desk.guard import DESK_REFUSED, DeskAccess
from sync.caseapi.desk.headers import OF_THE_MOMENT, SHOWING
from sync.caseapi.desk.pages import DESK_PATH, Asset, PageName, Pages, load_assets, since_of
from sync.caseapi.desk.pages import Request as Wanted
from sync.caseapi.desk.photos import PhotoReads, photo_response
from sync.caseapi.desk.text import choose_language, texts_of
from sync.caseapi.desk.views.words import Now
from sync.caseapi.storage.desk_reads import DeskReads

_ID_CHARS = 64
_PHOTO_NAME = re.compile("[0-9a-f]{64}")
_FOR_EVER = "public, max-age=31536000, immutable"
_NEVER = "no-store"

_Request = Request[Any, Any, Any]


def desk_router(
    reads: DeskReads,
    *,
    zone: tzinfo,
    now_ms: Callable[[], int],
    access: DeskAccess | None = None,
    photos: PhotoReads | None = None,
    version: str = "",
) -> Router:
    """Return the desk as a router to be mounted by the application.

    Args:
        zone: the district's time zone.
        now_ms: the server's clock, Unix milliseconds.
        access: who may look; this machine only unless given.
        photos: reads photos of cases; none are shown without it.
        version: of the program, shown at the foot of the page.
    """
    admission = access or DeskAccess()
    assets = load_assets()
    pages = Pages(assets, version)
    board = Board(reads, now_ms)

    def wanted(request: _Request, page: PageName = "") -> Wanted:
        return _wanted(request, page, lists_cases=not admission.is_open)

    async def refuse_strangers(request: _Request) -> Response[str] | None:
        client = request.client.host if request.client else ""
        if admission.admits(client, request.headers, http_version=request.scope["http_version"]):
            return None
        return _html(pages.refusal(wanted(request), DESK_REFUSED), 403)

    @get("/", include_in_schema=False)
    async def desk_page(request: _Request) -> Response[str]:
        now = Now(now_ms(), zone)
        return _html(pages.page(await board.snapshot(now.day), wanted(request), now))

    @get("/handover", include_in_schema=False)
    async def desk_handover(request: _Request) -> Response[str]:
        now = Now(now_ms(), zone)
        return _html(pages.page(await board.snapshot(now.day), wanted(request, page="handover"), now))

    @get("/live", include_in_schema=False)
    async def desk_changes(request: _Request) -> Response[str]:
        now = Now(now_ms(), zone)
        snapshot = await board.snapshot(now.day)
        page: PageName = "handover" if request.query_params.get("page") == "handover" else ""
        if request.query_params.get("since") == since_of(snapshot, now):
            return _html("", 204)
        return _html(pages.changes(snapshot, wanted(request, page), now, shown=request.query_params.get("shown", "")))

    # The files are no secret, and the page of the sign-in needs them wherever it is read.
    handlers = [desk_page, desk_handover, desk_changes, _photo_route(None if admission.is_open else photos)]
    guarded = Router("/", route_handlers=handlers, before_request=refuse_strangers)
    return Router(DESK_PATH, route_handlers=[guarded, _file_route(assets)])


def _photo_route(photos: PhotoReads | None) -> HTTPRouteHandler:
    @get("/media/{name:str}", include_in_schema=False)
    async def desk_photo(name: FromPath[str]) -> Response[bytes]:
        shown = await photos(name) if photos is not None and _PHOTO_NAME.fullmatch(name) else None
        return Response(b"", status_code=404, headers=SHOWING) if shown is None else photo_response(name, shown)

    return desk_photo


def _file_route(assets: Mapping[str, Asset]) -> HTTPRouteHandler:
    @get("/static/{name:str}", include_in_schema=False)
    async def desk_file(request: _Request, name: FromPath[str]) -> Response[bytes]:
        asset = assets.get(name)
        if asset is None:
            return Response(b"", status_code=404, headers=SHOWING)
        caching = _FOR_EVER if request.query_params.get("v") == asset.version else _NEVER
        return Response(asset.content, media_type=asset.media_type, headers={**SHOWING, "Cache-Control": caching})

    return desk_file


def _wanted(request: _Request, page: PageName, *, lists_cases: bool) -> Wanted:
    lang = request.query_params.get("lang", "")[:_ID_CHARS]
    language = choose_language(lang, request.headers.get("accept-language", ""))
    return Wanted(texts_of(language), lang, request.query_params.get("community", "")[:_ID_CHARS], page, lists_cases)


def _html(content: str, status: int = 200) -> Response[str]:
    headers = {**SHOWING, **OF_THE_MOMENT}
    return Response(content, status_code=status, media_type=MediaType.HTML, headers=headers)
