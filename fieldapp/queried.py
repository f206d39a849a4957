"""How many answers of its queries a widget keeps.

Textual keeps the answer of `query_one` under a number that every change among the widget's children raises, up to 1,024
of them for each widget; what stands under an older number is never asked for again, and a day makes megabytes of it.
"""

from textual.dom import DOMNode

KEPT = 32
"""More than any widget here asks between two changes."""


def keep_few_answers(node: DOMNode) -> None:
    """Let a widget that lives all day forget what it will not ask again."""
    node._query_one_cache.maxsize = KEPT
