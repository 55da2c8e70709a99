"""Where a map and its files disagree, in one line: file, line, column, reason."""

from models_py.kernel.errors import ImportMapError

MAP = "IMPORT_MAP.csv"


def in_map(line: int, column: str, reason: str) -> ImportMapError:
    """An error of the map itself."""
    return ImportMapError(f"{MAP} line {line}, column {column}: {reason}")


def in_file(key: str, line: int | None, column: str, reason: str, *, map_line: int) -> ImportMapError:
    """An error of a file against its map row; `line` is None where it concerns the whole file."""
    place = f"{key} line {line}" if line is not None else key
    return ImportMapError(f"{place}, column {column}: {reason} (map line {map_line})")
