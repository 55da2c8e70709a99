"""Grain: instrument_id, reference_date, available_at. Contracts listed by rule, priced on curves; see models_py.quant.listed."""

from models_py.quant.listed import listed_marks


def model(dbt, session):
    dbt.config(materialized="table")
    return listed_marks(
        dbt.ref("int_curve_nodes").filter("curve_id in ('br_di1', 'br_real')").to_arrow_table(),
        ptax=dbt.ref("int_market_readings").filter("series_id = 'usdbrl_ptax'").to_arrow_table(),
        dollars=dbt.ref("int_spliced").filter("series_id = 'us_short_rate'").to_arrow_table(),
    )
