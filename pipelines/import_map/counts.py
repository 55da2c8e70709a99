"""Does a file hold what its map row says: rows with a value, first and last date, as written before any rule or trap.

A pattern's files are counted together, once, with the last of them.
"""

import numpy as np
import polars as pl

from pipelines.import_map import rows
from pipelines.import_map.context import Context
from pipelines.import_map.errors import in_file
from pipelines.import_map.grammar import MapRow


def check(row: MapRow, key: str, context: Context) -> None:
    """Compare the counts of a map row with its files.

    Raises:
        ImportMapError: they differ.
    """
    files = context.files(row)
    if key != files[-1] or (row.rows is None and not row.first_date and not row.last_date):
        return
    found = pl.concat(_written(row, name, context) for name in files)
    if row.rows is not None and found.len() != row.rows:
        raise in_file(key, None, rows.primary_column(row), f"{found.len()} rows with a value, the map says {row.rows}", map_line=row.line)
    ends = found.cast(pl.String).sort() if row.date_format != "integer" else found.sort().cast(pl.String)
    for said, place, word in ((row.first_date, 0, "first"), (row.last_date, -1, "last")):
        seen = ends[place] if ends.len() else None
        if said and (seen is None or seen[: len(said)] != said):
            raise in_file(key, None, row.date_column, f"the {word} date is {seen}, the map says {said}", map_line=row.line)


def _written(row: MapRow, key: str, context: Context) -> pl.Series:
    if row.kind == "vintage":
        panel = context.panel(row)
        vintage = panel.vintages[panel.place(key)]
        places = [panel.columns.index(name) for name in panel.series(row)]
        said = ~np.isnan(vintage.values[:, places]).all(axis=1)
        return pl.Series(vintage.written[said]).cast(pl.Date)
    frame = context.rows(row, key)
    has_value = pl.col(rows.primary(row)).is_not_null() & pl.col("reason").ne_missing("undated")
    return frame.filter(has_value)["written"]
