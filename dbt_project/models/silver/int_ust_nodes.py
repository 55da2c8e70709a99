"""Grain: curve_id, reference_date, available_at, tenor_bd. Treasury zero rates from par yields; see models_py.quant.ust_nodes."""

from models_py.quant.ust_nodes import nodes


def model(dbt, session):
    dbt.config(materialized="table")
    return nodes(dbt.ref("int_par_yields_known").to_arrow_table())
