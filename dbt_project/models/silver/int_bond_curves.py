"""Grain: curve_id, reference_date, available_at, tenor_bd. Curves stripped from federal bonds; see models_py.quant.bond_curves."""

from models_py.quant.bond_curves import bond_curves


def model(dbt, session):
    dbt.config(materialized="table")
    overnight = dbt.ref("int_spliced").filter("series_id = 'br_cdi_spliced'")
    premium = dbt.source("seeds", "ltn_premium")
    return bond_curves(dbt.ref("int_bonds_known").to_arrow_table(), overnight.to_arrow_table(), premium.to_arrow_table())
