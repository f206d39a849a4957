"""One request of somebody at the desk: who asks, in which language, when; and the page that answers."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import tzinfo
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from jinja2 import Environment
from litestar import MediaType, Request, Response

from sync.caseapi.cases.permissions import TABLE
from sync.caseapi.desk.casework.forms import Form, sent_form
from sync.caseapi.desk.directory import Directories, Directory
from sync.caseapi.desk.guard import DeskAccess
from sync.caseapi.desk.headers import OF_THE_MOMENT, TAKING_FORMS
from sync.caseapi.desk.navigation import NavigationLine, pages_for
from sync.caseapi.desk.pages import DESK_PATH
from sync.caseapi.desk.text import Texts, choose_language, texts_of
from sync.caseapi.desk.views.words import Now
from sync.caseapi.errors import SignInRefused
from sync.caseapi.service.callers import Caller
from sync.caseapi.service.case_api import CaseApi
from sync.caseapi.service.casework.arrivals import queues_heard
from sync.caseapi.service.people.sessions import COOKIE, LONGEST_TOKEN, form_token
from sync.ids import RANDOM_BYTES, uuid7_at

_HEADERS = {**TAKING_FORMS, **OF_THE_MOMENT}
_LANG_CHARS = 16

AnyRequest = Request[Any, Any, Any]


@dataclass(frozen=True, slots=True)
class Visit:
    """One request.

    Attributes:
        by: who asks; None on the page of the sign-in.
        lang: language as asked for in the address, or empty: it goes into every link.
        here: the page's own path below the desk, and `query` what else it was asked with.
        arrived: how many cases had come into the queues of whoever asks.
        sees_today: whether the pages that only show are shown to this machine.
    """

    texts: Texts
    lang: str
    now: Now
    directory: Directory
    by: Caller | None = None
    token: str = ""
    here: str = ""
    query: tuple[tuple[str, str], ...] = ()
    sees_today: bool = False
    arrived: int = 0

    @property
    def caller(self) -> Caller:
        """Return who asks on a page that only somebody signed in sees.

        Raises:
            SignInRefused: nobody is.
        """
        if self.by is None:
            raise SignInRefused("sign in first")
        return self.by

    @property
    def is_told(self) -> bool:
        """Return whether whoever asks is told of what comes into a queue."""
        return self.by is not None and bool(queues_heard(self.by))

    @property
    def form_token(self) -> str:
        """Return what the forms of this session carry."""
        return form_token(self.token)

    @property
    def pages(self) -> tuple[NavigationLine, ...]:
        """Return the pages that the seats of whoever asks see, in the navigation's order."""
        return pages_for(self.by.roles if self.by is not None else ())

    @property
    def may_search(self) -> bool:
        """Return whether a seat reads cases."""
        return self.by is not None and any(role in TABLE["read_cases"] for role in self.by.roles)

    def href(self, path: str, **parameters: str) -> str:
        """Return an address of the desk that keeps the language unless told otherwise."""
        kept = {"lang": self.lang} | parameters
        query = urlencode({name: value for name, value in kept.items() if value})
        return f"{DESK_PATH}{path}" + (f"?{query}" if query else "")

    def in_language(self, lang: str) -> str:
        """Return this page's address in another language."""
        return self.href(self.here, **(dict(self.query) | {"lang": lang}))


@dataclass(frozen=True, slots=True)
class Office:
    """What the pages work with.

    Attributes:
        is_secure: browsers reach this server by TLS.
    """

    case_api: CaseApi
    zone: tzinfo
    templates: Environment
    directories: Directories
    random_bytes: Callable[[int], bytes]
    access: DeskAccess

    @property
    def is_secure(self) -> bool:
        """Return whether browsers reach this server by TLS alone."""
        return self.case_api.origin.startswith("https:")

    async def stranger(self, request: AnyRequest) -> Visit:
        """Return a request of whoever is not signed in yet."""
        lang = request.query_params.get("lang", "")[:_LANG_CHARS]
        language = choose_language(lang, request.headers.get("accept-language", ""))
        query = [(name, value) for name, value in request.query_params.multi_items() if name != "lang"]
        client = request.client.host if request.client else ""
        return Visit(
            texts=texts_of(language),
            lang=lang,
            now=Now(self.case_api.now_ms(), self.zone),
            directory=await self.directories.latest(),
            here=request.url.path.removeprefix(DESK_PATH),
            query=tuple(query) if request.method == "GET" else (),
            sees_today=self.access.admits(client, request.headers, http_version=request.scope["http_version"]),
        )

    async def visit(self, request: AnyRequest) -> Visit:
        """Return a request of somebody who is signed in.

        Raises:
            SignInRefused: nobody is.
        """
        token = request.cookies.get(COOKIE, "")[:LONGEST_TOKEN]
        if not token:
            raise SignInRefused("sign in first")
        by = await self.case_api.accounts.caller(token)
        arrived = await self.case_api.notices.number(by)
        return replace(await self.stranger(request), by=by, token=token, arrived=arrived)

    async def sent(self, request: AnyRequest) -> tuple[Visit, Form]:
        """Return a request of somebody who is signed in, with its form.

        Raises:
            SignInRefused, NotAllowed, InputRefused: nobody is, another page sends it, or it is no form.
        """
        visit = await self.visit(request)
        return visit, await sent_form(request, visit.form_token)

    def new_id(self) -> UUID:
        """Return an id for what a form may make, so that sending it twice makes one."""
        return uuid7_at(self.case_api.now_ms(), self.random_bytes(RANDOM_BYTES))

    def page(self, template: str, visit: Visit, status: int = 200, **context: Any) -> Response[str]:
        """Return a page.

        Args:
            template: below the templates' folder, as in ``casework/queue.html``.
        """
        texts = visit.texts
        html = self.templates.get_template(template).render(
            context,
            _=texts,
            ngettext=texts.plural,
            html_lang=texts.html_lang,
            visit=visit,
            href=visit.href,
            in_language=visit.in_language,
            home=visit.href(visit.pages[0].path),
            where_name="",
        )
        # Half of a surrogate pair has no bytes; whatever brought it here, the rest of the page is shown.
        content = html.encode("utf-8", "replace").decode()
        return Response(content, status_code=status, media_type=MediaType.HTML, headers=_HEADERS)


def elsewhere(address: str, **headers: str) -> Response[str]:
    """Return what leads a browser on after a form was taken."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response("", status_code=303, media_type=MediaType.HTML, headers={**_HEADERS, "location": address, **given})
