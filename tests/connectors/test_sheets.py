"""Workbooks: cells of XLS and XLSX files, of our own making and of another library's."""

import io
import math
import struct
import zipfile
from datetime import date

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from models_py.kernel.errors import PayloadError
from pipelines.connectors import _archive, _biff
from pipelines.connectors._sheets import NotAWorkbook, read_workbook, serial_day
from pipelines.sandbox.render import _workbooks
from tests.connectors.build import payload, raw


def read(body: bytes):
    return read_workbook(payload("stn", "workbook", body))


LETTERS = st.text(st.characters(blacklist_categories=("Cs", "Cc"), max_codepoint=0xFFFF), min_size=1, max_size=30)
CELLS = st.one_of(st.none(), LETTERS, st.floats(allow_nan=False, allow_infinity=False))
ROWS = st.lists(st.lists(CELLS, max_size=6), max_size=12)
NAMES = st.text("ABCxyz 0123456789ãé-.", min_size=1, max_size=20)


@given(st.dictionaries(NAMES, ROWS, min_size=1, max_size=4), st.sampled_from([_workbooks.xls, _workbooks.xlsx]))
@settings(max_examples=150, deadline=None)
def test_a_workbook_reads_back_as_it_was_written(sheets, write):
    found = read(write(sheets))
    told = {name: {(r, c): cell for r, row in enumerate(rows) for c, cell in enumerate(row)} for name, rows in sheets.items()}
    assert {name: dict(found[name]) for name in found} == {
        name: {place: cell for place, cell in cells.items() if cell is not None} for name, cells in told.items()
    }


def test_ten_thousand_texts_run_over_many_records():
    rows = [[f"texto número {number}", float(number)] for number in range(10_000)]
    found = read(_workbooks.xls({"a": rows}))["a"]
    assert (found[9_999, 0], found[9_999, 1], len(found)) == ("texto número 9999", 9999.0, 20_000)


def test_a_workbook_of_another_library_reads_as_it_says():
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet("Séries & cia")
    sheet.write_row(0, 0, ["rótulo", 1, 2.5, True])
    sheet.write_rich_string(1, 0, book.add_format({"bold": True}), "Re", "ceita")
    sheet.write_formula(1, 1, "=B1+1", value=2)
    sheet.write_formula(1, 27, '="a"', value="a")
    sheet.write_datetime(2, 0, __import__("datetime").datetime(2031, 3, 1), book.add_format({"num_format": "mmm/yy"}))
    book.close()
    found = read(out.getvalue())["Séries & cia"]
    assert dict(found) == {
        (0, 0): "rótulo", (0, 1): 1.0, (0, 2): 2.5, (0, 3): "1", (1, 0): "Receita", (1, 1): 2.0, (1, 27): "a", (2, 0): 47908.0,
    }
    assert serial_day(found[2, 0]) == date(2031, 3, 1)


@pytest.mark.parametrize("cell", [None, "45000", 45000.5, 60.0, 1e9, -1.0, math.inf])
def test_what_is_no_serial_number_of_a_day_is_no_date(cell):
    with pytest.raises(ValueError, match="not a date"):
        serial_day(cell)


def record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def book(*records: bytes, sheet: bytes = b"", version: int = 0x600) -> bytes:
    """A stream of one sheet, with what is put before it."""
    bof, opened = (record(0x809, struct.pack("<HHHHII", version, kind, 0, 0, 0, 0)) for kind in (5, 16))
    place = len(bof) + 4 + 11 + sum(map(len, records)) + 4
    listed = record(0x85, struct.pack("<IBB", place, 0, 0) + b"\x03\x00abc")
    return bof + listed + b"".join(records) + record(0x0A, b"") + opened + sheet + record(0x0A, b"")


def cells(stream: bytes):
    return _biff.read(_workbooks._compound(stream))["abc"]


def test_numbers_packed_in_thirty_bits_are_what_they_stand_for():
    packed = [
        (struct.unpack("<I", struct.pack("<d", 1.5)[4:])[0] & ~3, 1.5), ((7 << 2) | 2, 7.0), ((12345 << 2) | 3, 123.45),
        (((-7 & 0x3FFFFFFF) << 2) | 2, -7.0),
    ]
    lines = b"".join(record(0x27E, struct.pack("<HHHI", row, 0, 0, bits)) for row, (bits, _) in enumerate(packed))
    many = record(0xBD, struct.pack("<HH", 9, 2) + struct.pack("<HIHI", 0, (1 << 2) | 2, 0, (2 << 2) | 2) + struct.pack("<H", 3))
    found = cells(book(sheet=lines + many))
    assert [found[row, 0] for row in range(4)] == [value for _, value in packed]
    assert (found[9, 2], found[9, 3]) == (1.0, 2.0)


def test_a_formula_has_the_value_it_was_saved_with_a_text_in_the_record_after_it():
    number = record(0x06, struct.pack("<HHHd", 0, 0, 0, 2.25) + bytes(8))
    text = record(0x06, struct.pack("<HHH", 0, 1, 0) + bytes(6) + b"\xff\xff" + bytes(8))
    letters = record(0x207, struct.pack("<HB", 2, 0) + b"ok")
    assert dict(cells(book(sheet=number + text + letters))) == {(0, 0): 2.25, (0, 1): "ok"}


def test_a_text_cut_by_a_record_goes_on_with_its_own_width_of_letters():
    first = struct.pack("<II", 1, 1) + struct.pack("<HB", 6, 0) + b"Rec"
    rest = b"\x01" + "eit€".encode("utf-16-le")[:6]
    table = record(0xFC, first) + record(0x3C, rest)
    sheet = record(0xFD, struct.pack("<HHHI", 0, 0, 0, 0))
    assert cells(book(table, sheet=sheet))[0, 0] == "Receit"


def test_formatting_and_phonetics_of_a_text_are_passed_over():
    entry = struct.pack("<HBHI", 2, 0x0C, 1, 4) + b"ab" + bytes(4) + bytes(4)
    table = record(0xFC, struct.pack("<II", 2, 2) + entry + struct.pack("<HB", 1, 0) + b"c")
    sheet = b"".join(record(0xFD, struct.pack("<HHHI", row, 0, 0, row)) for row in (0, 1))
    assert dict(cells(book(table, sheet=sheet))) == {(0, 0): "ab", (1, 0): "c"}


@pytest.mark.parametrize(("stream", "reason"), [
    (book(version=0x500), "older format"), (book(record(0x2F, bytes(6))), "encrypted"),
    (book(record(0xFC, struct.pack("<II", 9, 10**9))), "texts in"), (book()[:20], "damaged|cut short|older"),
    (book(sheet=record(0xFD, struct.pack("<HHHI", 0, 0, 0, 5))), "damaged XLS"),
])  # fmt: skip
def test_a_stream_that_is_not_read_says_why(stream, reason):
    with pytest.raises(NotAWorkbook, match=reason):
        _biff.read(_workbooks._compound(stream))


def test_sectors_that_run_in_a_circle_end():
    body = bytearray(_workbooks.xls({"a": [["x"]]}))
    body[512 + 4 * 3 : 512 + 4 * 4] = struct.pack("<I", 2)          # the second sector of the stream leads back to the first
    with pytest.raises(NotAWorkbook, match="circle"):
        _biff.read(bytes(body))


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_damaged_workbooks_are_read_or_refused_by_name(data):
    name = data.draw(st.sampled_from(["LFT_2031.xls", "rtn_2031.xlsx"]))
    body = bytearray(raw("stn", name))
    for _ in range(data.draw(st.integers(1, 6))):
        body[data.draw(st.integers(8, len(body) - 1))] = data.draw(st.integers(0, 255))
    try:
        found = read(bytes(body[: data.draw(st.sampled_from([len(body), len(body) // 2]))]))
        assert all(isinstance(cell, float | str) for sheet in found.values() for cell in sheet.values())
    except (PayloadError, NotAWorkbook):
        pass


def without(name: str, **changes: bytes) -> bytes:
    """The workbook with a part left out, or replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw("stn", "rtn_2031.xlsx"))) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.namelist():
            if entry != name or changes:
                new.writestr(entry, changes.get("part", b"") if entry == name else old.read(entry))
    return out.getvalue()


@pytest.mark.parametrize(("body", "reason"), [
    (without("xl/workbook.xml"), "without xl/workbook.xml"), (without("xl/workbook.xml", part=b"<a>"), "is not XML"),
    (without("xl/workbook.xml", part=b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), "document type declaration"),
    (without("xl/_rels/workbook.xml.rels", part=b"<a/>"), "leads nowhere"),
])  # fmt: skip
def test_an_xlsx_without_its_parts_is_refused(body, reason):
    with pytest.raises(PayloadError, match=reason):
        read(body)


def test_a_workbook_that_unpacks_to_gigabytes_is_refused(monkeypatch):
    monkeypatch.setattr(_archive, "MAX_UNPACKED", 2000)
    with pytest.raises(PayloadError, match="more than 2000 bytes unpacked"):
        read(raw("stn", "rtn_2031.xlsx"))
