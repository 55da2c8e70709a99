"""Grain: curve_id, reference_date, available_at, tenor_bd. Curves at constant tenors; see models_py.quant.snapshots."""

from models_py.quant.snapshots import points
from models_py.quant.tenors import CURVES


def model(dbt, session):
    dbt.config(materialized="table")
    return points(dbt.ref("int_curve_nodes").filter("starts_with(curve_id, 'br_')").to_arrow_table(), CURVES)
