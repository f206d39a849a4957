"""The app as its command starts it: it says what is wrong with the settings, and never shows values when it fails."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from fieldapp.app import FieldApp
from fieldapp.config import ConfigProblem
from fieldapp.presentation.settings import config_sentence
from fieldapp.presentation.troubles import trouble_text
from fieldapp.widgets.flash import Flash

NOTICE_S = 12.0
"""How long the first screen shows what is wrong with the settings; keys go on meanwhile, and the doctor says it too."""


class TabletApp(FieldApp):
    """The app over a real tablet.

    Attributes:
        crash: what ended the app, None while it runs or when it was left.
    """

    def __init__(
        self, *args: Any, begin: Callable[[], None], problems: Sequence[ConfigProblem] = (), **keywords: Any
    ) -> None:
        super().__init__(*args, **keywords)
        self._begin = begin
        self.crash: Exception | None = None
        self._problems = tuple(problems)

    def begin_work(self) -> None:
        """Open the readers and let the sync worker go on."""
        super().begin_work()
        self._begin()

    def on_ready(self) -> None:
        """Say what is wrong with the settings."""
        if self._problems:
            problem = self._problems[0]
            word = trouble_text(problem.code).what
            # The whole path stands on the command line and in what the doctor says; here is one row.
            line = config_sentence(replace(problem, file=Path(problem.file.name)))
            for flash in self.screen.query(Flash):
                flash.show(word, line, tone="warn", seconds=NOTICE_S)

    def _handle_exception(self, error: Exception) -> None:
        # The library would print the values of local variables: names, notes, PINs.
        if self.crash is None:
            self.crash = self._exception = error
            self._exception_event.set()
        self._return_code = 1
        self._close_messages_no_wait()
