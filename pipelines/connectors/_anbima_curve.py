"""ANBIMA's term structure (ETTJ) as `CZ-down.asp` writes it, and the curves of the day from `cIntra-down.asp`. Latin-1, `;`.

A file of the close has four blocks, an empty line between them: Svensson parameters (betas decimal, with exponents: `8,68E-03`),
rates in % at vertices of business days (`1.008` is one thousand and eight; nothing beyond the last bond), the vertices of the
central bank's circular 3.361, and what each bond's yield misses the curve by. A file of the day gives the last close and now.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from pipelines.connectors import Observation, Quote
from pipelines.connectors._anbima_text import bond, optional_number, plain
from pipelines.connectors._numbers import brazilian_day, brazilian_number

REPORT = "CZ"
PARAMETERS = ("Beta 1", "Beta 2", "Beta 3", "Beta 4", "Lambda 1", "Lambda 2")
CURVES = ("PREFIXADOS", "IPCA")
VERTICES = {"ETTJ IPCA": "ETTJ IPCA", "ETTJ PREF": "ETTJ PREF", "Inflação Implícita": "ETTJ INFLACAO"}
_VERTEX = re.compile(r"\d{1,3}(?:\.\d{3})*")


def curve_day(text: str) -> date:
    """The day that a file of the close is of."""
    return brazilian_day(text.split(";", 1)[0].strip())


def read_curve(text: str) -> Iterator[Observation | Quote]:
    """Parameters, vertices and errors of a close.

    Raises:
        ValueError: a block missing or unknown, a line of the wrong length, a vertex twice, or a figure that is none.
    """
    blocks = _blocks(text)
    if len(blocks) != 4:
        raise ValueError(f"{len(blocks)} blocks instead of four")
    day = curve_day(text)
    parameters, vertices, circular, errors = blocks
    if parameters[0][1:] != list(PARAMETERS) or [row[0] for row in parameters[1:]] != list(CURVES):
        raise ValueError(f"unknown parameters {parameters[0][1:]} of {[row[0] for row in parameters[1:]]}")
    for row in _lines(parameters):
        for name, cell in zip(PARAMETERS, row[1:], strict=True):
            yield Observation(f"ETTJ {row[0]} {name}", day, brazilian_number(cell))
    _titled(vertices, "ettj inflacao implicita", ["Vertices", *VERTICES])
    for row in _lines(vertices[1:]):
        for key, cell in zip(VERTICES.values(), row[1:], strict=True):
            value = optional_number(cell)
            if value is not None:
                yield Observation(f"{key} {_vertex(row[0])}", day, value)
    _titled(circular, "prefixados (circular 3.361)", ["Vertices", "Taxa (%a.a.)"])
    for row in _lines(circular[1:]):
        yield Observation(f"CIRCULAR 3361 {_vertex(row[0])}", day, brazilian_number(row[1]))
    _titled(errors, "erro titulo a titulo", ["Titulo", "SELIC", "Vencimento", "Erro (%a.a.)"])
    for title, _, maturity, error in _lines(errors[1:], named_by=3):
        due = brazilian_day(maturity)
        yield Quote(REPORT, day, bond(title, due), "curve_error_rate", brazilian_number(error), due)


def read_intraday(text: str) -> Iterator[Observation]:
    """Rates of the last close and of now, both under the day of the file.

    Raises:
        ValueError: a block that is none, a vertex twice, or a figure that is none.
    """
    blocks = _blocks(text)
    if not blocks:
        raise ValueError("no block")
    for block in blocks:
        if len(block) < 3 or block[2] != ["Vertices", "Fechamento D -1", "D0"] or not plain(block[0][0]).startswith("ettj "):
            raise ValueError(f"unknown block: {block[:3]!r:.120}")
        name, day = block[0][0].split("(")[0].split()[1], brazilian_day(block[1][0])
        for vertex, close, now in _lines(block[2:]):
            yield Observation(f"INTRADIA {name} {_vertex(vertex)} D-1", day, optional_number(close))
            yield Observation(f"INTRADIA {name} {_vertex(vertex)} D0", day, optional_number(now))


def _blocks(text: str) -> list[list[list[str]]]:
    """Cells of each line of each block."""
    parts = re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip())
    return [[[cell.strip() for cell in line.split(";")] for line in part.splitlines()] for part in parts if part.strip()]


def _titled(block: Sequence[Sequence[str]], title: str, heading: list[str]) -> None:
    named = len(block) > 1 and plain(block[0][0]).startswith(title)
    if not named or [plain(cell) for cell in block[1]] != [plain(cell) for cell in heading]:
        raise ValueError(f"unknown block: {block[:2]!r:.160}, not {title!r} with {heading}")


def _lines(block: Sequence[list[str]], named_by: int = 1) -> Iterator[list[str]]:
    """Lines below a heading, each of its length and none a second time by its first cells."""
    seen: set[tuple[str, ...]] = set()
    for row in block[1:]:
        name = tuple(row[:named_by])
        if len(row) != len(block[0]) or name in seen:
            raise ValueError(f"{'; '.join(row)} stands twice or has not the {len(block[0])} cells of its heading")
        seen.add(name)
        yield row


def _vertex(text: str) -> int:
    if not _VERTEX.fullmatch(text):
        raise ValueError(f"not a vertex: {text!r}")
    return int(text.replace(".", ""))
