"""What piles up behind the screen in a day, and is cleared away while nobody waits.

The toolkit remembers the width of each of 4,096 texts and how 16,384 pieces of text were cut; most have a time of day
or a number in them and never come again, and a week of work makes 10 MB of it. Beside it, widgets that were taken down
point at themselves.
"""

import gc

from rich.cells import cached_cell_len
from rich.segment import Segment

REMEMBERED_TEXTS = (cached_cell_len, Segment._split_cells)
"""What the toolkit remembers about texts; what it remembers about styles and sizes is little, and used again."""


class Tidying:
    """Clears away, each time it is called; the first time, what is there by then counts as what stays."""

    def __init__(self) -> None:
        self._is_first = True

    def __call__(self) -> None:
        """Forget texts, and free what only points at itself."""
        for remembered in REMEMBERED_TEXTS:
            remembered.cache_clear()
        gc.collect()
        if self._is_first:
            # Screens and panels: to walk through them each time would cost more than all the rest.
            gc.freeze()
        self._is_first = False
