"""Grain: instrument_id, reference_date, available_at. Returns of received rates; see models_py.quant.rate_returns."""

from models_py.quant.rate_returns import received
from models_py.quant.tenors import DI1_RETURNS


def model(dbt, session):
    dbt.config(materialized="table")
    overnight = dbt.ref("int_spliced").filter("series_id = 'br_cdi_spliced'").to_arrow_table()
    return received(dbt.ref("int_curve_nodes").filter("curve_id = 'br_di1'").to_arrow_table(), overnight, "br_di1", DI1_RETURNS)
