"""Workbooks as the Treasury publishes them: XLSX parts in a zip, and BIFF8 records in a compound file (XLS).

Rows are lists of cells from column A on: text, number or None. Nothing but cells is written: no styles, no formulas, no dates of their
own (a date is its serial number). Equal cells give equal bytes.
"""

import io
import struct
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from html import escape

Cell = float | str | None
Rows = Sequence[Sequence[Cell]]

_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_EARLIEST = (1980, 1, 1, 0, 0, 0)

_SECTOR, _PER_SECTOR = 512, 128
_END, _FREE, _TABLE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
_LONGEST = 8224                             # bytes of one BIFF8 record


def xlsx(sheets: Mapping[str, Rows]) -> bytes:
    """An XLSX workbook."""
    texts: dict[str, int] = {}
    bodies = [_sheet(rows, texts) for rows in sheets.values()]
    count = len(bodies)
    parts = {
        "[Content_Types].xml": _types(count),
        "_rels/.rels": _relations([("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": f'{_HEAD}<workbook {_MAIN} xmlns:r="{_LINKS}"><sheets>' + "".join(
            f'<sheet name="{escape(name)}" sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(sheets, start=1)
        ) + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": _relations(
            [*(("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, count + 1)), ("sharedStrings", "sharedStrings.xml")]
        ),
        **{f"xl/worksheets/sheet{n}.xml": body for n, body in enumerate(bodies, start=1)},
        "xl/sharedStrings.xml": f'{_HEAD}<sst {_MAIN} uniqueCount="{len(texts)}">' + "".join(
            f'<si><t xml:space="preserve">{escape(text, quote=False)}</t></si>' for text in texts
        ) + "</sst>",
    }  # fmt: skip
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, _EARLIEST), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def xls(sheets: Mapping[str, Rows]) -> bytes:
    """An XLS workbook of Excel 97."""
    texts: dict[str, int] = {}
    bodies = [_records(rows, texts) for rows in sheets.values()]
    names = [_name(name) for name in sheets]
    table = _shared(list(texts))
    opening = _record(0x809, struct.pack("<HHHHII", 0x600, 0x5, 0, 1997, 0, 6)) + _record(0x42, struct.pack("<H", 1200))
    place = len(opening) + sum(10 + len(name) for name in names) + len(table) + 4
    listed = b""
    for name, body in zip(names, bodies, strict=True):
        listed += _record(0x85, struct.pack("<IBB", place, 0, 0) + name)
        place += len(body)
    return _compound(opening + listed + table + _record(0x0A, b"") + b"".join(bodies))


def _sheet(rows: Rows, texts: dict[str, int]) -> str:
    lines = []
    for r, row in enumerate(rows, start=1):
        cells = []
        for c, cell in enumerate(row):
            if isinstance(cell, str):
                cells.append(f'<c r="{_letters(c)}{r}" t="s"><v>{texts.setdefault(cell, len(texts))}</v></c>')
            elif cell is not None:
                cells.append(f'<c r="{_letters(c)}{r}"><v>{cell!r}</v></c>')
        if cells:
            lines.append(f'<row r="{r}">{"".join(cells)}</row>')
    return f'{_HEAD}<worksheet {_MAIN}><sheetData>{"".join(lines)}</sheetData></worksheet>'


def _letters(column: int) -> str:
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def _relations(links: Sequence[tuple[str, str]]) -> str:
    entries = "".join(f'<Relationship Id="rId{n}" Type="{_LINKS}/{kind}" Target="{to}"/>' for n, (kind, to) in enumerate(links, start=1))
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{entries}</Relationships>'


def _types(count: int) -> str:
    parts = {"/xl/workbook.xml": "sheet.main", "/xl/sharedStrings.xml": "sharedStrings"}
    parts |= {f"/xl/worksheets/sheet{n}.xml": "worksheet" for n in range(1, count + 1)}
    entries = "".join(f'<Override PartName="{name}" ContentType="{_KIND}.{kind}+xml"/>' for name, kind in parts.items())
    relations = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    return f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">{relations}{entries}</Types>'


def _records(rows: Rows, texts: dict[str, int]) -> bytes:
    parts = [_record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 1997, 0, 6))]
    parts.append(_record(0x200, struct.pack("<IIHHH", 0, len(rows), 0, max((len(row) for row in rows), default=0), 0)))
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            if isinstance(cell, str):
                parts.append(_record(0xFD, struct.pack("<HHHI", r, c, 0, texts.setdefault(cell, len(texts)))))
            elif cell is not None:
                parts.append(_record(0x203, struct.pack("<HHHd", r, c, 0, cell)))
    return b"".join(parts) + _record(0x0A, b"")


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _name(text: str) -> bytes:
    return struct.pack("<BB", len(text), 1) + text.encode("utf-16-le")


def _shared(texts: Sequence[str]) -> bytes:
    """The table of texts, each whole in its record."""
    entries = [struct.pack("<HB", len(text), 1) + text.encode("utf-16-le") for text in texts]
    pages = [struct.pack("<II", len(texts), len(texts))]
    for entry in entries:
        if len(pages[-1]) + len(entry) > _LONGEST:
            pages.append(b"")
        pages[-1] += entry
    return b"".join(_record(0xFC if n == 0 else 0x3C, page) for n, page in enumerate(pages))


def _compound(stream: bytes) -> bytes:
    """A compound file that holds one stream, made long enough to lie in sectors of the usual size."""
    stream = stream.ljust(4096, b"\0")
    body = list(_sectors(stream))
    directory = 1
    tables = 1
    while tables * _PER_SECTOR < tables + directory + len(body):
        tables += 1
    if tables > 109:
        raise ValueError(f"a workbook of {len(stream)} bytes needs more table sectors than its header lists")
    first = tables + directory
    chain = [*[_TABLE] * tables, _END, *range(first + 1, first + len(body)), _END]
    table = struct.pack(f"<{len(chain)}I", *chain).ljust(tables * _SECTOR, struct.pack("<B", 0xFF))
    entries = _entry("Root Entry", 5, 1, _END, 0) + _entry("Workbook", 2, _FREE, first, len(stream)) + _entry("", 0, _FREE, 0, 0) * 2
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, tables, tables, 0, 4096, _END, 0, _END, 0)
    numbers = [*range(tables), *[_FREE] * (109 - tables)]
    return head + struct.pack("<109I", *numbers) + table + entries + b"".join(body)


def _sectors(stream: bytes) -> Iterator[bytes]:
    for place in range(0, len(stream), _SECTOR):
        yield stream[place : place + _SECTOR].ljust(_SECTOR, b"\0")


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    letters = (name + "\0").encode("utf-16-le") if name else b""
    return (
        letters.ljust(64, b"\0") + struct.pack("<HBBIII", len(letters), kind, 1, _FREE, _FREE, child) + bytes(36)
        + struct.pack("<IQ", start, size)
    )  # fmt: skip
