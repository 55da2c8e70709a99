"""Grain: instrument_id, reference_date, available_at. Returns of long breakevens; see models_py.quant.rate_returns."""

from models_py.quant.rate_returns import breakevens
from models_py.quant.tenors import BEI_RETURNS


def model(dbt, session):
    dbt.config(materialized="table")
    nodes = dbt.ref("int_curve_nodes").filter("starts_with(curve_id, 'br_')").to_arrow_table()
    overnight = dbt.ref("int_spliced").filter("series_id = 'br_cdi_spliced'").to_arrow_table()
    return breakevens(nodes, overnight, dbt.ref("int_vna").to_arrow_table(), BEI_RETURNS)
