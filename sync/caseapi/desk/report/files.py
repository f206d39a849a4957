"""The day's report as a file that needs nothing beside it."""

from markupsafe import Markup

from sync.caseapi.desk.pages import load_assets, make_templates
from sync.caseapi.sheets.document import Document

_STYLES = ("desk.css", "casework.css", "showing.css", "report.css")


def html_of(report: Document) -> str:
    """Return a report as one page with its styles inside."""
    assets = load_assets()
    styles = "\n".join(assets[name].content.decode() for name in _STYLES)
    template = make_templates(assets, "").get_template("report/standalone.html")
    return template.render(report=report, styles=Markup(styles))  # noqa: S704 - our own files
