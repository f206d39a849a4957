"""Where the program opens: joining, sign-in, or the shift of who was signed in a moment ago."""

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from fieldapp.services import Services

Opening = Literal["enrol", "sign_in", "shift"]
"""What is shown first."""


def opening(services: "Services") -> tuple[Opening, str | None]:
    """Return what is shown first, and the id of who is signed in, None for nobody."""
    if services.enroller.state().status != "confirmed":
        return "enrol", None
    signed_in = services.session.resume().signed_in
    return ("sign_in", None) if signed_in is None else ("shift", signed_in.id)
