"""Grain: reference_date, available_at. Growth of money since the session before; see models_py.quant.accretion."""

from models_py.quant.accretion import accretions


def model(dbt, session):
    dbt.config(materialized="table")
    overnight = dbt.ref("int_spliced").filter("series_id = 'br_cdi_spliced'")
    return accretions(dbt.ref("int_curve_nodes").filter("curve_id = 'br_di1'").to_arrow_table(), overnight.to_arrow_table(), "br_di1")
