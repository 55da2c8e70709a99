"""Quote rows of a file, in the bronze shape: one row an instrument, session and field.

The symbol is our instrument id: a contract in lower case (`di1f24`), a bond or node by its family and maturity
(`ltn_20270401`, `curve_pre_20210105`), a node by its business days, a volatility by delta and business days, an item by its code.
"""

import polars as pl

from pipelines.import_map import availability, documents, priorities, rows
from pipelines.import_map.context import Context
from pipelines.import_map.errors import in_file
from pipelines.import_map.grammar import MapRow
from pipelines.import_map.reader import LINE

COLUMNS = ("source_key", "source_date", "symbol", "maturity_date", "field", "value", "published_at", "availability")
_DECIMAL_PLACES = "decimals"


def parse(row: MapRow, key: str, context: Context) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Quotes of one map row and file, and the texts that go with them as documents."""
    table = context.table(row, key)
    frame = _placed(rows.read(row, table, context.calendar_dates)).sort("source_date", LINE)
    frame = frame.with_columns(_symbol(row).alias("symbol"), pl.lit(row.target_id).alias("series_id"))
    if "instrument" in row.fields:                       # a list may hold one bond and issue under two codes
        count = pl.col("symbol").cum_count().over("source_date", "symbol")
        frame = frame.with_columns(pl.when(count > 1).then(pl.format("{}_{}", "symbol", count)).otherwise("symbol").alias("symbol"))
    if frame["symbol"].null_count():
        raise in_file(key, frame[LINE][frame["symbol"].is_null().arg_max() or 0], "symbol", "no instrument", map_line=row.line)
    frame = priorities.superseded(row, frame, context)
    frame = availability.dated(row, frame, context, key)
    _single(row, key, frame)
    maturity = pl.col("maturity") if "maturity" in frame.columns else pl.lit(None, pl.Date)
    kept = [pl.col("source_date"), pl.col("symbol"), maturity.alias("maturity_date"), pl.col("published_at"), pl.col("availability")]
    numbers = [name for name in row.fields if frame.schema[name] == pl.Float64 and name != _DECIMAL_PLACES]
    keyed = frame.with_columns(pl.lit(row.target_id).alias("source_key"))
    long = pl.concat(keyed.select("source_key", *kept, pl.lit(name).alias("field"), pl.col(name).alias("value")) for name in numbers)
    return long.filter(pl.col("value").is_not_null()).select(COLUMNS), documents.attributes(row, frame, pl.col("symbol"))


def _placed(frame: pl.DataFrame) -> pl.DataFrame:
    """Prices written as whole numbers with their count of decimals beside them."""
    if _DECIMAL_PLACES not in frame.columns:
        return frame
    places = 10 ** pl.col(_DECIMAL_PLACES)
    return frame.with_columns((pl.col(name) / places).alias(name) for name in rows.PRICES & set(frame.columns))


def _symbol(row: MapRow) -> pl.Expr:
    fields = row.fields
    if "symbol" in fields:
        return pl.col("symbol").str.to_lowercase()
    if "contract" in fields and "series" in fields:
        return (pl.col("contract") + pl.col("series")).str.to_lowercase()
    family = pl.lit(row.family)
    if "instrument" in fields:
        family = pl.col("instrument").str.to_lowercase().str.replace_all(r"[^a-z0-9]", "")
    if "maturity" in fields:
        dated = pl.format("{}_{}", family, pl.col("maturity").dt.strftime("%Y%m%d"))
        return pl.format("{}_{}", dated, pl.col("issue").dt.strftime("%Y%m%d")) if "issue" in fields else dated
    if "code" in fields:
        return pl.format("{}_{}", family, pl.col("code").str.to_lowercase())
    if "delta" in fields:
        delta = pl.col("delta").str.extract(r"(\d+)\s*$").str.zfill(2)
        return pl.format("{}_{}_{}", family, delta, _whole("business_days", 4))
    return pl.format("{}_{}", family, _whole("business_days", 5))


def _whole(name: str, width: int) -> pl.Expr:
    return pl.col(name).cast(pl.Int64).cast(pl.String).str.zfill(width)


def _single(row: MapRow, key: str, frame: pl.DataFrame) -> None:
    kept = frame.filter(pl.col("reason").is_null())
    repeated = kept.filter(pl.struct("source_date", "symbol").is_duplicated())
    if repeated.height:
        reason = f"{repeated['symbol'][0]} stands twice on {repeated['source_date'][0]}"
        raise in_file(key, repeated[LINE][repeated.height - 1], "symbol", reason, map_line=row.line)
