"""The demo strip's keys, as the app sees them; each is performed by the demo around the app."""

import threading
from collections.abc import Callable, Sequence

from fieldapp.demo.control import ask
from fieldapp.messages import DemoAction
from fieldapp.text import _


class StripActions:
    """Fulfils `fieldapp.messages.DemoActions` by asking the demo over its socket.

    Args:
        is_signed_in: tells whether somebody works in the app now: what to try next hangs on it.
    """

    def __init__(self, socket_path: str, is_signed_in: Callable[[], bool]) -> None:
        self._socket = socket_path
        self._is_signed_in = is_signed_in
        self._asked = ""
        self._turn = threading.Lock()
        self._state = ask(socket_path, "look")

    def actions(self) -> Sequence[DemoAction]:
        """Return the keys of the strip in the language of the moment."""
        network = _("Cut off") if self._state.is_online else _("Connect")
        return (
            DemoAction("scan", _("Scan"), "f1"),
            DemoAction("badge", _("Badge"), "f2"),
            DemoAction("smudge", _("Smudged"), "f3"),
            DemoAction("network", network, "f4"),
            DemoAction("kill", _("Kill"), "f5"),
            DemoAction("desk", _("Desk"), "f6"),
            DemoAction("camera", _("Camera"), "f7"),
        )

    def hint(self) -> str:
        """Return one line that says what to try next."""
        if self._asked == "desk":
            # An address takes longer to read than a word flashes.
            now = _("The desk page: {address}")
        elif not self._is_signed_in():
            now = _("Demo, synthetic data. Now: F2 taps your badge, then type the PIN {pin}")
        elif not self._state.is_online:
            now = _("Demo, no network. Go on working: F1 scans {place}; F4 brings the network back")
        else:
            now = _("Demo, synthetic data. Now: F1 scans the plate at {place}; Ctrl+Q leaves")
        return now.format(pin=self._state.pin, place=self._state.next_place, address=self._state.desk_url)

    def run(self, action: str, mode: str = "") -> str:
        """Have the demo do it; return what to say about it, or an empty text.

        Args:
            mode: name of the mode that takes the tags now; while plates are put up a new one comes from the box.
        """
        if (action, mode) == ("scan", "mount"):
            action = "new_plate"
        try:
            with self._turn:
                self._state, self._asked = ask(self._socket, action), action
        except (OSError, ValueError):
            return _("The demo around this app has ended")
        if action == "camera":
            return _("The camera took a synthetic picture")
        if action == "network" and self._state.is_online:
            return _("The network is back")
        return _("The network is cut: go on, nothing is lost") if action == "network" else ""
