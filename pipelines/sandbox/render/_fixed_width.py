"""Records of fixed width, as the exchange wrote them before XML: numbers without their point, filled with zeros; texts with blanks."""

from collections.abc import Mapping, Sequence

from pipelines.connectors._fixed_width import Layout


def records(layout: Layout, rows: Sequence[Mapping[str, str]], common: Mapping[str, str]) -> bytes:
    """Records as they lie in a file: latin-1, CR LF. A field is its row's or else the common one, or blank; texts are filled with blanks.

    Raises:
        ValueError: a text longer than its field, or a field that the layout has not.
    """
    names, own = {name for name, _ in layout.fields}, set().union(*rows)
    if unknown := (own | common.keys()) - names:
        raise ValueError(f"{layout.name}: no field {min(unknown)}")
    varying = [(name, common.get(name, "")) for name, _ in layout.fields if name in own]
    form = "".join(f"%-{width}s" if name in own else common.get(name, "").ljust(width).replace("%", "%%") for name, width in layout.fields)
    lines = [form % tuple([row.get(name, other) for name, other in varying]) for row in rows]
    if {*map(len, lines)} - {layout.width}:
        long = next(name for name, width in layout.fields for row in (*rows, common) if len(row.get(name, "")) > width)
        raise ValueError(f"{layout.name}: {long} is longer than its field")
    return "".join(f"{line}\r\n" for line in lines).encode("latin-1")


def scaled(value: float, decimals: int, width: int) -> str:
    """A figure's digits without sign and point: 11.59 with 3 decimals is `…11590`."""
    return f"{round(abs(value) * 10**decimals):0{width}d}"


def sign(value: float) -> str:
    return "-" if value < 0 else "+"
