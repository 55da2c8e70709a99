"""Bytes of a file as a table of text cells, each row with its line in the file.

Parquet keeps its types and its line is the row number. A file that cannot be read as its format says is refused with the line.
"""

import csv
import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from lxml import etree

from models_py.kernel.errors import ImportMapError
from pipelines.import_map.formats import Format

LINE = "\x00line"
WHOLE = "\x00whole"
# zipfile raises these for archives that are cut, encrypted or packed in a way it does not know
_BROKEN = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError, etree.XMLSyntaxError,
)


@dataclass(frozen=True)
class Table:
    """Cells of one file. `frame` has a column of lines; `header` is a first line apart; `tags` are values outside the records."""

    key: str
    frame: pl.DataFrame
    format: Format
    header: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(name for name in self.frame.columns if name not in (LINE, WHOLE))

    @property
    def lines(self) -> pl.Series:
        return self.frame[LINE]


def read(key: str, body: bytes, form: Format, wanted: Sequence[str] = ()) -> Table:
    """A table from bytes.

    Args:
        wanted: tags to read, for XML; the first repeats once a record.
    Raises:
        ImportMapError: with file, line and reason.
    """
    if form.kind == "parquet":
        return _parquet(key, body, form)
    if form.kind == "xml":
        return _xml(key, body, form, wanted)
    text = _text(key, body, form)
    if form.kind == "csv":
        return Table(key, _csv(key, text, form), form)
    lines = text.removesuffix("\n").split("\n")
    header, first = ("", 0) if form.kind == "fixed" else (lines[0], 1)
    if form.kind == "fixed":
        return Table(key, _fixed(key, lines, form), form)
    frame = _fields(key, lines[first:], form, first)
    return Table(key, frame, form, header)


def _text(key: str, body: bytes, form: Format) -> str:
    if form.gzip:
        try:
            body = gzip.decompress(body)
        except (OSError, EOFError, zlib.error) as error:
            raise ImportMapError(f"{key}: not a whole gzip file ({error})") from error
    try:
        text = body.decode(form.encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = body[: error.start].count(b"\n") + 1
        raise ImportMapError(f"{key} line {line}: not {form.encoding} ({error.reason})") from error
    return text.replace("\r\n", "\n")


def _csv(key: str, text: str, form: Format) -> pl.DataFrame:
    if not text.strip():
        raise ImportMapError(f"{key} line 1: the file is empty")
    try:
        frame = pl.read_csv(text.encode(), separator=form.separator, infer_schema=False)
    except pl.exceptions.PolarsError as error:
        line = _ragged(text, form.separator)
        place = key if line is None else f"{key} line {line}"
        raise ImportMapError(f"{place}: not a table separated by {form.separator!r} ({str(error).splitlines()[0]})") from error
    if form.padded:
        frame = frame.rename({name: name.strip() for name in frame.columns})
    frame = frame.with_columns(pl.int_range(2, frame.height + 2, dtype=pl.UInt32).alias(LINE))
    return frame.filter(~pl.col(LINE).is_in(form.dropped)) if form.dropped else frame


def _ragged(text: str, separator: str) -> int | None:
    """The first line with more cells than the header, or that the csv module cannot read either."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        width = len(next(reader, []))
        return next((reader.line_num for cells in reader if len(cells) > width), None)
    except csv.Error:
        return reader.line_num


def _fixed(key: str, lines: Sequence[str], form: Format) -> pl.DataFrame:
    for number, line in enumerate(lines, start=1):
        if form.width and len(line) != form.width:
            raise ImportMapError(f"{key} line {number}: {len(line)} characters, the format says {form.width}")
    return pl.DataFrame({WHOLE: lines, LINE: range(1, len(lines) + 1)}, schema={WHOLE: pl.String, LINE: pl.UInt32})


def _fields(key: str, lines: Sequence[str], form: Format, first: int) -> pl.DataFrame:
    cells = [line.split(form.separator) for line in lines]
    width = max((len(row) for row in cells), default=0)
    for number, row in enumerate(cells, start=first + 1):
        if len(row) != width:
            raise ImportMapError(f"{key} line {number}: {len(row)} fields, others have {width}")
    columns: dict[str, list[str]] = {f"field {place + 1}": [row[place] for row in cells] for place in range(width)}
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    return frame.with_columns(pl.int_range(first + 1, first + 1 + frame.height, dtype=pl.UInt32).alias(LINE))


def _parquet(key: str, body: bytes, form: Format) -> Table:
    try:
        # pyarrow answers a damaged file with an error, polars with a panic
        arrow = pq.read_table(pa.BufferReader(body))
        arrow.validate(full=True)
        frame = pl.DataFrame(arrow).cast({pl.Categorical: pl.String})
    except (pa.ArrowException, pl.exceptions.PolarsError, OSError, ValueError) as error:
        raise ImportMapError(f"{key}: not a Parquet file ({str(error).splitlines()[0]})") from error
    return Table(key, frame.with_columns(pl.int_range(1, frame.height + 1, dtype=pl.UInt32).alias(LINE)), form)


def _xml(key: str, body: bytes, form: Format, wanted: Sequence[str]) -> Table:
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            names = [name for name in archive.namelist() if name.lower().endswith(".xml")]
            if len(names) != 1:
                raise ImportMapError(f"{key}: {len(names)} XML files in the archive, the format says one")
            root = etree.fromstring(archive.read(names[0]), etree.XMLParser(resolve_entities=False, no_network=True))
    except _BROKEN as error:
        raise ImportMapError(f"{key}: not a zip of one XML ({error})") from error
    rows = [{name: _leaf(record, name) for name in wanted} | {LINE: record.sourceline} for record in _records(root, wanted[0])]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(wanted, pl.String) | {LINE: pl.UInt32})
    tags = {etree.QName(element).localname: (element.text or "").strip() for element in reversed(list(root.iter("*"))) if not len(element)}
    return Table(key, frame, form, tags=tags)


def _records(root: etree._Element, repeated: str) -> Iterator[etree._Element]:
    """The widest elements that hold the repeated tag once."""
    leaves = list(root.iter(f"{{*}}{repeated}"))
    if not leaves:
        return
    climb, node = 0, leaves[0]
    while (parent := node.getparent()) is not None and len(list(parent.iter(f"{{*}}{repeated}"))) == 1:
        climb, node = climb + 1, parent
    for leaf in leaves:
        for _ in range(climb):
            leaf = leaf.getparent()
        yield leaf


def _leaf(record: etree._Element, name: str) -> str | None:
    found = record.find(f".//{{*}}{name}")
    return "".join(found.itertext()).strip() if found is not None else None
