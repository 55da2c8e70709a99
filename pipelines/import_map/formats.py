"""The `format` of a map row: how a file's bytes are a table.

    csv sep=; decimal=, thousands=. latin-1 gzip, quoted, blank-padded, row 2 dropped
    parquet
    fixed width, 72 chars[, gzip]                        columns are positions: 12-19
    sep=; utf-8 gzip, header line with the date           columns are `field n`, the first line is `header a-b` or `header field n`
    zip of one XML, BVBG.187.01                           columns are tags of the repeated element
"""

import re
from dataclasses import dataclass
from typing import Literal

from models_py.kernel.errors import ImportMapError

Kind = Literal["csv", "parquet", "fixed", "headed", "xml"]


@dataclass(frozen=True, slots=True)
class Format:
    """A format read. `dropped` are line numbers of the file, 1 the first; `width` is in characters, 0 where lines may vary."""

    kind: Kind
    separator: str = ","
    decimal: str = "."
    thousands: str = ""
    encoding: str = "utf-8"
    gzip: bool = False
    padded: bool = False
    dropped: tuple[int, ...] = ()
    width: int = 0


_ENCODINGS = {"utf-8": "utf-8", "latin-1": "latin-1", "cp1252": "cp1252", "utf-16": "utf-16"}
_NAMED = {"tab": "\t", "space": " "}


def parse(text: str) -> Format:
    """A format from its words.

    Raises:
        ImportMapError: a word is unknown.
    """
    if text == "parquet":
        return Format("parquet")
    if re.fullmatch(r"zip of one XML(, [\w.]+)?", text):
        return Format("xml")
    rest = text
    kind: Kind
    if rest.startswith("csv "):
        kind, rest = "csv", rest.removeprefix("csv ")
    elif rest.startswith("fixed width"):
        kind, rest = "fixed", rest.removeprefix("fixed width")
    elif rest.startswith("sep="):
        kind = "headed"
        rest = re.sub(r"(first|header) line[^,]*$", "", rest)
    else:
        raise ImportMapError(f"unknown format {text!r}: write csv …, parquet, fixed width …, sep=… or zip of one XML")
    separator, rest = _take(r"sep=(tab|space|\S)", rest)
    decimal, rest = _take(r"decimal=([.,])", rest)
    thousands, rest = _take(r"thousands=(\S|space)", rest)
    encoding, rest = _take(rf"\b({'|'.join(_ENCODINGS)})\b", rest)
    width, rest = _take(r"\b(\d+) chars\b", rest)
    dropped = tuple(int(line) for line in re.findall(r"\brow (\d+) dropped\b", rest))
    rest = re.sub(r"\brow \d+ dropped\b", "", rest)
    words = rest.replace(",", " ").split()
    if unknown := [word for word in words if word not in ("gzip", "quoted", "blank-padded")]:
        raise ImportMapError(f"unknown word {unknown[0]!r} in format {text!r}")
    return Format(
        kind, _NAMED.get(separator, separator) or ",", decimal or ".", _NAMED.get(thousands, thousands), _ENCODINGS[encoding or "utf-8"],
        "gzip" in words, "blank-padded" in words, dropped, int(width or 0),
    )


def _take(pattern: str, text: str) -> tuple[str, str]:
    found = re.search(pattern, text)
    return (found[1], text[: found.start()] + text[found.end():]) if found else ("", text)
