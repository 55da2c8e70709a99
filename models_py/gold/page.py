"""A part of a vintaged table as it was known, cut by DuckDB: for readers who ask once, where `AsOf` keeps what it has loaded.

    of each key the last vintage with available_at <= known (and held_at <= held), without withdrawals, in the order of the key

Conditions on columns of the key are met before the cut, all others after it: a value that was revised away is not found.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Literal

import polars as pl

from models_py.gold.asof import CUTS, AsOf

Condition = tuple[str, Literal["in", ">=", "<="], Any]
READINGS = "readings"                                # observations and factors as one
_RELATIONS: Mapping[str, str] = {READINGS: "(from gold.observations union all by name from gold.factors)"}


def page(
    asof: AsOf, table: str, where: Sequence[Condition] = (), *, limit: int, offset: int = 0, columns: Sequence[str] = ()
) -> pl.DataFrame:
    """Rows of a table of `CUTS`, or of `READINGS`.

    Args:
        where: column, comparison and value; null values of `in` lists are not matched.
        columns: those to give back, by default all.
    """
    key, value = _cut_of(table)
    early = [condition for condition in where if condition[0] in key]
    late = [condition for condition in where if condition[0] not in key]
    parameters: list[Any] = [asof.known]
    held = ""
    if asof.held is not None:
        held = " and held_at <= ?"
        parameters.append(asof.held)
    inner, outer = _conditions(early, parameters), _conditions(late, parameters)
    wanted = ", ".join(f'"{column}"' for column in columns) or "*"
    order = ", ".join(f'"{column}" nulls first' for column in (*key, *(("tenor_bd",) if table == "curves" else ())))
    query = f"""
        select {wanted} from (
            select * from {_RELATIONS.get(table, f'gold."{table}"')} where available_at <= ?{held}{inner}
            qualify rank() over (partition by {", ".join(key)} order by available_at desc, vintage desc) = 1
        ) where "{value}" is not null{outer} order by {order} limit ? offset ?
    """  # noqa: S608 - tables and keys of CUTS; columns are quoted, values are parameters
    return asof.release.sql(query, [*parameters, limit, offset])


def _cut_of(table: str) -> tuple[tuple[str, ...], str]:
    _, key, value = CUTS["observations" if table == READINGS else table]
    return key, value


def _conditions(conditions: Sequence[Condition], parameters: list[Any]) -> str:
    """Text of conditions; their values are added to the parameters."""
    text = ""
    for column, comparison, value in conditions:
        parameters.append(list(value) if comparison == "in" else value)
        name = '"' + column.replace('"', '""') + '"'
        text += f" and {name} in (select unnest(?))" if comparison == "in" else f" and {name} {comparison} ?"
    return text


def newest(asof: AsOf, table: str, where: Sequence[Condition] = ()) -> date | None:
    """The last reference date of a table that stands at the cut, under conditions on its key; None where nothing does."""
    key, _ = _cut_of(table)
    parameters: list[Any] = [asof.known, asof.held]
    conditions = _conditions([condition for condition in where if condition[0] in key], parameters)
    dates = f"""
        select distinct reference_date from gold."{table}"
        where available_at <= ? and held_at <= coalesce(?::timestamptz, 'infinity'){conditions} order by 1 desc
    """  # noqa: S608 - tables and keys of CUTS, values are parameters
    for day in asof.release.sql(dates, parameters)["reference_date"]:
        if page(asof, table, [*where, ("reference_date", "in", [day])], limit=1).height:
            found: date = day
            return found
    return None
