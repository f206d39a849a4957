"""An app that wears a look and speaks a language; both are changed by one key, at once, and outlive the program."""

import time
from collections.abc import Callable

from fieldapp.first_paint import FirstPaintApp
from fieldapp.messages import WedgePort
from fieldapp.ordered import OrderedWork
from fieldapp.screen_roles import Relabels
from fieldapp.services import Services
from fieldapp.styles.themes import LARGE, known_theme, next_theme, themes
from fieldapp.text import LANGUAGE_SETTING, current_language, next_language, use_language

THEME_SETTING = "ui.theme"
"""Name under which the chosen look is stored."""


class WornApp(FirstPaintApp):
    """Keeps look and language.

    Args:
        theme: the look before somebody chose one on the tablet.
    """

    def __init__(
        self,
        services: Services,
        *,
        wedge: WedgePort | None = None,
        theme: str = "sun",
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(wedge, now)
        self.services = services
        self.work = OrderedWork()
        for look in themes():
            self.register_theme(look)
        # Set without its watcher, which would read all style sheets once more before the first paint.
        self.set_reactive(WornApp.theme, known_theme(services.settings.get(THEME_SETTING) or theme))
        self.set_class(self.theme.endswith(LARGE), LARGE)
        self.stylesheet.set_variables(self.get_css_variables())

    async def action_language(self) -> None:
        """Speak the next language, at once and on every screen."""
        use_language(next_language(current_language()))
        self.wear(self.theme)
        await self.work.do(self.services.settings.put, LANGUAGE_SETTING, current_language())

    async def action_look(self) -> None:
        """Put on the next look."""
        self.wear(next_theme(self.theme))
        await self.work.do(self.services.settings.put, THEME_SETTING, self.theme)

    def wear(self, theme: str) -> None:
        """Put on a look and say everything anew."""
        self.theme = theme
        self.set_class(theme.endswith(LARGE), LARGE)
        for screen in self.screen_stack:
            if isinstance(screen, Relabels):
                screen.relabel()
            screen.query("*").refresh()
