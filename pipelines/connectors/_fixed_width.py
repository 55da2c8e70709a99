"""Text of fixed width: one record a line, its fields by width, as the Brazilian exchange wrote its files before XML."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Layout:
    """Fields of a record in their order: name and width. Unnamed fields (empty name) are skipped over."""

    name: str
    fields: Sequence[tuple[str, int]]

    @property
    def width(self) -> int:
        return sum(width for _, width in self.fields)

    def read(self, text: str) -> Iterator[Mapping[str, str]]:
        """Fields of each line, blanks kept.

        Raises:
            ValueError: no line, or one of another length.
        """
        places: dict[str, slice] = {}
        start = 0
        for name, width in self.fields:
            if name:
                places[name] = slice(start, start + width)
            start += width
        lines = [line for line in text.split("\n") if line.strip("\r\x1a ")]
        if not lines:
            raise ValueError(f"{self.name}: no line")
        for number, line in enumerate(lines, start=1):
            record = line.rstrip("\r")
            if len(record) != self.width:
                raise ValueError(f"{self.name}: line {number} has {len(record)} characters, not {self.width}")
            yield {name: record[place] for name, place in places.items()}


def whole(text: str) -> int:
    """A number of digits alone."""
    if not (text.isascii() and text.isdigit()):
        raise ValueError(f"not digits: {text!r}")
    return int(text)


def scaled(text: str, decimals: int, sign: str = "+") -> float:
    """Digits with a number of implied decimals, their sign apart: `11590`, 3 is 11.59."""
    if sign not in ("+", "-") or not 0 <= decimals <= 12:
        raise ValueError(f"not a figure: {sign}{text} with {decimals} decimals")
    value = whole(text) / 10**decimals
    return -value if sign == "-" else value


def packed_day(text: str) -> date:
    """yyyymmdd."""
    if len(text) != 8:
        raise ValueError(f"not a date (yyyymmdd): {text!r}")
    return date(whole(text[:4]), whole(text[4:6]), whole(text[6:]))
