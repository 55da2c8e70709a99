"""Grain: reference_date, available_at. One-sided output gap within each vintage; see models_py.quant.gap."""

from models_py.quant.gap import output_gap


def model(dbt, session):
    dbt.config(materialized="table")
    return output_gap(dbt.ref("int_market_readings").filter("series_id = 'br_ibcbr_sa'").to_arrow_table())
