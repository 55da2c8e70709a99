"""Seeds are market facts: CSV files under `dbt_project/seeds`, read by dbt and, where Python needs them, from here."""

from functools import cache

import polars as pl

from models_py.kernel.errors import ConfigError
from models_py.kernel.settings import ROOT


@cache
def read(name: str) -> pl.DataFrame:
    """A seed as text columns; empty cells are null.

    Raises:
        ConfigError: there is no such seed.
    """
    path = ROOT / "dbt_project" / "seeds" / f"{name}.csv"
    if not path.exists():
        raise ConfigError(f"no seed {name!r} at {path}")
    return pl.read_csv(path, infer_schema=False)


def of_world(name: str, world: str) -> pl.DataFrame:
    """The rows of a seed whose column `worlds` names the world.

    Raises:
        ConfigError: there is no such seed.
    """
    return read(name).filter(pl.col("worlds").str.split(" ").list.contains(world))
