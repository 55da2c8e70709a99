"""Grain: instrument_id, reference_date, available_at. Returns of long BRL; see models_py.quant.fx_returns."""

from models_py.quant.fx_returns import long_brl


def model(dbt, session):
    dbt.config(materialized="table")
    spliced = dbt.ref("int_spliced")
    return long_brl(
        dbt.ref("int_futures_known").filter("family = 'dol'").to_arrow_table(),
        ptax=dbt.ref("int_market_readings").filter("series_id = 'usdbrl_ptax'").to_arrow_table(),
        overnight=spliced.filter("series_id = 'br_cdi_spliced'").to_arrow_table(),
        dollars=spliced.filter("series_id = 'us_short_rate'").to_arrow_table(),
    )
