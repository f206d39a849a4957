"""The page and its parts as HTML: templates, assets, and the marks by which a browser says what it shows."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from sync.caseapi.desk.board import Snapshot
from sync.caseapi.desk.text import Texts
from sync.caseapi.desk.views.cases import cases_view
from sync.caseapi.desk.views.handover import handover_view
from sync.caseapi.desk.views.history import history_view
from sync.caseapi.desk.views.receipts import receipts_view
from sync.caseapi.desk.views.rounds import rounds_view
from sync.caseapi.desk.views.tablets import tablets_view
from sync.caseapi.desk.views.waiting import waiting_view
from sync.caseapi.desk.views.words import Now, day_words
from sync.text import clean_line

DESK_PATH = "/desk"
"""Where the desk is mounted."""

PageName = Literal["", "handover"]
"""The page of the day, and the reconciliation at the end of a shift."""

PARTS: dict[PageName, tuple[str, ...]] = {
    "": ("summary", "waiting", "rounds", "cases", "receipts", "tablets", "communities"),
    "handover": ("waiting", "handover", "history"),
}
"""Parts of each page that change, in its order; each is a template and the id of its element."""

_HERE = Path(__file__).parent
_MARK_CHARS = 8
_MEDIA_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml", ".txt": "text/plain"}


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that the page needs, held in memory."""

    content: bytes
    media_type: str
    version: str


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody wants to see.

    Attributes:
        lang: language as asked for in the address, or empty: it goes into every link.
        community: id of the chosen community, or empty.
        page: which page it is, or which page's parts.
        lists_cases: whether cases stand on it; where anybody may look, they are counted only.
    """

    texts: Texts
    lang: str = ""
    community: str = ""
    page: PageName = ""
    lists_cases: bool = True

    @property
    def path(self) -> str:
        """Return where the page is, below the desk."""
        return f"/{self.page}" if self.page else ""

    def href(self, path: str = "", **parameters: str) -> str:
        """Return an address of the desk that keeps language and community unless told otherwise."""
        kept = {"lang": self.lang, "community": self.community} | parameters
        query = urlencode({name: value for name, value in kept.items() if value})
        return f"{DESK_PATH}{path}" + (f"?{query}" if query else "")


def load_assets() -> dict[str, Asset]:
    """Return the files under ``static`` by name."""
    files = {path.name: path.read_bytes() for path in sorted((_HERE / "static").iterdir()) if path.is_file()}
    return {
        name: Asset(content, _MEDIA_TYPES[Path(name).suffix], sha256(content).hexdigest()[:_MARK_CHARS])
        for name, content in files.items()
    }


def make_templates(assets: Mapping[str, Asset], version: str) -> Environment:
    """Return the desk's templates; everything that they are given is escaped."""
    templates = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )

    def asset(name: str) -> str:
        return f"{DESK_PATH}/static/{name}?v={assets[name].version}"

    templates.globals |= {"asset": asset, "version": version}
    return templates


class Pages:
    """Renders the desk."""

    def __init__(self, assets: Mapping[str, Asset], version: str) -> None:
        self._templates = make_templates(assets, version)

    def page(self, snapshot: Snapshot, request: Request, now: Now) -> str:
        """Return the whole page."""
        parts = self._parts(snapshot, request, now)
        return self._render(
            "page.html",
            request,
            parts=PARTS[request.page],
            parts_html={name: Markup(html) for name, html in parts.items()},  # noqa: S704 - made by our templates
            poll=self._poll(snapshot, request, now, _marks(parts)),
            where_name=district_name(snapshot),
            now=now,
        )

    def changes(self, snapshot: Snapshot, request: Request, now: Now, *, shown: str) -> str:
        """Return the parts that a browser does not show yet, and what to ask for next.

        Args:
            shown: the marks of the parts it shows.
        """
        parts = self._parts(snapshot, request, now)
        marks = _marks(parts)
        known = dict(zip(PARTS[request.page], shown.split("."), strict=False))
        fresh = [html for (name, html), mark in zip(parts.items(), marks, strict=True) if known.get(name) != mark]
        return self._render("poll.html", request, poll=self._poll(snapshot, request, now, marks)) + "".join(fresh)

    def refusal(self, request: Request, code: str) -> str:
        """Return the page that says why nothing is shown."""
        return self._render("refusal.html", request, code=code, where_name="")

    def _parts(self, snapshot: Snapshot, request: Request, now: Now) -> dict[str, str]:
        today = day_words(now.local, now, request.texts)
        views = _views(snapshot, request, now)
        names = PARTS[request.page]
        return {name: self._render(f"{name}.html", request, lag=snapshot.lag, today=today, **views) for name in names}

    def _poll(self, snapshot: Snapshot, request: Request, now: Now, marks: list[str]) -> str:
        return request.href("/live", page=request.page, since=since_of(snapshot, now), shown=".".join(marks))

    def _render(self, template: str, request: Request, **context: Any) -> str:
        texts = request.texts
        return self._templates.get_template(template).render(
            context,
            _=texts,
            ngettext=texts.plural,
            html_lang=texts.html_lang,
            href=request.href,
            in_language=lambda lang: request.href(request.path, lang=lang),
            home=request.href(community=""),
            request=request,
        )


def _views(snapshot: Snapshot, request: Request, now: Now) -> dict[str, Any]:
    texts, grids = request.texts, snapshot.grids
    views: dict[str, Any] = {"waiting": waiting_view(snapshot.waiting, grids, now=now, texts=texts)}
    if request.page == "handover":
        tablets, kept_apart = snapshot.tablets, snapshot.quarantined
        return views | {
            "handover": handover_view(tablets, kept_apart, grids, community=request.community, now=now, texts=texts),
            "history": history_view(snapshot.gaps, snapshot.forks, grids, now=now, texts=texts),
        }
    cases = cases_view(snapshot.cases, grids, now=now, texts=texts)
    return views | {
        "rounds": rounds_view(snapshot.rounds, grids, community=request.community, texts=texts),
        "cases": cases if request.lists_cases else replace(cases, lines=(), left_out=0),
        "receipts": receipts_view(snapshot.receipts, grids, now=now, texts=texts),
        "tablets": tablets_view(snapshot.tablets, grids, now=now, texts=texts),
    }


def since_of(snapshot: Snapshot, now: Now) -> str:
    """Return the mark of a reading and its minute: the words of relative times change with the minute."""
    return f"{snapshot.changes}-{now.ms // 60_000}"


def district_name(snapshot: Snapshot) -> str:
    """Return the district's name, empty while nothing is imported."""
    return next((clean_line(entry.district_name) for entry in snapshot.grids.values()), "")


def _marks(parts: Mapping[str, str]) -> list[str]:
    return [sha256(html.encode()).hexdigest()[:_MARK_CHARS] for html in parts.values()]
