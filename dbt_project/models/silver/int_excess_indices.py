"""Grain: instrument_id, reference_date, available_at. Cumulative excess returns; see models_py.quant.excess_index."""

from models_py.quant.excess_index import excess_indices


def model(dbt, session):
    dbt.config(materialized="table")
    return excess_indices(dbt.ref("int_returns").to_arrow_table())
