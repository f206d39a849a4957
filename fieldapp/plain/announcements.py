"""What happened meanwhile and is told before the next question, never in the middle of one."""

from fieldapp.plain.events import LinkChanged
from fieldapp.presentation.links import link_words
from fieldapp.presentation.syncing import online_word
from fieldapp.text import _
from sync.journal import RESTING, SyncStatus

_PASSING = ("opening",)
"""States of a link that last for a moment."""


class Announcements:
    """Keeps the newest word of each reader and of the network, and gives those that were not told yet."""

    def __init__(self) -> None:
        self._links: dict[str, LinkChanged] = {}
        self._told_links: dict[str, str] = {}
        self._network: SyncStatus | None = None
        self._told_network = ""

    def link_changed(self, event: LinkChanged) -> None:
        """Hear how a reader stands."""
        if event.state not in _PASSING:
            self._links[event.name] = event

    def sync_changed(self, status: SyncStatus) -> None:
        """Hear what the sync worker does."""
        if status.phase in RESTING:
            self._network = status

    def taken(self) -> list[str]:
        """Return what is new, in the language of the moment, once."""
        lines: list[str] = []
        for event in self._links.values():
            if self._told_links.get(event.name) != event.state:
                self._told_links[event.name] = event.state
                lines.append(_("Reader: {words}").format(words=link_words(event.role, event.state)[0]))
        self._links.clear()
        if self._network is not None:
            code = self._network.fault.code if self._network.fault is not None else ""
            state = code or ("proven" if self._network.proven_at_ms is not None else "")
            if state != self._told_network:
                self._told_network = state
                lines.append(_("Network: {word}").format(word=online_word(self._network)[0]))
            self._network = None
        return lines
