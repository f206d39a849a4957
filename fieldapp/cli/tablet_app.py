"""The app as its command starts it: it says what is wrong with the settings, and keeps its memory tidy."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from msgspec.structs import replace
from textual import on

from fieldapp.app import FieldApp
from fieldapp.config import ConfigProblem
from fieldapp.messages import SyncChanged
from fieldapp.presentation.settings import config_sentence
from fieldapp.presentation.troubles import trouble_text
from fieldapp.widgets.flash import Flash
from sync.journal import RESTING

NOTICE_S = 12.0
"""How long the first screen shows what is wrong with the settings; keys go on meanwhile, and the doctor says it too."""


class TabletApp(FieldApp):
    """The app over a real tablet."""

    def __init__(
        self,
        *args: Any,
        begin: Callable[[], None],
        tidy: Callable[[], None],
        problems: Sequence[ConfigProblem] = (),
        **keywords: Any,
    ) -> None:
        """Make the app.

        Args:
            begin: what begins behind the first paint.
            tidy: what is done whenever a sync has ended: nobody waits for anything then.
        """
        super().__init__(*args, **keywords)
        self._begin = begin
        self._tidy = tidy
        self._problems = tuple(problems)

    def begin_work(self) -> None:
        """Open the readers and let the sync worker go on."""
        super().begin_work()
        self._begin()

    @on(SyncChanged)
    def _tidy_up(self, event: SyncChanged) -> None:
        if event.status.phase in RESTING:
            self._tidy()

    def on_ready(self) -> None:
        """Say what is wrong with the settings."""
        if self._problems:
            problem = self._problems[0]
            word = trouble_text(problem.code).what
            # The whole path stands on the command line and in what the doctor says; here is one row.
            line = config_sentence(replace(problem, file=Path(problem.file.name)))
            for flash in self.screen.query(Flash):
                flash.show(word, line, tone="warn", seconds=NOTICE_S)
