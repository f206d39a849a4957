"""A QR code in half blocks, black on white in every theme, so that any phone reads it off the screen."""

from functools import cache

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

QUIET_MODULES = 2
"""White modules around the code. The standard asks for 4; readers take 2, and more does not fit 24 rows."""

_HALVES = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}
_BLACK_ON_WHITE = Style.parse("#000000 on #ffffff")


@cache
def qr_lines(text: str) -> tuple[str, ...]:
    """Return the rows of a code with the least correction, so that it stays small; a screen is never torn."""
    import qrcode
    from qrcode.constants import ERROR_CORRECT_L

    code = qrcode.QRCode(border=QUIET_MODULES, error_correction=ERROR_CORRECT_L)
    code.add_data(text)
    code.make(fit=True)
    modules: list[list[bool]] = code.get_matrix()
    if len(modules) % 2:
        modules.append([False] * len(modules[0]))
    return tuple(
        "".join(_HALVES[upper, lower] for upper, lower in zip(modules[row], modules[row + 1], strict=True))
        for row in range(0, len(modules), 2)
    )


class QrCode(Widget):
    """Shows a text as a QR code; its size is the code's."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._lines: tuple[str, ...] = ()

    def show(self, text: str) -> None:
        """Show the code of a text, nothing for an empty one."""
        self._lines = qr_lines(text) if text else ()
        self.styles.width = len(self._lines[0]) if self._lines else 0
        self.styles.height = len(self._lines)
        self.refresh(layout=True)

    @property
    def columns(self) -> int:
        """Return the cells that the whole code is wide."""
        return len(self._lines[0]) if self._lines else 0

    @property
    def rows(self) -> int:
        """Return the rows that the whole code takes."""
        return len(self._lines)

    def render_line(self, y: int) -> Strip:
        """Return one row of modules."""
        line = self._lines[y] if y < len(self._lines) else ""
        return Strip([Segment(line, _BLACK_ON_WHITE)]).adjust_cell_length(self.size.width, _BLACK_ON_WHITE)
