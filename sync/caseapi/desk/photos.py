"""Photos and spoken notes of cases, as a browser may have them: of the type their bytes say; nothing in them runs."""

from collections.abc import Awaitable, Callable

from litestar import Response

from sync.caseapi.service.media import Shown

PhotoReads = Callable[[str], Awaitable[Shown | None]]
"""Returns a photo that a case which stands and is not restricted shows, by its hash."""

KEPT_S = 3_600
"""How long a browser keeps a photo for itself; a case may be withdrawn or restricted meanwhile."""

_ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "audio/ogg": "ogg", "audio/wav": "wav"}
"""What a browser may show or play; all else it may only save."""

_SANDBOX = "default-src 'none'; sandbox; frame-ancestors 'none'"


def photo_response(name: str, shown: Shown) -> Response[bytes]:
    """Return a photo; its type is told by its first bytes, and nothing in it can run."""
    ending = _ENDINGS.get(shown.mime or "")
    headers = {
        "Cache-Control": f"private, max-age={KEPT_S}",
        "Content-Disposition": f'{"inline" if ending else "attachment"}; filename="{name[:12]}.{ending or "bin"}"',
        "Content-Security-Policy": _SANDBOX,
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
    media_type = shown.mime if ending and shown.mime else "application/octet-stream"
    return Response(shown.data, media_type=media_type, headers=headers)
