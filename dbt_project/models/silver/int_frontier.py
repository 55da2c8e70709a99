"""Grain: series_id, available_at. The latest reading after each knowledge time at which it changed; see models_py.quant.frontier."""

from models_py.quant.frontier import frontier


def model(dbt, session):
    dbt.config(materialized="table")
    return frontier(dbt.ref("int_readings").order("series_id, available_at, reference_date, vintage").to_arrow_table())
