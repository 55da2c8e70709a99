"""Grain: reference_date, available_at. Unit value of NTN-B on each session; see models_py.quant.vna_path."""

from models_py.quant.vna_path import daily_vna


def model(dbt, session):
    dbt.config(materialized="table")
    readings = dbt.ref("int_market_readings")
    return daily_vna(
        dbt.ref("int_curve_nodes").filter("curve_id = 'br_real'").to_arrow_table(),
        quotes=dbt.ref("int_bonds_known").filter("family = 'ntnb'").to_arrow_table(),
        published=readings.filter("series_id = 'br_vna_ntnb'").to_arrow_table(),
        prints=readings.filter("series_id = 'br_ipca_mom'").to_arrow_table(),
        survey=readings.filter("series_id = 'br_focus_ipca_12m_smoothed'").to_arrow_table(),
        anchors=dbt.ref("int_index_anchors").to_arrow_table(),
    )
