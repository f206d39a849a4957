"""A page in lines: where one is, what stands there, what can be chosen, and the keys that every page has."""

from fieldapp.keymap import ACTION_BY_ID, CHOICE_KEYS, EVERYWHERE, LANGUAGE_NAMES, Action, actions_of
from fieldapp.plain.keys import OWN_ACTIONS
from fieldapp.plain.page import Face, Listing, Page
from fieldapp.plain.stack import HOME
from fieldapp.plain.talk import Talk
from fieldapp.presentation.help import HELP_WORDS
from fieldapp.text import N_, _, current_language, next_language

_HELP_OF_LINES = (
    N_("A key, then Enter. Enter alone does what stands behind the question."),
    N_("A plate's code can be typed anywhere, or scanned."),
    N_("Where a text is asked for, 0 goes back and Enter alone keeps what was there."),
)
"""What one needs to know of the plain mode besides."""


class Reading:
    """Reads pages out: each once, then again only when it has changed or is asked for; knows which rows were read."""

    def __init__(self) -> None:
        self._page: Page | None = None
        self._moves = -1
        self._said: list[str] = []
        self._where = ""
        self._offset = 0

    def of(self, page: Page, talk: Talk) -> list[str]:
        """Return the lines of a page; none when it was read already and has not changed."""
        where = f"{page.page} {page.title()}"
        if not self.is_of(page, talk) or where != self._where:
            self._page, self._moves, self._where, self._offset = page, talk.moves, where, 0
            self._said = []
        lines = page_lines(page, self._offset)
        if lines == self._said:
            return []
        self._said = lines
        return [*lines, *(line for line in page.passing() if line), *_keys_of_all(page, talk)]

    def is_of(self, page: Page, talk: Talk) -> bool:
        """Return whether a page was read since one has come to it."""
        return page is self._page and talk.moves == self._moves

    def forget(self) -> None:
        """Read the page again."""
        self._said = []

    def turn(self, page: Page, *, forward: bool) -> None:
        """Go on to the next rows of a listing, or back to those before; at its end its rows are read again."""
        listing, size = page.listing(), len(choice_keys(page))
        self.forget()
        if listing is None or not size:
            return
        offset = self._offset + (size if forward else -size)
        if 0 <= offset < listing.count:
            self._offset = offset

    def choose(self, page: Page, key: str) -> bool:
        """Choose the row that stands behind a key; return whether there is one."""
        keys, listing = choice_keys(page), page.listing()
        if listing is None or key not in keys:
            return False
        rows = listing.rows(self._offset, len(keys))
        place = keys.index(key)
        if place >= len(rows):
            return False
        page.chosen(rows[place])
        return True


def choice_keys(page: Page) -> tuple[str, ...]:
    """Return the keys by which rows of a page are chosen; the usual ones where the keymap has none for it."""
    choice = next((action for action in actions_of(page.page) if action.is_choice), None)
    return choice.keys if choice is not None else CHOICE_KEYS


def page_lines(page: Page, offset: int) -> list[str]:
    """Return a page in lines, without what changes with the time alone."""
    lines = [page.title(), *page.facts()]
    if not page.question:
        listing = page.listing()
        if listing is not None:
            lines += _rows(listing, choice_keys(page), offset)
        lines += [choice_words(page.face_of(action)) for action in page.offered()]
    return [line for line in lines if line]


def choice_words(face: Face) -> str:
    """Return something that can be chosen: its key, what it is, and what else there is to say of it."""
    return "  ".join(part for part in (f"{face.key.upper()} {face.label}", face.note) if part)


def default_words(page: Page) -> str:
    """Return the question for a key, with what an empty line does."""
    wanted = page.default()
    action = next((action for action in page.offered() if action.id == wanted), None)
    if action is None:
        return _("Your choice:")
    face = page.face_of(action)
    return _("Your choice, Enter is {key} {label}:").format(key=face.key, label=face.label)


def help_lines(page: Page) -> list[str]:
    """Return what one needs to know, and every key of the page."""
    everywhere = [ACTION_BY_ID[f"{EVERYWHERE}.{verb}"] for verb in ("back", "undo", "help")]
    keys = [*everywhere, *OWN_ACTIONS]
    return [
        *(_(words) for words in (*HELP_WORDS, *_HELP_OF_LINES)),
        *(choice_words(page.face_of(action, is_brief=False)) for action in page.offered()),
        *(_key(action) for action in keys),
        _key(ACTION_BY_ID[f"{EVERYWHERE}.language"], LANGUAGE_NAMES[next_language(current_language())]),
    ]


def _rows(listing: Listing, keys: tuple[str, ...], offset: int) -> list[str]:
    if not listing.count:
        return [listing.empty]
    rows = listing.rows(offset, len(keys))
    lines = [choice_words(Face(key, row.label, row.note)) for key, row in zip(keys, rows, strict=False)]
    if listing.count > len(keys):
        place = _("{first} to {last} of {count}").format(first=offset + 1, last=offset + len(rows), count=listing.count)
        turns = [_key(action) for action in OWN_ACTIONS if action.verb in {"more", "before"}]
        lines.append("  ".join([place, *turns]))
    return lines


def _keys_of_all(page: Page, talk: Talk) -> list[str]:
    if page.question:
        return []
    verbs = ["help"]
    if talk.undoing.is_possible and not talk.is_locked:
        verbs.insert(0, "undo")
    if page.NAME != HOME and not talk.is_locked:
        verbs.insert(0, "back")
    return ["  ".join(_key(ACTION_BY_ID[f"{EVERYWHERE}.{verb}"]) for verb in verbs)]


def _key(action: Action, label: str = "") -> str:
    return f"{action.keys[0].upper()} {label or _(action.label)}"
