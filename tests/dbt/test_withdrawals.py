"""What a source takes back is as if it had never said it: from that instant on in every table, with a null row where a value stood.

Two small worlds. In one, values of many kinds are withdrawn two days later; in the other they were never given. Whatever can be known
at the end must be the same; and before the withdrawal nothing may differ from the world in which it never came.
"""

from datetime import date, timedelta

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from models_py.quant.excess_index import INSTRUMENTS
from tests.dbt import markets, priced
from tests.dbt.lake import at

KEYS = {
    "curves": ["curve_id", "reference_date"], "marks": ["instrument_id", "reference_date"],
    "returns": ["instrument_id", "reference_date"], "factors": ["series_id", "reference_date"],
}  # fmt: skip
VALUE = {"curves": "zero_rate", "marks": "price", "returns": "excess_return", "factors": "value"}
TOLD = {
    "curves": ["tenor_bd", "zero_rate", "discount_factor", "grade"], "marks": ["price", "point_value", "accretion", "dv01", "grade"],
    "returns": ["excess_return", "pnl_per_unit", "carry", "rolldown", "dv01", "grade"], "factors": ["value"],
}  # fmt: skip
# of these a correction tells the newest date again, not the history in between
PATHS = (*(f"{instrument}_excess_index" for instrument in INSTRUMENTS), "br_rstar")


AGAIN = "2024-05-03T11:45:00+00:00"


def march(day):
    return date(2024, 3, day)


# day → (source key or contract, what is withdrawn of that day): far enough apart not to meet
FUTURES = {
    march(4): {"DI1F26"}, march(6): {"DAPQ26"}, march(8): {"DOLK24"}, march(13): "di1", march(15): "dap", march(19): "dol",
    march(21): {"1"}, march(25): {"4389"}, march(27): {"10 Yr"}, date(2024, 4, 2): set(markets.MATURITIES),
    date(2024, 4, 4): {"SOFR"}, date(2024, 4, 8): {"IPCA|S|0|Mediana"}, date(2024, 2, 1): {"433"},
}  # fmt: skip
BONDS = {
    march(4): {"ltn_20260101"}, march(6): {"ntnb_20280815"}, march(8): {"ntnf_20290101"}, march(13): "bonds",
    march(15): {"br_vna_ntnb"}, march(19): "prices", march(21): {"usdbrl_ptax"}, march(25): {"br_selic_target"},
    march(27): {"us_ust_10y"}, date(2024, 4, 4): {"us_sofr"}, date(2024, 4, 8): {"br_focus_ipca_12m_smoothed"},
}  # fmt: skip
WORLDS = {"sandbox": (markets.futures_world, FUTURES), "files": (markets.bonds_world, BONDS)}


def is_victim(row, victims):
    wanted = victims.get(date.fromisoformat(row["source_date"]), set())
    if "symbol" not in row:
        return isinstance(wanted, set) and row["source_key"] in wanted
    if wanted == "bonds":
        return row["source"] == "files"
    if wanted == "prices":
        return row["field"] == "price" and row["symbol"].startswith("ntnb")
    return row["symbol"] in wanted if isinstance(wanted, set) else row["symbol"].lower().startswith(wanted)


def taken_back(row):
    """The withdrawal of a row: two days after its day, or where the source gives no times, when it is seen to be blank."""
    if not row.get("published_at"):
        return row | {"value": None, "fetched_at": AGAIN}
    later = max(at(row["published_at"]), at(markets.stamp(date.fromisoformat(row["source_date"]), 23))) + timedelta(days=2)
    return row | {"value": None, "published_at": later.isoformat(), "availability": "published"}


def cut(rows, table, cutoff):
    """What a table says at an instant: of each key the last sheet known, less what is withdrawn."""
    known = rows.filter(pl.col("available_at") <= cutoff)
    last = known.filter(pl.col("available_at") == pl.col("available_at").max().over(KEYS[table]))
    standing = last.filter(pl.col(VALUE[table]).is_not_null())
    columns = [*KEYS[table], *(name for name in TOLD[table] if name not in KEYS[table])]
    return standing.select(columns).sort(columns)


@pytest.fixture(scope="module", params=WORLDS)
def world(request):
    make, victims = WORLDS[request.param]
    observations, quotes = make()
    taken = [[*rows, *(taken_back(row) for row in rows if is_victim(row, victims))] for rows in (observations, quotes)]
    never = [[row for row in rows if not is_victim(row, victims)] for rows in (observations, quotes)]
    assert len(taken[0]) + len(taken[1]) > len(observations) + len(quotes) + len(victims)
    built = [priced.build(*rows, request.param, AGAIN) for rows in ((observations, quotes), taken, never)]
    return request.param, *built


@pytest.mark.parametrize("table", KEYS)
def test_at_the_end_all_is_as_if_it_had_never_been_said(world, table):
    _, _, taken, never = world
    end = at(AGAIN)
    found, expected = (cut(gold[table], table, end) for gold in (taken, never))
    if table == "factors":
        newest = [frame.filter(pl.col("series_id").is_in(PATHS)).group_by("series_id").agg(pl.all().last()) for frame in (found, expected)]
        assert_frame_equal(*newest, rel_tol=1e-12, check_row_order=False)
        found, expected = (frame.filter(~pl.col("series_id").is_in(PATHS)) for frame in (found, expected))
    assert_frame_equal(found, expected, rel_tol=1e-12)


@pytest.mark.parametrize("table", KEYS)
def test_until_it_is_taken_back_all_is_as_it_was(world, table):
    _, whole, taken, _ = world
    for day in (6, 13, 20, 27):
        cutoff = at(markets.stamp(march(day), 12))
        kept = pl.col("reference_date") >= march(day) - timedelta(days=1)
        if table == "factors":
            kept &= ~pl.col("series_id").is_in(PATHS)            # these rest on all that was withdrawn before
        assert_frame_equal(*(cut(gold[table], table, cutoff).filter(kept) for gold in (whole, taken)), rel_tol=1e-12)


@pytest.mark.parametrize("table", KEYS)
def test_a_null_row_withdraws_a_value_that_stood(world, table):
    rows = world[2][table].sort("available_at").with_columns(
        before=pl.col(VALUE[table]).shift().over([*KEYS[table], *(["tenor_bd"] if table == "curves" else [])])
    )
    nulls = rows.filter(pl.col(VALUE[table]).is_null())
    assert nulls.height > 0
    assert nulls["before"].null_count() == 0
