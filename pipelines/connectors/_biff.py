"""XLS workbooks: BIFF8 records in the `Workbook` stream of a compound file.

Source: Microsoft, [MS-CFB] (compound file) and [MS-XLS] (records). All numbers are little-endian. Older formats (BIFF5 and before)
and encrypted files are refused. Nothing is trusted: every length, sector and offset is checked against the bytes there are.
"""

import struct
from bisect import bisect_right
from collections.abc import Iterator

from pipelines.connectors._sheets import Cell, NotAWorkbook, Sheet, Workbook

_FREE = 0xFFFFFFFA                          # sector numbers from here on are marks: end of chain, free, table sectors
_ENTRY, _MINI = 128, 64                     # bytes of an entry of the directory, and of a sector of a small stream
_BOF, _EOF, _BOUNDSHEET, _SST, _CONTINUE, _FILEPASS = 0x809, 0x0A, 0x85, 0xFC, 0x3C, 0x2F
_LABELSST, _LABEL, _NUMBER, _RK, _MULRK, _FORMULA, _STRING = 0xFD, 0x204, 0x203, 0x27E, 0xBD, 0x06, 0x207
_BIFF8, _WORKSHEET = 0x600, 0

Record = tuple[int, bytes]


def read(body: bytes) -> Workbook:
    """Cells of every worksheet.

    Raises:
        NotAWorkbook: see the module.
    """
    try:
        return _sheets(_workbook_stream(body))
    except (struct.error, IndexError, UnicodeDecodeError) as error:
        raise NotAWorkbook(f"damaged XLS: {error}") from error


def _sheets(stream: bytes) -> Workbook:
    records = _records(stream, 0)
    kind, first = next(records, (0, b""))
    if kind != _BOF or struct.unpack_from("<H", first)[0] != _BIFF8:
        raise NotAWorkbook("an XLS of an older format than Excel 97")
    places, texts, parts = [], [], []
    for kind, data in records:
        if kind == _FILEPASS:
            raise NotAWorkbook("an encrypted XLS")
        if kind == _BOUNDSHEET and data[5] == _WORKSHEET:
            places.append((_characters(data[8:], data[6], data[7])[0], struct.unpack_from("<I", data)[0]))
        if kind == _SST:
            parts = [data]
        elif kind == _CONTINUE and parts:
            parts.append(data)
        elif parts:
            texts, parts = _shared(parts), []
    if parts:
        texts = _shared(parts)
    return {name: _cells(stream, place, texts) for name, place in places}


def _records(stream: bytes, place: int) -> Iterator[Record]:
    """Records of one substream, its BOF first and its EOF left out."""
    while True:
        kind, size = struct.unpack_from("<HH", stream, place)
        data = stream[place + 4 : place + 4 + size]
        if len(data) < size:
            raise NotAWorkbook("an XLS cut short")
        if kind == _EOF:
            return
        yield kind, data
        place += 4 + size


def _cells(stream: bytes, place: int, texts: list[str]) -> Sheet:
    found: dict[tuple[int, int], Cell] = {}
    at = (0, 0)
    for kind, data in _records(stream, place):
        if kind in (_LABELSST, _LABEL, _NUMBER, _RK, _MULRK, _FORMULA):
            at = struct.unpack_from("<HH", data)
        if kind == _NUMBER:
            found[at] = struct.unpack_from("<d", data, 6)[0]
        elif kind == _RK:
            found[at] = _rk(data, 6)
        elif kind == _MULRK:
            found |= {(at[0], at[1] + n): _rk(data, 6 + 6 * n) for n in range((len(data) - 6) // 6)}
        elif kind == _LABELSST:
            found[at] = texts[struct.unpack_from("<I", data, 6)[0]]
        elif kind == _LABEL:
            count, flags = struct.unpack_from("<HB", data, 6)
            found[at] = _characters(data[9:], count, flags)[0]
        elif kind == _FORMULA and data[12:14] != b"\xff\xff":      # else its value is a text, in the record that follows, or none
            found[at] = struct.unpack_from("<d", data, 6)[0]
        elif kind == _STRING:
            count, flags = struct.unpack_from("<HB", data)
            found[at] = _characters(data[3:], count, flags)[0]
    return found


def _rk(data: bytes, place: int) -> float:
    """A number in 30 bits: the upper half of a double or an integer, perhaps a hundredth of it."""
    (packed,) = struct.unpack_from("<i", data, place)
    value = float(packed >> 2) if packed & 2 else struct.unpack("<d", struct.pack("<Ii", 0, packed & ~3))[0]
    return value / 100 if packed & 1 else value


def _characters(data: bytes, count: int, flags: int) -> tuple[str, int]:
    """A text without formatting, and the bytes it takes."""
    size = count * 2 if flags & 1 else count
    if len(data) < size:
        raise NotAWorkbook("a text longer than its record")
    return data[:size].decode("utf-16-le" if flags & 1 else "latin-1"), size


def _shared(parts: list[bytes]) -> list[str]:
    """The table of texts. A text that runs into the next record says again, in the first byte there, how wide its letters are."""
    data, edges, place = b"".join(parts), [], 0
    for part in parts:
        place += len(part)
        edges.append(place)
    (count,) = struct.unpack_from("<I", data, 4)
    if count > len(data):
        raise NotAWorkbook(f"{count} texts in {len(data)} bytes")
    place, found = 8, []
    for _ in range(count):
        letters, flags = struct.unpack_from("<HB", data, place)
        place += 3
        runs = struct.unpack_from("<H", data, place)[0] if flags & 8 else 0
        place += 2 if flags & 8 else 0
        extra = struct.unpack_from("<I", data, place)[0] if flags & 4 else 0
        place += 4 if flags & 4 else 0
        text = ""
        while True:
            after = bisect_right(edges, place)
            edge = edges[after] if after < len(edges) else len(data)
            here = min(letters - len(text), (edge - place) // (2 if flags & 1 else 1))
            more, size = _characters(data[place:edge], here, flags)
            text, place = text + more, place + size
            if len(text) == letters:
                break
            if here == 0 and edge == len(data):
                raise NotAWorkbook("a text longer than its table")
            flags, place = data[edge], edge + 1
        found.append(text)
        place += 4 * runs + extra
    return found


def _workbook_stream(body: bytes) -> bytes:
    """The stream of records, put together from its sectors."""
    sector_shift, mini_shift = struct.unpack_from("<HH", body, 30)
    if sector_shift not in (9, 12) or mini_shift != 6:
        raise NotAWorkbook("not a compound file: impossible sizes of sectors")
    size = 1 << sector_shift
    directory, _, cutoff, mini_first, mini_count, table_first, table_count = struct.unpack_from("<IIIIIII", body, 48)
    numbers, most = list(struct.unpack_from("<109I", body, 76)), len(body) // size
    for part in _chain(body, size, table_first, None, min(table_count, most)):
        numbers += struct.unpack(f"<{size // 4}I", part)[:-1]
    table = [next_ for number in numbers if number < _FREE for next_ in struct.unpack(f"<{size // 4}I", _sector(body, size, number))]
    entries = b"".join(_chain(body, size, directory, table, len(table)))
    root, book = None, None
    for entry in (entries[place : place + _ENTRY] for place in range(0, len(entries), _ENTRY)):
        name = entry[: max(struct.unpack_from("<H", entry, 64)[0] - 2, 0)].decode("utf-16-le", "replace")
        if entry[66] == 5:
            root = entry
        elif name == "Workbook":
            book = entry
    if root is None or book is None:
        raise NotAWorkbook("a compound file without a workbook")
    start, length = struct.unpack_from("<II", book, 116)
    if length >= cutoff:
        return b"".join(_chain(body, size, start, table, len(table)))[:length]
    small = b"".join(_chain(body, size, struct.unpack_from("<I", root, 116)[0], table, len(table)))
    minis = b"".join(_chain(body, size, mini_first, table, min(mini_count, most)))
    mini_table = list(struct.unpack(f"<{len(minis) // 4}I", minis))
    return b"".join(_chain(small, _MINI, start, mini_table, len(mini_table), 0))[:length]


def _chain(body: bytes, size: int, start: int, table: list[int] | None, longest: int, base: int | None = None) -> Iterator[bytes]:
    """Sectors from `start` on, sector 0 at `base`. Without a table each sector ends with the number of the next."""
    number = start
    for _ in range(longest):
        if number >= _FREE:
            return
        part = _sector(body, size, number, base)
        yield part
        number = struct.unpack_from("<I", part, size - 4)[0] if table is None else table[number]
    if number < _FREE:
        raise NotAWorkbook("sectors of a compound file run in a circle")


def _sector(body: bytes, size: int, number: int, base: int | None = None) -> bytes:
    place = (size if base is None else base) + number * size
    part = body[place : place + size]
    if not part:
        raise NotAWorkbook(f"sector {number} lies beyond the file")
    return part.ljust(size, b"\0")
