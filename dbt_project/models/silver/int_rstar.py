"""Grain: reference_date, available_at. One-sided level of the ex-ante one-year real rate; see models_py.quant.rstar."""

from models_py.quant.rstar import neutral_rate


def model(dbt, session):
    dbt.config(materialized="table")
    rates = dbt.ref("int_curve_points").filter("curve_id = 'br_di1' and tenor_bd = 252").project("* rename (zero_rate as value)")
    survey = dbt.ref("int_market_readings").filter("series_id = 'br_focus_ipca_12m_smoothed'")
    return neutral_rate(rates.to_arrow_table(), survey.to_arrow_table())
