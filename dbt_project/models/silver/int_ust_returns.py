"""Grain: instrument_id, reference_date, available_at. Returns of Treasury par bonds; see models_py.quant.ust_returns."""

from models_py.quant.tenors import UST_RETURNS
from models_py.quant.ust_returns import par_returns


def model(dbt, session):
    dbt.config(materialized="table")
    dollars = dbt.ref("int_spliced").filter("series_id = 'us_short_rate'").to_arrow_table()
    yields = dbt.ref("int_market_readings").filter("starts_with(series_id, 'us_ust_')").to_arrow_table()
    return par_returns(yields, dollars, UST_RETURNS)
