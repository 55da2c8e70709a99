"""Grain: reference_date, available_at. Cumulative excess return of long BRL; see models_py.quant.fx_returns."""

from models_py.quant.fx_returns import excess_index


def model(dbt, session):
    dbt.config(materialized="table")
    return excess_index(dbt.ref("int_usdbrl_returns").to_arrow_table())
