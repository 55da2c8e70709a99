"""What cash earns between two sessions, what the VIX was, and when a session is past."""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from models_py.desk.market import Market, NoRate, end_of_session, window_end
from tests.desk.world import publish, tables

KNOWN = datetime(2021, 6, 8, 11, 40, tzinfo=UTC)
MONDAY, TUESDAY, WEDNESDAY = date(2021, 6, 7), date(2021, 6, 8), date(2021, 6, 9)


def market(made, folder, rates: dict[date, tuple[float | None, datetime]], vix: float | None = None) -> Market:
    """A market of a world whose CDI is exactly these rates, each with the instant it was known."""
    frames = tables(made)
    rows = frames["observations"]
    template = rows.filter(pl.col("series_id") == "br_cdi_spliced").head(1)

    def told(name: str, day: date, value: float | None, at: datetime) -> pl.DataFrame:
        return template.with_columns(
            pl.lit(name).alias("series_id"), pl.lit(day).alias("reference_date"), pl.lit(value, pl.Float64).alias("value"),
            pl.lit(at).dt.cast_time_unit("us").alias("available_at"), pl.lit(1, pl.Int32).alias("vintage"),
        )  # fmt: skip

    made_up = [told("br_cdi_spliced", day, value, at) for day, (value, at) in rates.items()]
    made_up += [] if vix is None else [told("us_vix", MONDAY, vix, KNOWN - timedelta(hours=1))]
    left = rows.filter(~pl.col("series_id").is_in(["br_cdi_spliced", "us_vix"]))
    frames["observations"] = pl.concat([left, *made_up], how="vertical_relaxed")
    return Market(publish(folder, frames))


def morning(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 11, tzinfo=UTC)


def test_cash_grows_at_the_rate_of_the_session_before(made, tmp_path):
    told = market(made, tmp_path, {MONDAY: (0.10, morning(TUESDAY))}).cash(MONDAY, TUESDAY, KNOWN)
    assert told.factor == pytest.approx(1.1 ** (1 / 252))
    assert told.carried_bd == 0


def test_over_a_weekend_cash_grows_for_friday_alone_and_each_business_day_at_its_own_rate(made, tmp_path):
    friday, thursday = date(2021, 6, 4), date(2021, 6, 3)            # 3 June 2021 was Corpus Christi
    world = market(made, tmp_path, {date(2021, 6, 2): (0.10, morning(friday)), friday: (0.12, morning(MONDAY))})
    assert thursday not in world.sessions(thursday, friday)
    assert world.cash(friday, MONDAY, KNOWN).factor == pytest.approx(1.12 ** (1 / 252))
    assert world.cash(date(2021, 6, 2), MONDAY, KNOWN).factor == pytest.approx((1.10 * 1.12) ** (1 / 252))


def test_a_rate_that_is_not_out_yet_is_the_last_one_and_its_age_is_told(made, tmp_path):
    world = market(made, tmp_path, {date(2021, 6, 1): (0.10, morning(date(2021, 6, 2))), MONDAY: (0.20, morning(WEDNESDAY))})
    told = world.cash(MONDAY, TUESDAY, KNOWN)
    assert told.factor == pytest.approx(1.1 ** (1 / 252))
    assert told.carried_bd == 3                                     # 1, 2 and 4 June


def test_a_rate_older_than_ten_business_days_settles_nothing(made, tmp_path):
    old = date(2021, 5, 21)                                         # 21, 24-28, 31 May, 1, 2, 4 June: ten before the 7th
    world = market(made, tmp_path, {old: (0.10, morning(old))})
    assert world.cash(MONDAY, TUESDAY, KNOWN).carried_bd == 10
    with pytest.raises(NoRate, match="br_cdi_spliced of 2021-06-08: last known 2021-05-21"):
        world.cash(TUESDAY, WEDNESDAY, KNOWN)


def test_a_rate_that_was_never_known_or_was_withdrawn_settles_nothing(made, tmp_path):
    world = market(made, tmp_path, {MONDAY: (None, morning(TUESDAY)), WEDNESDAY: (0.1, morning(WEDNESDAY))})
    with pytest.raises(NoRate, match="last known None"):
        world.cash(MONDAY, TUESDAY, KNOWN)


def test_the_first_session_of_a_book_earns_nothing_yet(made, tmp_path):
    assert market(made, tmp_path, {}).cash(None, MONDAY, KNOWN).factor == 1.0


def test_the_vix_is_its_last_close_known(made, tmp_path):
    assert market(made, tmp_path, {}, vix=31.5).vix(KNOWN) == 31.5
    assert market(made, tmp_path / "later", {}, vix=31.5).vix(KNOWN - timedelta(days=1)) is None


def test_the_window_ends_at_four_in_sao_paulo_and_the_session_at_midnight_in_summer_and_winter():
    assert window_end(date(2021, 6, 9)) == datetime(2021, 6, 9, 19, tzinfo=UTC)
    assert window_end(date(2018, 12, 3)) == datetime(2018, 12, 3, 18, tzinfo=UTC)        # daylight saving
    assert end_of_session(datetime(2021, 6, 9, 11, 45, tzinfo=UTC)) == datetime(2021, 6, 10, 3, tzinfo=UTC)
