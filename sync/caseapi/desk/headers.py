"""What the desk's answers say to browsers: nothing from elsewhere, nothing inline."""


def _policy(form_action: str) -> str:
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; "
        f"media-src 'self'; base-uri 'none'; form-action {form_action}; frame-ancestors 'none'"
    )


def _headers(form_action: str, referrer: str) -> dict[str, str]:
    return {
        "Content-Security-Policy": _policy(form_action),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Referrer-Policy": referrer,
        "X-Content-Type-Options": "nosniff",
    }


SHOWING = _headers("'none'", "no-referrer")
"""Of answers that only show."""

# A stricter referrer makes browsers send `Origin: null` with a form, and whose page it was could not be told.
TAKING_FORMS = _headers("'self'", "same-origin")
"""Of pages with forms to this server."""

OF_THE_MOMENT = {"Cache-Control": "no-store", "Vary": "Accept-Language"}
"""Of pages beside these: what they say is true now, in one language."""


def attached(name: str) -> dict[str, str]:
    """Return the headers of a file to be kept under a name; the name is ours and plain."""
    return {**TAKING_FORMS, **OF_THE_MOMENT, "content-disposition": f'attachment; filename="{name}"'}
