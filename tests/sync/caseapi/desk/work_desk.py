"""Somebody at a browser in tests: reads the desk's pages behind the sign-in and sends their forms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

import httpx

from sync.caseapi.storage.accounts import SeatRow
from tests.sync.caseapi.desk_client import ADMINISTRATORS, PASSWORD, SEATS
from tests.sync.caseapi.harness import ORIGIN, Desk
from tests.sync.caseapi.people import HANDLERS

VOID_TAGS = {"meta", "link", "input", "img", "br"}


@dataclass
class FoundForm:
    """A form of a page: where it is sent, and what it holds already."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)


class Reading(HTMLParser):
    """What a page is made of."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html = html
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.forms: list[FoundForm] = []
        self.words = ""
        self._textarea = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append((tag, given))
        if tag == "form":
            self.forms.append(FoundForm(given.get("action") or ""))
        name = given.get("name") or ""
        if tag == "input" and self.forms and (given.get("type") not in ("radio", "checkbox") or "checked" in given):
            self.forms[-1].fields[name] = given.get("value") or ""
        if tag == "textarea":
            self._textarea = name
            self.forms[-1].fields[name] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._textarea = ""

    def handle_data(self, data: str) -> None:
        self.words += data
        if self._textarea:
            self.forms[-1].fields[self._textarea] += data

    def form(self, path: str, /, **held: str) -> FoundForm:
        """Return the form that is sent to an address and holds these fields."""
        return next(
            each
            for each in self.forms
            if each.action.startswith(path) and all(each.fields.get(name) == text for name, text in held.items())
        )


class Visitor:
    """A browser: it keeps the cookie, and says which page a form is of."""

    def __init__(self, desk: Desk, language: str = "zh") -> None:
        self.desk = desk
        self.http = httpx.AsyncClient(
            transport=desk.client._transport, base_url=ORIGIN, headers={"accept-language": language}
        )

    async def get(self, path: str, status: int = 200) -> Reading:
        answer = await self.http.get(f"/desk{path}")
        assert answer.status_code == status, answer.text
        return Reading(answer.text)

    async def post(
        self, path: str, fields: Mapping[str, str | Sequence[str]], *, origin: str | None = ORIGIN
    ) -> httpx.Response:
        headers = {} if origin is None else {"origin": origin}
        return await self.http.post(path, data=dict(fields), headers=headers)

    async def sign_in(self, name: str, password: str = PASSWORD) -> httpx.Response:
        form = (await self.get("/sign-in")).form("/desk/sign-in")
        return await self.post(form.action, form.fields | {"name": name, "password": password})

    async def send(
        self, page: str, action: str, held: Mapping[str, str], **said: str | Sequence[str]
    ) -> httpx.Response:
        """Fill in a form of a page and send it."""
        form = (await self.get(page)).form(action, **held)
        return await self.post(form.action, dict(form.fields) | said)


async def staff(desk: Desk, *names: str) -> None:
    """Make organisations and accounts."""
    await desk.case_api.storage.orgs.put(HANDLERS)
    for name in names:
        await desk.case_api.accounts.add(name, PASSWORD, (SeatRow(*(SEATS | ADMINISTRATORS)[name]),))


async def seated(desk: Desk, name: str, language: str = "zh") -> Visitor:
    """Return somebody who has signed in."""
    visitor = Visitor(desk, language)
    answer = await visitor.sign_in(name)
    assert answer.status_code == 303, answer.text
    return visitor
