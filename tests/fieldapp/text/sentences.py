"""What the catalogues say: pairs of English and Chinese, and the Chinese cut into sentences."""

import re
from collections.abc import Iterable, Iterator

from babel.messages.catalog import Catalog, Message


def pairs_of(messages: Catalog | Iterable[Message]) -> Iterator[tuple[str, str]]:
    """Yield every English with its Chinese; of a plural, the last English with each Chinese."""
    for message in messages:
        if message.id:
            english = message.id if isinstance(message.id, str) else message.id[-1]
            strings = [message.string] if isinstance(message.string, str) else list(message.string or ())
            yield from ((english, string) for string in strings)


def sentences_of(chinese: str) -> list[str]:
    """Return the sentences of a Chinese text; what is filled in counts nothing."""
    return [part for part in re.split(r"[。！？\n]", re.sub(r"\{[^}]*\}", "", chinese)) if part]


def length_of(sentence: str) -> int:
    """Return how many Chinese characters a sentence has; marks, digits and letters are none."""
    return sum("\u4e00" <= character <= "\u9fff" for character in sentence)
