"""Signing in and out, and who one is."""

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler

from sync.caseapi.desk.casework.forms import sent_form
from sync.caseapi.desk.casework.visit import AnyRequest, Office, Visit, elsewhere
from sync.caseapi.desk.navigation import leads_on, pages_for
from sync.caseapi.desk.text import N_
from sync.caseapi.desk.views.acts import role_name
from sync.caseapi.errors import SignInPaused, SignInRefused
from sync.caseapi.service.people.sessions import cookie_of

_NAME_CHARS, _PASSWORD_CHARS = 64, 200


def sign_in_routes(office: Office) -> list[HTTPRouteHandler]:
    """Return the routes of signing in and out."""
    accounts = office.case_api.accounts

    @get("/sign-in", include_in_schema=False)
    async def sign_in_page(request: AnyRequest) -> Response[str]:
        return _asked(office, await office.stranger(request), to=leads_on(request.query_params.get("to", "")))

    @post("/sign-in", include_in_schema=False)
    async def sign_in(request: AnyRequest) -> Response[str]:
        visit = await office.stranger(request)
        form = await sent_form(request, None)
        name, to = form.text("name")[:_NAME_CHARS], leads_on(form.text("to"))
        try:
            token, by = await accounts.sign_in(name, form.values.get("password", [""])[-1][:_PASSWORD_CHARS])
        except SignInRefused:
            return _asked(office, visit, 401, to=to, name=name, fault=visit.texts("Name or password is wrong."))
        except SignInPaused as exc:
            fault = visit.texts("Too many wrong passwords. Try again in {count} seconds.")
            return _asked(office, visit, 429, to=to, name=name, fault=fault.format(count=exc.retry_after_s))
        return elsewhere(
            visit.href(to or pages_for(by.roles)[0].path), set_cookie=cookie_of(token, is_secure=office.is_secure)
        )

    @post("/sign-out", include_in_schema=False)
    async def sign_out(request: AnyRequest) -> Response[str]:
        visit, _ = await office.sent(request)
        await accounts.sign_out(visit.token)
        return elsewhere(visit.href("/sign-in"), set_cookie=cookie_of("", is_secure=office.is_secure))

    @get("/me", include_in_schema=False)
    async def me(request: AnyRequest) -> Response[str]:
        visit = await office.visit(request)
        seats = visit.by.seats if visit.by is not None else ()
        lines = [(role_name(seat.role, visit.texts), visit.directory.named(seat.org)) for seat in seats]
        return office.page("casework/me.html", visit, title=visit.texts("Your seats"), seats=lines)

    return [sign_in_page, sign_in, sign_out, me]


def _asked(
    office: Office, visit: Visit, status: int = 200, *, to: str = "", name: str = "", fault: str = ""
) -> Response[str]:
    title = visit.texts(N_("Sign in"))
    return office.page("casework/sign_in.html", visit, status, title=title, to=to, name=name, fault=fault)
