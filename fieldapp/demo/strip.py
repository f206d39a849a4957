"""The demo strip's keys, as the app sees them; each is performed by the demo around the app."""

from collections.abc import Sequence

from fieldapp.demo.control import DemoState, ask
from fieldapp.messages import DemoAction
from fieldapp.text import _


class StripActions:
    """Fulfils `fieldapp.messages.DemoActions` by asking the demo over its socket."""

    def __init__(self, socket_path: str) -> None:
        self._socket = socket_path
        self._state = ask(socket_path, "look")

    def actions(self) -> Sequence[DemoAction]:
        """Return the keys of the strip in the language of the moment."""
        network = _("Cut network") if self._state.is_online else _("Network back")
        return (
            DemoAction("scan", _("Next plate"), "f1"),
            DemoAction("badge", _("Own badge"), "f2"),
            DemoAction("smudge", _("Smudged"), "f3"),
            DemoAction("network", network, "f4"),
            DemoAction("kill", _("Kill app"), "f5"),
            DemoAction("desk", _("Desk page"), "f6"),
        )

    def hint(self) -> str:
        """Return one line that says what to try next."""
        return _("Demo, synthetic data. PIN {pin}. Next plate: {place}").format(
            pin=self._state.pin, place=self._state.next_place
        )

    def run(self, action: str) -> str:
        """Have the demo do it; return what to say about it, or an empty text."""
        try:
            self._state = ask(self._socket, action)
        except OSError:
            return _("The demo around this app has ended")
        return self._said(action, self._state)

    def _said(self, action: str, state: DemoState) -> str:
        if action == "network":
            return _("The network is back") if state.is_online else _("The network is cut: go on, nothing is lost")
        if action == "desk":
            return _("The desk: {address}").format(address=state.desk_url)
        return ""
