"""Where rows, dates and numbers stand in each source's bytes, so that an edit touches them and nothing else."""

import io
import re
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Literal

from pipelines.sandbox.wire import Answer


@dataclass(frozen=True)
class Shape:
    """How one payload is spelled. `value` has the number in its group; `field` is the name that carries it."""

    flavour: Literal["json", "csv", "xml"]
    row: re.Pattern[bytes]
    value: re.Pattern[bytes]
    day: re.Pattern[bytes]
    day_format: str
    field: bytes
    blank: bytes
    between: bytes = b","
    mark: bytes = b","                  # between cells of a line


def _shape(flavour: Literal["json", "csv", "xml"], row: bytes, value: bytes, day: bytes, form: str, field: bytes, blank: bytes,
           between: bytes = b",", mark: bytes = b",") -> Shape:
    return Shape(flavour, re.compile(row, re.S), re.compile(value), re.compile(day), form, field, blank, between, mark)


_NUMBER = rb"(-?\d+(?:[.,]\d+)?)"
SHAPES = (
    _shape("json", rb'\{"data":[^}]*\}', rb'"valor":"' + _NUMBER + rb'"', rb'"data":"([^"]+)"', "%d/%m/%Y", b"valor", b""),
    _shape("csv", rb'"\d\d/\d\d/\d{4}";[^\r\n]*', rb';"' + _NUMBER + rb'"', rb'^"([^"]+)"', "%d/%m/%Y", b"valor", b"", b"\r\n", b";"),
    _shape("csv", rb"(?:LTN|LFT|NTN-[BCF])@\d{8}@[^\r\n]*", rb"@(-?\d+,\d+)(?=@)", rb"@(\d{8})@", "%Y%m%d", b"Tx. Indicativas", b"--",
           b"\r\n", b"@"),
    _shape("csv", rb"I(?:RF|MA)-[^;\r\n]*;\d\d/\d\d/\d{4};[^\r\n]*", rb";(-?\d+,\d+)(?=;|$)", rb";(\d\d/\d\d/\d{4});", "%d/%m/%Y",
           b"Yield", b"--", b"\r\n", b";"),
    _shape("csv", rb"\d{4}-\d\d-\d\d;\w+;[^\r\n]*", rb";(-?\d+(?:,\d+)?)(?=;)", rb"^(\d{4}-\d\d-\d\d);", "%Y-%m-%d", b"AdjstdQt", b"",
           b"\r\n", b";"),
    _shape("csv", rb"Tesouro [^;\r\n]*;\d\d/\d\d/\d{4};[^\r\n]*", rb";(-?\d+,\d+)(?=;|$)",
           rb";\d\d/\d\d/\d{4};(\d\d/\d\d/\d{4});", "%d/%m/%Y", b"Taxa Compra Manha", b"", b"\n", b";"),
    _shape("json", rb'\{"quantidade_bcb":[^}]*\}', rb'"(?:taxa_media|taxa_maxima|pu_medio|pu_minimo)":' + _NUMBER,
           rb'"data_leilao":"([^"]+)"', "%d/%m/%Y", b"taxa_media", b"null"),
    _shape("json", rb'\{"Indicador":[^}]*\}', rb'"(?:Media|Mediana|DesvioPadrao|Minimo|Maximo)":' + _NUMBER, rb'"Data":"([^"]+)"',
           "%Y-%m-%d", b"Mediana", b"null"),
    _shape("json", rb'\{"realtime_start":"[^}]*"value":[^}]*\}', rb'"value":"' + _NUMBER + rb'"', rb'"date":"([^"]+)"', "%Y-%m-%d",
           b"value", b"."),
    _shape("json", rb'\{"(?:market_and_exchange_names|report_date_as_yyyy_mm_dd)":[^}]*\}',
           rb'"\w+_(?:long|short|spread)(?:_all)?":"' + _NUMBER + rb'"',
           rb'"report_date_as_yyyy_mm_dd":"([^"T]+)', "%Y-%m-%d", b"open_interest_all", b"", b"\n,"),
    # a chart is columns: each counts as a row, and has no date
    _shape("json", rb'"(?:open|volume|close|low|high)":\[[^\[\]]*\]', rb"(?<=[\[,])(-?\d+\.\d+)", rb"(?!)()",
           "%Y-%m-%d", b"close", b"null"),
    _shape("csv", rb"\d\d/\d\d/\d{4},[^\r\n]*", rb"," + _NUMBER + rb"(?=,|$)", rb"^(\d\d/\d\d/\d{4})", "%m/%d/%Y", b"10 Yr", b"", b"\n"),
    _shape("xml", rb"<entry>.*?</entry>\n", rb'"Edm\.Double">' + _NUMBER + rb"<", rb"DateTime\">(\d{4}-\d\d-\d\d)", "%Y-%m-%d",
           b"BC_10YEAR", b"", b""),
    _shape("xml", rb"      <BizGrp>\r?\n.*?</BizGrp>\r?\n", rb'<AdjstdQt(?:Tax)? Ccy="BRL">' + _NUMBER + rb"<",
           rb"<Dt>(\d{4}-\d\d-\d\d)</Dt>", "%Y-%m-%d", b"AdjstdQt", b"", b""),
)


_PARTS = {
    "%Y-%m-%d": (slice(0, 4), slice(5, 7), slice(8, 10)),
    "%d/%m/%Y": (slice(6, 10), slice(3, 5), slice(0, 2)),
    "%m/%d/%Y": (slice(6, 10), slice(0, 2), slice(3, 5)),
    "%Y%m%d": (slice(0, 4), slice(4, 6), slice(6, 8)),
}


@dataclass(frozen=True)
class Rows:
    """A payload cut into its rows."""

    shape: Shape
    head: bytes
    rows: tuple[bytes, ...]
    tail: bytes

    def body(self) -> bytes:
        return self.head + self.shape.between.join(self.rows) + self.tail

    def having(self, rows: Sequence[bytes]) -> "Rows":
        return replace(self, rows=tuple(rows))

    def day(self, row: bytes) -> date:
        """The date of a row; the earliest possible where it has none."""
        found = self.shape.day.search(row)
        if found is None:
            return date.min
        text = found[1].decode()
        year, month, day = (int(text[at]) for at in _PARTS[self.shape.day_format])
        return date(year, month, day)

    def dated(self, row: bytes, day: date, form: str | None = None) -> bytes:
        """The row with its date changed, or only spelled otherwise."""
        found = self.shape.day.search(row)
        text = day.strftime(form or self.shape.day_format).encode()
        return row if found is None else row[: found.start(1)] + text + row[found.end(1) :]

    def revalued(self, row: bytes, change: Callable[[Decimal], Decimal], count: int = 0) -> bytes:
        """The row with every number changed, or the first `count`, its decimal sign kept."""

        def spell(found: re.Match[bytes]) -> bytes:
            comma = b"," in found[1]
            number = f"{change(Decimal(found[1].replace(b',', b'.').decode())):f}".encode()
            return found[0].replace(found[1], number.replace(b".", b",") if comma else number, 1)

        return self.shape.value.sub(spell, row, count)

    @property
    def newest(self) -> date:
        return max(map(self.day, self.rows))


def cut(body: bytes) -> Rows | None:
    """The rows of a payload; None where it has none of a known shape."""
    for shape in SHAPES:
        found = list(shape.row.finditer(body))
        if found:
            rows = tuple(match[0] for match in found)
            if shape.flavour == "csv" and len(found) > 1:       # files of one table end their lines in more than one way
                shape = replace(shape, between=body[found[0].end() : found[1].start()])
            return Rows(shape, body[: found[0].start()], rows, body[found[-1].end() :])
    return None


def edited(answer: Answer, edit: Callable[[Rows], Rows]) -> Answer:
    """The answer with the rows of its body edited, in a zip as well; unchanged where there are no rows."""
    return through(answer, lambda body: body if (rows := cut(body)) is None else edit(rows).body())


def through(answer: Answer, change: Callable[[bytes], bytes]) -> Answer:
    """The answer with its body changed; in a zip, each file inside."""
    return answer.but(body=_inside(answer.body, change))


def _inside(body: bytes, change: Callable[[bytes], bytes]) -> bytes:
    if not body.startswith(b"PK\x03\x04"):
        return body if body.startswith(b"PK") else change(body)
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as before, zipfile.ZipFile(file, "w") as after:
        for entry in before.infolist():
            after.writestr(entry, _inside(before.read(entry), change), entry.compress_type)
    return file.getvalue()
