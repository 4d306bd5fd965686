"""Writes a workbook of one sheet row by row: bounded memory, first bytes at once.

Strings are written as typed text, so none can run as a formula; days and moments are true dates.
The form is that of ECMA-376 part 1 (SpreadsheetML), the parts in the order that readers expect.
"""

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from types import NoneType
from typing import Any

MOST_ROWS = 1_048_575  # below the header
LONGEST_CELL = 32_767
ROWS_AT_ONCE = 500
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
NEEDS_CARE = re.compile(
    "_x|[&<>\r\n\t\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]|^\\s|\\s$"
)
DAY_ZERO = date(1899, 12, 30).toordinal()
MARCH_1900 = date(1900, 3, 1).toordinal()  # before it, sheets count one day less: see `serial`
TEXT, HEADING, DAY, MOMENT = 1, 2, 3, 4
BLANK_CELL = f'<c s="{TEXT}"/>'
TEXT_CELL = f'<c s="{TEXT}" t="inlineStr"><is>%s</is></c>'
PLAIN_CELL = TEXT_CELL % "<t>%s</t>"

PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
    '<Default Extension="rels"'
    ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{TYPE}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{TYPE}.styles+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
    "</Relationships>",
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>',
    "xl/styles.xml": f'<styleSheet xmlns="{MAIN}">'
    '<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>'
    '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="5"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"'
    ' applyFont="1"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    "</cellXfs>"
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>",
}


class Sink:
    """A file that can only be written on; what was written is taken out piece by piece."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def write(self, data: Any) -> int:
        self.pieces.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def take(self) -> bytes:
        data = b"".join(self.pieces)
        self.pieces.clear()
        return data


def workbook(
    title: str, headings: Sequence[str], rows: Iterable[Sequence[Any]], widths: Sequence[int] = ()
) -> Iterator[bytes]:
    """The bytes of the workbook, piece by piece. Rows beyond what a sheet holds are an error."""
    sink = Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:  # type: ignore[call-overload]
        for name, text in {**PARTS, "xl/workbook.xml": workbook_part(title)}.items():
            archive.writestr(name, HEAD + text)
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(sheet_start(headings, widths).encode())
            yield sink.take()
            written, rest = 0, iter(rows)
            while batch := list(islice(rest, ROWS_AT_ONCE)):
                written += len(batch)
                if written > MOST_ROWS:
                    raise ValueError("A sheet holds no more rows.")
                sheet.write(rows_part(batch).encode())
                yield sink.take()
            sheet.write(b"</sheetData></worksheet>")
    yield sink.take()


def workbook_part(title: str) -> str:
    name = re.sub(r"[\[\]:*?/\\]", " ", title)[:31]
    return (
        f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        f'<sheet name={attribute(name)} sheetId="1" r:id="rId1"/></sheets></workbook>'
    )


def attribute(text: str) -> str:
    return '"' + escape(text).replace('"', "&quot;") + '"'


def sheet_start(headings: Sequence[str], widths: Sequence[int]) -> str:
    """Everything before the first row: header row bold and frozen, column widths."""
    columns = "".join(
        f'<col min="{at}" max="{at}" width="{width}" style="{TEXT}" customWidth="1"/>'
        for at, width in enumerate(widths, 1)
    )
    cells = "".join(
        f'<c s="{HEADING}" t="inlineStr"><is>{text_part(one)}</is></c>' for one in headings
    )
    return (
        f'{HEAD}<worksheet xmlns="{MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
        f"</sheetView></sheetViews>{f'<cols>{columns}</cols>' if columns else ''}"
        f"<sheetData><row>{cells}</row>"
    )


def rows_part(rows: Sequence[Sequence[Any]]) -> str:
    """Some rows, made column by column where all have the same number of cells."""
    if rows[0] and len(set(map(len, rows))) == 1:
        cells = zip(*map(column_parts, zip(*rows, strict=True)), strict=True)
        return "".join([f"<row>{''.join(row)}</row>" for row in cells])
    return "".join([f"<row>{''.join(map(cell_part, row))}</row>" for row in rows])


def column_parts(values: Sequence[Any]) -> list[str]:
    """The cells of a column, each as `cell_part` makes it; one look may do for all of them."""
    if set(map(type, values)) <= {str, NoneType} and is_plain([value or "" for value in values]):
        return [PLAIN_CELL % value if value else BLANK_CELL for value in values]
    return [cell_part(value) for value in values]


def is_plain(texts: Sequence[str]) -> bool:
    """Whether no text surely needs care; False says nothing. The same as NEEDS_CARE, for many."""
    joined = "|".join(texts)
    return (
        joined.isprintable()
        and not any(sign in joined for sign in ("&", "<", ">", "_x", "| ", " |"))
        and joined.strip() == joined
        and (len(joined) <= LONGEST_CELL or max(map(len, texts)) <= LONGEST_CELL)
    )


def cell_part(value: str | date | None) -> str:
    """One cell: nothing, a moment, a day, or text."""
    if value is None or value == "":
        return BLANK_CELL
    if isinstance(value, str):
        return TEXT_CELL % text_part(value)
    if isinstance(value, datetime):
        seconds = value.hour * 3600 + value.minute * 60 + value.second
        return f'<c s="{MOMENT}"><v>{serial(value) + seconds / 86_400!r}</v></c>'
    return f'<c s="{DAY}"><v>{serial(value)}</v></c>'


def serial(day: date) -> int:
    """The number that sheets keep for a day. They have a 29 February 1900, which never was
    (ECMA-376 part 1, 18.17.4.1), so the days before it have numbers of one less."""
    ordinal = day.toordinal()
    return ordinal - DAY_ZERO - (ordinal < MARCH_1900)


def text_part(text: str) -> str:
    """The text as XML. Blanks at its ends are kept."""
    if len(text) > LONGEST_CELL:
        text = text[:LONGEST_CELL]
    if not NEEDS_CARE.search(text):
        return f"<t>{text}</t>"
    return f'<t xml:space="preserve">{escape(text)}</t>'


def escape(text: str) -> str:
    """XML's own signs, what XML cannot hold, and text that would be taken for such an escape."""
    text = LOOKS_ESCAPED.sub("_x005F_", ILLEGAL.sub("", text))
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text.replace("\r", "_x000D_")
