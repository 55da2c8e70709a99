"""The map read: one row a target and file, every cell checked against the grammar before a file is opened.

Line numbers are those of the map's text, the header being line 1.
"""

import csv
import hashlib
import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from typing import TypeVar

from models_py.kernel.errors import ConfigError, ImportMapError
from models_py.quant import release_grammar
from pipelines.import_map import formats, reference, traps
from pipelines.import_map.errors import MAP, in_map

COLUMNS = (
    "target_id", "kind", "priority", "file", "format", "date_column", "date_format", "value_column", "row_filter", "unit_in_file",
    "scale_to_ours", "unit", "frequency", "reference_rule", "availability_rule", "availability_grade", "first_date", "last_date",
    "rows", "trap",
)
SHAPES: Mapping[str, str] = {
    "observation": "observations", "vintage": "observations", "quote": "quotes", "document": "documents", "calendar": "documents",
}
GRADES = ("published", "scheduled", "assumed", "observed")
TESTS_ONLY = 9
T = TypeVar("T")
_TARGET = re.compile(r"[a-z*][a-z0-9_*]{0,62}")
_MAPPING = re.compile(r"\w+=[^;]+(?:;\w+=[^;]+)*")


@dataclass(frozen=True, slots=True)
class Condition:
    """`column=value`, or `column=A1..A9`: values from one to the other, of that length."""

    column: str
    low: str
    high: str | None


@dataclass(frozen=True, slots=True)
class MapRow:
    """One row of the map. `fields` maps names of our schema to the file's columns; a single column is `{"value": column}`."""

    line: int
    target_id: str
    kind: str
    priority: int
    file: str
    format: formats.Format
    date_column: str
    date_format: str
    fields: Mapping[str, str]
    conditions: tuple[Condition, ...]
    scale: float
    scales: Mapping[str, float]
    unit: str
    frequency: str
    reference: reference.Reference
    rule: release_grammar.Rule
    grade: str
    first_date: str
    last_date: str
    rows: int | None
    traps: traps.Traps

    @property
    def shape(self) -> str:
        return SHAPES[self.kind]

    @property
    def family(self) -> str:
        """The target without its country: `br_ltn` names the bonds `ltn_…`."""
        return re.sub(r"^[a-z]{2}_", "", self.target_id)

    def reads(self, key: str) -> bool:
        return fnmatchcase(key, self.file)

    def names(self, target: str) -> bool:
        return fnmatchcase(target, self.target_id)


@dataclass(frozen=True)
class ImportMap:
    """The rows that load, in the map's order, and what `skip` rows say of columns."""

    rows: tuple[MapRow, ...]
    skipped_columns: Mapping[str, tuple[str, ...]]
    texts: Mapping[int, str]

    def reading(self, key: str) -> tuple[MapRow, ...]:
        """Rows that read a file."""
        return tuple(row for row in self.rows if row.reads(key))

    def of(self, target: str) -> tuple[MapRow, ...]:
        """Rows that give a target, the best priority first, then the map's order."""
        starred = [row for row in self._starred if row.names(target)]
        return tuple(sorted([*self._plain.get(target, ()), *starred], key=lambda row: (row.priority, row.line)))

    @cached_property
    def _plain(self) -> Mapping[str, list[MapRow]]:
        found: dict[str, list[MapRow]] = {}
        for row in self.rows:
            found.setdefault(row.target_id, []).append(row)
        return found

    @cached_property
    def _starred(self) -> tuple[MapRow, ...]:
        return tuple(row for row in self.rows if "*" in row.target_id)

    def digest(self, key: str) -> str:
        """Twelve hex digits of the text of the rows that read a file: another map is another reading of the same bytes."""
        text = "\n".join(self.texts[row.line] for row in self.reading(key))
        return hashlib.sha256(text.encode()).hexdigest()[:12]


def parse(body: bytes, *, tests: bool = False) -> ImportMap:
    """The map from its bytes; rows of priority 9 only with `tests`.

    Raises:
        ImportMapError: with the line and column that cannot be read.
    """
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ImportMapError(f"{MAP} line {body[: error.start].count(10) + 1}: not UTF-8") from error
    reader = csv.DictReader(io.StringIO(text, newline=""))
    if missing := [name for name in COLUMNS if name not in (reader.fieldnames or ())]:
        raise ImportMapError(f"{MAP} line 1: no column {missing[0]!r}")
    rows: list[MapRow] = []
    skipped: dict[str, tuple[str, ...]] = {}
    texts: dict[int, str] = {}
    for line, cells in _numbered(reader):
        if cells["kind"] == "skip":
            skipped[cells["file"]] = skipped.get(cells["file"], ()) + traps.parse(cells["trap"]).skipped_columns
        elif cells["kind"] != "note":
            row = _row(line, cells)
            if row.priority != TESTS_ONLY or tests:
                rows.append(row)
                texts[line] = "\x1f".join(cells.values())
    return ImportMap(tuple(rows), skipped, texts)


def _numbered(reader: "csv.DictReader[str]") -> Iterator[tuple[int, dict[str, str]]]:
    start = 2
    for cells in reader:
        line, start = start, reader.line_num + 1
        if None in cells or None in cells.values():
            raise ImportMapError(f"{MAP} line {line}: {'more' if None in cells else 'fewer'} cells than the header has")
        yield line, {name: value.strip() for name, value in cells.items()}


def _row(line: int, cells: Mapping[str, str]) -> MapRow:
    def read(column: str, make: Callable[[str], T]) -> T:
        try:
            return make(cells[column])
        except (ImportMapError, ConfigError, ValueError) as error:
            raise in_map(line, column, str(error)) from error

    for column in ("target_id", "file", "format", "date_column", "date_format", "value_column", "reference_rule", "availability_rule"):
        if not cells[column]:
            raise in_map(line, column, "is empty")
    if cells["kind"] not in SHAPES:
        raise in_map(line, "kind", f"unknown kind {cells['kind']!r}: write {', '.join(SHAPES)}, note or skip")
    if not _TARGET.fullmatch(cells["target_id"]):
        raise in_map(line, "target_id", f"{cells['target_id']!r} is not an id: lower case, digits, underscores")
    if cells["availability_grade"] not in GRADES:
        raise in_map(line, "availability_grade", f"{cells['availability_grade']!r} is none of {', '.join(GRADES)}")
    return MapRow(
        line, cells["target_id"], cells["kind"], read("priority", int), cells["file"], read("format", formats.parse),
        cells["date_column"], cells["date_format"], _fields(line, cells), _conditions(line, cells["row_filter"]),
        read("scale_to_ours", lambda text: float(text or 1)), _scales(cells["unit"]), cells["unit"], cells["frequency"],
        read("reference_rule", reference.parse), read("availability_rule", release_grammar.parse), cells["availability_grade"],
        cells["first_date"], cells["last_date"], read("rows", lambda text: int(text) if text else None), read("trap", traps.parse),
    )


def _fields(line: int, cells: Mapping[str, str]) -> dict[str, str]:
    text = cells["value_column"]
    if _MAPPING.fullmatch(text) and (cells["kind"] != "observation" or "value=" in text):
        pairs = [part.split("=", 1) for part in text.split(";")]
        if len({name for name, _ in pairs}) < len(pairs):
            raise in_map(line, "value_column", f"a name stands twice in {text!r}")
        return dict(pairs)
    if cells["kind"] in ("quote", "document"):
        raise in_map(line, "value_column", f"a {cells['kind']} needs name=column;name=column, found {text!r}")
    return {"value": text}


def _conditions(line: int, text: str) -> tuple[Condition, ...]:
    conditions = []
    for part in text.split(" & ") if text else ():
        column, equals, value = part.partition("=")
        if not equals:
            raise in_map(line, "row_filter", f"{part!r} is not column=value")
        low, dots, high = value.partition("..")
        conditions.append(Condition(column, low, high if dots else None))
    return tuple(conditions)


def _scales(unit: str) -> dict[str, float]:
    """Scales of single fields, told in the unit: `PU (rate x 0.01)`, `decimal; price BRL (scale 1)`."""
    scales = {name: float(factor) for name, factor in re.findall(r"\((\w+) x ([\d.e-]+)\)", unit)}
    return scales | {name: float(factor) for name, factor in re.findall(r"(\w+) \w+ \(scale ([\d.e-]+)\)", unit)}
