"""An app that wears a look, speaks a language and sounds; each is changed by one key, at once, and outlives it.

Where a line to type in is entered, it calls the on-screen keyboard, and sends it away when the line is left. Large are
the terminal's letters where a command makes them so, and the app lays itself out anew; else its own tiles and rows.
"""

import time
from collections.abc import Callable

from textual import on
from textual.events import DescendantBlur, DescendantFocus

from fieldapp.first_paint import FirstPaintApp
from fieldapp.messages import Said, Sounding, Switched, WedgePort
from fieldapp.ordered import OrderedWork
from fieldapp.presentation.tones import Tone
from fieldapp.screen_roles import Relabels
from fieldapp.services import Services
from fieldapp.styles.themes import LARGE, known_theme, other_light, other_size, themes
from fieldapp.text import LANGUAGE_SETTING, _, current_language, next_language, use_language
from fieldapp.widgets.plain import TypingLine

THEME_SETTING = "ui.theme"
"""Name under which the chosen look is stored."""

SOUNDS_SETTING = "ui.sounds"
"""Name under which it is stored whether the app sounds; `off` or nothing."""


CALM_S = 0.2
"""How long the focus rests before the on-screen keyboard is called or sent away: between two panels it is nowhere."""

QUIET = "off"
"""Value of `SOUNDS_SETTING` that silences bell and tones."""


class WornApp(FirstPaintApp):
    """Keeps look, language and sounds.

    Args:
        theme: the look before somebody chose one on the tablet.
        sounds: plays the two tones beside the bell; None where no command is set.
        keyboard: the on-screen keyboard; None where no command is set.
        letters: the terminal's own letters, on for large; None where no command is set.
    """

    def __init__(
        self,
        services: Services,
        *,
        wedge: WedgePort | None = None,
        theme: str = "sun",
        sounds: Sounding | None = None,
        keyboard: Switched | None = None,
        letters: Switched | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(wedge, now)
        self._sounds = sounds
        self._keyboard = keyboard
        self._letters = letters
        self.is_quiet = services.settings.get(SOUNDS_SETTING) == QUIET
        self.services = services
        self.work = OrderedWork()
        for look in themes():
            self.register_theme(look)
        # Set without its watcher, which would read all style sheets once more before the first paint.
        self.set_reactive(WornApp.theme, known_theme(services.settings.get(THEME_SETTING) or theme))
        self._become_as_large_as_the_look()
        self.stylesheet.set_variables(self.get_css_variables())

    async def action_language(self) -> None:
        """Speak the next language, at once and on every screen."""
        use_language(next_language(current_language()))
        self.wear(self.theme)
        await self.work.do(self.services.settings.put, LANGUAGE_SETTING, current_language())

    async def action_look(self) -> None:
        """Put on the look for the other light."""
        await self._wear_for_good(other_light(self.theme))

    async def action_size(self) -> None:
        """Make letters large, or tiles and rows, or all usual again."""
        await self._wear_for_good(other_size(self.theme))

    async def action_sounds(self) -> None:
        """Sound no more, or again."""
        self.is_quiet = not self.is_quiet
        await self.work.do(self.services.settings.put, SOUNDS_SETTING, QUIET if self.is_quiet else "on")

    def action_help_quit(self) -> None:
        """Say how the program is left, which the library would say in English."""
        self.screen.post_message(Said(_("Ctrl+Q leaves"), _("Everything saved stays saved"), "plain"))

    def ring(self, tone: Tone) -> None:
        """Sound for a big word: once for what was accepted, twice for what must be looked at; nothing when quiet."""
        if self.is_quiet:
            return
        is_accepted = tone not in {"warn", "bad"}
        for _bell in range(1 if is_accepted else 2):
            self.bell()
        if self._sounds is not None:
            self._sounds.play("accepted" if is_accepted else "look")

    @on(DescendantFocus)
    @on(DescendantBlur)
    def _look_who_types(self) -> None:
        if self._keyboard is not None:
            self.set_timer(CALM_S, self._call_keyboard)

    def _call_keyboard(self) -> None:
        if self._keyboard is not None:
            self._keyboard.want(isinstance(self.focused, TypingLine))

    async def _wear_for_good(self, theme: str) -> None:
        self.wear(theme)
        await self.work.do(self.services.settings.put, THEME_SETTING, self.theme)

    def wear(self, theme: str) -> None:
        """Put on a look and say everything anew."""
        self.theme = theme
        self._become_as_large_as_the_look()
        for screen in self.screen_stack:
            if isinstance(screen, Relabels):
                screen.relabel()
            screen.query("*").refresh()

    def _become_as_large_as_the_look(self) -> None:
        is_large = self.theme.endswith(LARGE)
        if self._letters is None:
            self.set_class(is_large, LARGE)
        else:
            self._letters.want(is_large)
