"""A report on paper: A4, the font embedded, tables that go on over pages with their headings."""

from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from sync.caseapi.sheets.document import Document, Figure, Section, Table
from sync.caseapi.sheets.fonts import runs_of, sheet_font

_MM = 72 / 25.4
_MARGIN_MM = 18
_LINE_MM = 210 - 2 * _MARGIN_MM
_PADDING = 6
"""Points that reportlab keeps free at each side."""

_FIGURES_A_ROW = 4
_CASE_CHARS = 8
"""Of a case's id, its end, as the page shows it: the beginning is a time."""

_INK, _SOFT, _RULE = "#16212b", "#4d5b67", "#c5ccd3"


def write_pdf(document: Document, path: Path, *, font_file: str = "") -> None:
    """Write a report.

    Raises:
        CommandRefused: there is no font that can be embedded; says what to install.
    """
    font = sheet_font(font_file)
    from reportlab.platypus import SimpleDocTemplate

    made = _Made(font)
    paper = SimpleDocTemplate(
        str(path),
        pagesize=(210 * _MM, 297 * _MM),
        leftMargin=_MARGIN_MM * _MM - _PADDING,
        rightMargin=_MARGIN_MM * _MM - _PADDING,
        topMargin=_MARGIN_MM * _MM,
        bottomMargin=20 * _MM,
        title=f"{document.title} {document.area} {document.day}",
        author="",
        lang=document.language,
    )
    foot = f"{document.title} · {document.area} · {document.day}"

    def numbered(canvas: Any, template: Any) -> None:  # noqa: ARG001 - as reportlab calls it
        made.foot(canvas, foot)

    paper.build(list(made.story(document)), onFirstPage=numbered, onLaterPages=numbered)


class _Made:
    """Pieces of paper in one font."""

    def __init__(self, font: str) -> None:
        from reportlab.lib.styles import ParagraphStyle

        self._font = font

        def style(size: float, colour: str = _INK, before: float = 0, after: float = 0) -> ParagraphStyle:
            return ParagraphStyle(
                f"{size}{colour}{before}", fontName=font, fontSize=size, leading=size * 1.5, textColor=colour,
                spaceBefore=before, spaceAfter=after, wordWrap="CJK",
            )  # fmt: skip

        self._title, self._heading = style(22, after=4), style(15, before=16, after=4)
        self._text, self._soft = style(10.5, after=4), style(9.5, _SOFT, after=4)
        self._number, self._cell, self._head = style(16), style(9.5), style(9.5, _SOFT)

    def story(self, document: Document) -> list[Any]:
        """Return a report, piece by piece."""
        story = [
            self._said(f"{document.title}  {document.area}", self._title),
            self._said(document.day, self._text),
            self._said(document.lead, self._soft),
        ]
        for section in document.sections:
            story += self._section(section)
        story.append(self._said(document.meaning, self._heading))
        story.append(self._meanings(document.figures))
        story.append(self._said(document.made, self._soft))
        return story

    def foot(self, canvas: Any, words: str) -> None:
        """Draw what a page is of, and its number."""
        from sync.caseapi.sheets.fonts import draw

        canvas.setFillColor(_SOFT)
        draw(canvas, (_MARGIN_MM * _MM, 10 * _MM), words, 8, font=self._font)
        draw(canvas, (195 * _MM, 10 * _MM), str(canvas.getPageNumber()), 8, font=self._font)

    def _section(self, section: Section) -> list[Any]:
        from reportlab.platypus import KeepTogether, Spacer

        begin = [self._said(section.heading, self._heading)]
        if section.lead:
            begin.append(self._said(section.lead, self._soft))
        if section.figures:
            begin += [self._figures(section.figures), Spacer(1, 4)]
        story: list[Any] = [KeepTogether(begin)]
        if section.table is not None:
            story.append(self._table(section.table, is_cases=section.id == "notable"))
        elif section.empty:
            story.append(self._said(section.empty, self._text))
        if section.after:
            story += [Spacer(1, 4), self._said(section.after, self._text)]
        return story

    def _figures(self, figures: tuple[Figure, ...]) -> Any:
        from reportlab.platypus import Table as PaperTable

        cells: list[Any] = [
            [self._said(figure.value, self._number), self._said(figure.words, self._head)] for figure in figures
        ]
        cells += [""] * (-len(cells) % _FIGURES_A_ROW)
        rows = [cells[begin : begin + _FIGURES_A_ROW] for begin in range(0, len(cells), _FIGURES_A_ROW)]
        width = _LINE_MM * _MM / _FIGURES_A_ROW
        style = [("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0)]
        return PaperTable(rows, colWidths=[width] * _FIGURES_A_ROW, style=style)

    def _table(self, table: Table, *, is_cases: bool) -> Any:
        from reportlab.platypus import Table as PaperTable

        rows = [[self._said(head, self._head) for head in table.heads]]
        for row in table.rows:
            shown = (*row[:-1], row[-1][-_CASE_CHARS:]) if is_cases else row
            rows.append([self._said(cell, self._cell) for cell in shown])
        widths = [*table.widths[:-1], 2] if is_cases else list(table.widths)
        unit = _LINE_MM * _MM / sum(widths)
        style = [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (0, -1), 0),
            ("LINEBELOW", (0, 0), (-1, 0), 1, _INK),
            ("LINEBELOW", (0, 1), (-1, -1), 0.5, _RULE),
        ]
        return PaperTable(rows, colWidths=[unit * width for width in widths], repeatRows=1, style=style)

    def _meanings(self, figures: tuple[Figure, ...]) -> Any:
        rows = tuple((figure.words, figure.means) for figure in figures)
        return self._table(Table(("", ""), rows, (1, 2)), is_cases=False)

    def _said(self, text: str, style: Any) -> Any:
        from reportlab.platypus import Paragraph

        # Letters and digits come from one font, Chinese from the other.
        pieces = (f'<font name="{name}">{escape(piece)}</font>' for name, piece in runs_of(self._font, text))
        return Paragraph("".join(pieces), style)
