"""The page that asks which table somebody wants to take along, and the answer: a download, a piece at a time."""

from typing import get_args

from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Stream

from sync.caseapi.desk.casework.forms import Form
from sync.caseapi.desk.casework.visit import AnyRequest, Office, Visit
from sync.caseapi.desk.exports.streaming import MOST_XLSX_ROWS, Downloads
from sync.caseapi.desk.headers import attached
from sync.caseapi.desk.text import N_
from sync.caseapi.errors import InputRefused
from sync.caseapi.service.exports.rows import KINDS, ExportKind, ExportTask, kinds_for
from sync.caseapi.service.exports.spans import span_of, span_words
from sync.caseapi.sheets.columns import TITLES, SheetLanguage
from sync.caseapi.sheets.writing import MEDIA_TYPES, Format, csv_definitions
from sync.caseapi.storage.exporting import Taken

TABLES: dict[ExportKind, tuple[str, str]] = {
    "cases": (N_("Cases"), N_("One row for each case: what, where, which state, by when, who handles it.")),
    "history": (N_("History of cases"), N_("One row for each thing that happened to a case; never who did it.")),
    "tasks": (N_("Verify and recheck tasks"), N_("What grids were asked to look at, and the answers.")),
    "notices": (N_("Notices to grids"), N_("What desks told grids, until when; nobody keeps who has read it.")),
    "check_ins": (N_("Check-ins"), N_("Facts about buildings, by day; without person and time.")),
    "visits": (N_("Visits"), N_("By building and day; without household and person.")),
    "rounds": (
        N_("Rounds by building"),
        N_("Which buildings were looked at in each round of a day, and which were not."),
    ),
    "buildings": (N_("Buildings"), N_("With address, entrances and place.")),
    "catalogue": (N_("Catalogue"), N_("Every category with its conditions and limits.")),
}

FORMATS: dict[Format, tuple[str, str]] = {
    "xlsx": (N_("Spreadsheet (.xlsx)"), N_("For Excel and WPS; codes stay text. At most {count} rows.")),
    "csv": (N_("CSV"), N_("For other programs; as long as you like.")),
    "jsonl": (N_("JSON Lines"), N_("For programs that read codes and exact times.")),
}

_LANGUAGES: dict[str, SheetLanguage] = {"en": "en", "zh_CN": "zh"}


def export_routes(office: Office) -> list[HTTPRouteHandler]:
    """Return the routes of taking tables along."""
    downloads = Downloads(office.case_api.storage.exports)

    @get("/export", include_in_schema=False)
    async def export_page(request: AnyRequest) -> Response[str]:
        return await _asked(office, await office.visit(request))

    @post("/export", status_code=200, include_in_schema=False)
    async def export(request: AnyRequest) -> Stream | Response[str]:
        visit, form = await office.sent(request)
        try:
            return await _download(office, downloads, visit, form)
        except InputRefused as exc:
            return await _asked(office, visit, form, exc.field)

    @get("/export/columns/{kind:str}", include_in_schema=False)
    async def columns(request: AnyRequest, kind: FromPath[str]) -> Response[bytes]:
        await office.visit(request)
        wanted = next((each for each in KINDS if each == kind), None)
        if wanted is None:
            raise InputRefused("there is no such table", "kind")
        name = f"xunge-{wanted}-columns.csv"
        return Response(csv_definitions(wanted), media_type=MEDIA_TYPES["csv"], headers=attached(name))

    return [export_page, export, columns]


async def _download(office: Office, downloads: Downloads, visit: Visit, form: Form) -> Stream:
    by = visit.caller
    kind = next((each for each in kinds_for(by) if each == form.text("kind")), None)
    if kind is None:
        raise InputRefused("there is no such table for this account", "kind")
    file_format = next((each for each in get_args(Format) if each == form.text("format")), None)
    if file_format is None:
        raise InputRefused("there is no such form", "format")
    days = (form.text("from"), form.text("to"))
    task = ExportTask(kind, by, span_of(*days, office.zone), office.case_api.casework.lives, visit.now.ms)
    taken = Taken(by.id, kind, file_format, span_words(*days), visit.now.ms)
    pieces = await downloads.begin(task, taken, file_format, _LANGUAGES[visit.texts.language])
    name = f"xunge-{kind}-{visit.now.day}.{file_format}"
    return Stream(pieces, media_type=MEDIA_TYPES[file_format], headers=attached(name))


async def _asked(office: Office, visit: Visit, form: Form | None = None, fault: str = "") -> Response[str]:
    texts, by = visit.texts, visit.caller
    faults = {
        "format": texts(N_("A spreadsheet holds {count} rows at the desk: choose fewer days, or CSV.")),
        "kind": texts(N_("Choose a table.")),
    }
    sentence = faults.get(fault, texts(N_("A day is written as in 2026-11-23, and the first is not after the last.")))
    kinds = kinds_for(by)
    seen = await office.case_api.storage.exports.taken() if "auditor" in by.roles else ()
    return office.page(
        "exports/choose.html",
        visit,
        422 if fault else 200,
        title=texts(N_("Take it with you")),
        faulty=bool(fault),
        fault=fault,
        sentence=sentence.format(count=MOST_XLSX_ROWS) if fault else "",
        said={name: form.text(name) for name in ("kind", "format", "from", "to")} if form else {},
        tables=[(kind, *map(texts, TABLES[kind])) for kind in kinds],
        formats=[
            (name, texts(words), texts(hint).format(count=MOST_XLSX_ROWS)) for name, (words, hint) in FORMATS.items()
        ],
        taken=[(visit.now.moment(each.at_ms, texts), _title(each.kind, visit), each) for each in seen],
        today=visit.now.day,
    )


def _title(kind: str, visit: Visit) -> str:
    found = next((titles for known, titles in TITLES.items() if known == kind), (kind, kind))
    return found[1 if visit.texts.language == "en" else 0]
