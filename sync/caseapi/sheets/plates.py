"""Plates to cut out: on each the code twice, in opposite corners, the same to type by hand, and where it belongs."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from sync.caseapi.sheets.fonts import LATIN, draw, lacking, sheet_font, width_of

MM = 72 / 25.4
"""Points of a millimetre."""

_A4 = (210 * MM, 297 * MM)
_QUIET_MODULES = 4
_CUT_MM = 4.0
_LINE = 1.25
_SMALLEST_PT = 6.0
_MOST_LINES = 3


class PlateSize(Struct, frozen=True):
    """A size of plates, in millimetres: `code` is the side of a code with the quiet zone around it."""

    width: float
    height: float
    code: float
    columns: int
    rows: int


SIZES = {
    # 75 mm of code: read from more than an arm's length, also by a plain camera.
    "large": PlateSize(180, 130, 93, 1, 2),
    # 31 mm of code, for doors within reach: eight on a sheet.
    "small": PlateSize(90, 66, 41, 2, 4),
}


class Plate(Struct, frozen=True):
    """A plate.

    Attributes:
        code: what both codes say, and is typed by hand.
        number: by which the office knows the plate; it says nothing of the code.
        area: community and grid; `building` and `entrance` as people call them, the last may be empty.
    """

    code: str
    number: str
    area: str
    building: str
    entrance: str


def write_plates(plates: Sequence[Plate], path: Path, *, size: str = "large", font_file: str = "") -> str:
    """Write the sheets, each with its cut marks.

    Returns:
        Characters that the font lacks, which stand as boxes; empty for none.

    Raises:
        CommandRefused: there is no font that can be embedded.
    """
    font = sheet_font(font_file)
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(str(path), pagesize=_A4, pageCompression=1, initialFontName=LATIN)
    canvas.setTitle("Plates")
    format_ = SIZES[size]
    each_page = format_.columns * format_.rows
    for first in range(0, len(plates), each_page):
        for place, plate in enumerate(plates[first : first + each_page]):
            left, top = _corner(format_, place)
            _cut_marks(canvas, left, top, format_)
            _draw_plate(canvas, (left, top), plate, format_, font)
        canvas.showPage()
    canvas.save()
    return lacking(font, "".join(plate.area + plate.building + plate.entrance for plate in plates))


def hand_lines(code: str) -> tuple[str, str]:
    """Return a code as it is typed, in groups, on two lines: the gaps are not part of it."""
    prefix, token, digits = code[:3], code[3:-2], code[-2:]
    groups = [prefix, *(token[begin : begin + 4] for begin in range(0, len(token), 4)), digits]
    return " ".join(groups[:3]), " ".join(groups[3:])


def _corner(format_: PlateSize, place: int) -> tuple[float, float]:
    row, column = divmod(place, format_.columns)
    left = (_A4[0] - format_.columns * format_.width * MM) / 2 + column * format_.width * MM
    top = (_A4[1] + format_.rows * format_.height * MM) / 2 - row * format_.height * MM
    return left, top


def _cut_marks(canvas: Any, left: float, top: float, format_: PlateSize) -> None:
    canvas.setLineWidth(0.3)
    reach = _CUT_MM * MM / 2
    for x in (left, left + format_.width * MM):
        for y in (top, top - format_.height * MM):
            canvas.line(x - reach, y, x + reach, y)
            canvas.line(x, y - reach, x, y + reach)


def _draw_plate(canvas: Any, corner: tuple[float, float], plate: Plate, format_: PlateSize, font: str) -> None:
    left, top = corner
    side, width, height = format_.code * MM, format_.width * MM, format_.height * MM
    _draw_code(canvas, plate.code, left, top - side, side)
    _draw_code(canvas, plate.code, left + width - side, top - height, side)
    gap = 3 * MM
    beside = width - side - 2 * gap
    # Beside the upper code: where it hangs. The codes overlap in height, so that what stands there is short.
    block = (height - side) - 2 * gap
    names = [(plate.building, 1.0), (plate.entrance, 1.0), (plate.area, 0.5)]
    _draw_block(canvas, (left + side + gap, top - gap), (beside, block), names, font)
    first, second = hand_lines(plate.code)
    words = [(first, 1.0), (second, 1.0), (f"手输码  {plate.number}", 0.5)]
    _draw_block(canvas, (left + gap, top - side - gap), (beside, block), words, font)


def _draw_block(
    canvas: Any, corner: tuple[float, float], room: tuple[float, float], texts: list[tuple[str, float]], font: str
) -> None:
    """Draw texts below one another, as large as all of them fit; each with its part of the size."""
    said = [(text, part) for text, part in texts if text]
    size = min(room[1] / (_LINE * sum(part for _, part in said)), 40.0)
    while size > _SMALLEST_PT and _needed(said, size, room[0], font) > room[1]:
        size -= 0.5
    x, y = corner
    for text, part in said:
        for line in _wrapped(text, size * part, room[0], font):
            y -= size * part * _LINE
            draw(canvas, (x, y + size * part * 0.25), line, size * part, font=font)


def _needed(said: list[tuple[str, float]], size: float, width: float, font: str) -> float:
    heights = [len(_wrapped(text, size * part, width, font)) * size * part * _LINE for text, part in said]
    is_whole = all(_fits(text, size * part, width, font) for text, part in said)
    return sum(heights) if is_whole else float("inf")


def _fits(text: str, size: float, width: float, font: str) -> bool:
    lines = _wrapped(text, size, width, font)
    return len(lines) <= _MOST_LINES and "".join(lines).replace(" ", "") == text.replace(" ", "")


def _wrapped(text: str, size: float, width: float, font: str) -> list[str]:
    """Return a text in lines that fit; it breaks at spaces, and between Chinese characters where it must."""
    lines = [""]
    for char in text:
        if lines[-1] and width_of(font, lines[-1] + char, size) > width:
            at = lines[-1].rfind(" ")
            kept, carried = (lines[-1], "") if at < 0 else (lines[-1][:at], lines[-1][at + 1 :])
            lines[-1:] = [kept, carried]
        lines[-1] += char
    return [line.strip() for line in lines if line.strip()]


def _draw_code(canvas: Any, code: str, left: float, bottom: float, side: float) -> None:
    """Draw a code with its quiet zone; dark modules of a row that touch are one rectangle, so that no seam shows."""
    matrix = code_matrix(code)
    module = side / (len(matrix) + 2 * _QUIET_MODULES)
    for row, modules in enumerate(matrix):
        y = bottom + side - (row + 1 + _QUIET_MODULES) * module
        begin = 0
        for place, is_dark in enumerate([*modules, False]):
            if is_dark:
                continue
            if place > begin:
                x = left + (begin + _QUIET_MODULES) * module
                canvas.rect(x, y, (place - begin) * module, module, stroke=0, fill=1)
            begin = place + 1


def code_matrix(code: str) -> list[list[bool]]:
    """Return the modules of a plate's code: version 2 at correction Q, as the reading was measured with."""
    import qrcode

    made = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_Q, border=0)
    made.add_data(code)
    made.make(fit=True)
    return [[bool(module) for module in row] for row in made.get_matrix()]
