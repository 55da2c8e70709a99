"""Score a simulated world: every moment of real history that can be measured on it, inside or outside its band.

    python -m pipelines.sandbox.score --seeds 20        twenty seeds, as the table in docs/sandbox.md

The grade of a row tells on what it was measured: `published` (values the simulated sources publish) or `truth` (things no simulated
source publishes yet: reported, not counted). SIMULATED data.
"""

import argparse
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl

from pipelines.sandbox.moments import hidden, macro, markets, revisions
from pipelines.sandbox.moments.published import TRUE, Published
from pipelines.sandbox.world import DEFAULT_SEED, World

BANDS = Path(__file__).parent / "moments" / "bands.csv"
UNTIL = date(2026, 12, 31)


def bands() -> pl.DataFrame:
    """Real value and band of every moment: moment, what, window, real, low, high."""
    return pl.read_csv(BANDS)


def table(world: World) -> pl.DataFrame:
    """Moments of one world: bands with `value`, `grade` and `inside` (null where the world cannot be measured)."""
    p = Published(world)
    seen = markets.measure(p) | macro.measure(p) | revisions.measure(p)
    unseen = hidden.measure(p)
    found = seen | unseen
    rows = bands()
    values = [found.get(name) for name in rows["moment"]]
    grades = ["truth" if name in unseen or _is_true(name) else "published" if name in found else None for name in rows["moment"]]
    return rows.with_columns(pl.Series("value", values, pl.Float64), pl.Series("grade", grades, pl.String)).with_columns(
        inside=pl.col("value").is_between(pl.col("low"), pl.col("high"))
    )


def _is_true(moment: str) -> bool:
    """Whether a market moment involves a series that only truth has."""
    return any(name in moment.split("_") for name in TRUE)


def score(seeds: Sequence[int]) -> pl.DataFrame:
    """All seeds, one under another, with a column `seed`."""
    return pl.concat([table(World(seed, UNTIL)).with_columns(seed=pl.lit(seed)) for seed in seeds])


def by_seed(scored: pl.DataFrame) -> pl.DataFrame:
    """Share of moments inside their bands by seed and grade."""
    return scored.drop_nulls("grade").group_by("seed", "grade").agg(
        inside=pl.col("inside").mean(), measured=pl.len()
    ).sort("grade", "seed")


def by_moment(scored: pl.DataFrame) -> pl.DataFrame:
    """Each moment over the seeds: real value, band, mean, sd and share of seeds inside."""
    return scored.drop_nulls("grade").group_by("moment", "real", "low", "high", "grade", maintain_order=True).agg(
        mean=pl.col("value").mean(), sd=pl.col("value").std(), inside=pl.col("inside").mean()
    )


def default_seeds(count: int) -> tuple[int, ...]:
    """The default seed and the small integers after it."""
    return (DEFAULT_SEED, *range(1, count))


def main() -> None:
    """Print the table of a number of seeds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--moments", action="store_true", help="print every moment, not only those outside in a quarter of the seeds")
    asked = parser.parse_args()
    scored = score(default_seeds(asked.seeds))
    moments = by_moment(scored)
    with pl.Config(tbl_rows=-1, tbl_cols=-1, tbl_width_chars=140, tbl_hide_dataframe_shape=True, float_precision=3):
        print(by_seed(scored))
        print(by_seed(scored).group_by("grade").agg(pl.col("inside").mean().alias("mean"), pl.col("inside").min().alias("worst")))
        print(moments if asked.moments else moments.filter(pl.col("inside") < 0.75).sort("inside"))


if __name__ == "__main__":
    main()
