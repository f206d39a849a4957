"""A form's draft in the hand: what is filled in, and what of it is not yet on disk."""

from collections.abc import Mapping

from fieldapp.ordered import OrderedWork
from fieldapp.services.forms import Forms


class Draft:
    """Keeps a form's values; a choice is on disk when `put` returns, typing is when `store` is called."""

    def __init__(self, form: str, forms: Forms, work: OrderedWork) -> None:
        self.form = form
        self.values: dict[str, str] = {}
        self._forms = forms
        self._work = work
        self._unsaved: dict[str, str] = {}

    def get(self, field: str) -> str:
        """Return a field's value, empty when it is not filled in."""
        return self.values.get(field, "")

    async def put(self, values: Mapping[str, str]) -> None:
        """Fill fields in; they are on disk when this returns."""
        self.values |= values
        unsaved, self._unsaved = {**self._unsaved, **values}, {}
        await self._work.do(self._forms.put, self.form, unsaved)

    def type(self, field: str, text: str) -> bool:
        """Take typed text into memory; return whether it differs from what was there."""
        if self.get(field) == text:
            return False
        self.values[field] = self._unsaved[field] = text
        return True

    async def store(self) -> None:
        """Write what was typed to the disk."""
        if self._unsaved:
            await self.put({})

    def store_now(self) -> None:
        """Write what was typed to the disk and wait for it: the program is being ended."""
        if self._unsaved:
            self._work.do_before_leaving(self._forms.put, self.form, dict(self._unsaved))
