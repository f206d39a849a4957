"""An app whose first paint is what is worked with; whatever can wait begins after it."""

from textual.screen import Screen

from fieldapp.keys_first import KeysFirstApp


class FirstPaintApp(KeysFirstApp):
    """Opens with a whole screen of its own in place of the library's empty one."""

    def opening_screen(self) -> Screen[None]:
        """Return the screen that the app opens with; the library's empty one unless there is another."""
        return super().get_default_screen()

    def begin_work(self) -> None:
        """Begin what the first paint need not wait for."""

    def get_default_screen(self) -> Screen[None]:
        """Return the screen at the bottom of the stack."""
        screen = self.opening_screen()
        # As `push_screen` does for every other screen; `switch_screen` could not replace this one otherwise.
        screen._push_result_callback(self, None)
        return screen

    def on_ready(self) -> None:
        """Take keys and begin work as soon as the first screen is painted."""
        self.call_after_refresh(self._open)

    async def _open(self) -> None:
        await self.let_keys_in()
        self.begin_work()
