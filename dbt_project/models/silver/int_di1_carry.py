"""Grain: tenor_bd, reference_date, available_at. Carry and roll-down of received DI1 rates; see models_py.quant.carry."""

from models_py.quant.carry import carries
from models_py.quant.tenors import CARRY


def model(dbt, session):
    dbt.config(materialized="table")
    overnight = dbt.ref("int_spliced").filter("series_id = 'br_cdi_spliced'").to_arrow_table()
    return carries(dbt.ref("int_curve_nodes").filter("curve_id = 'br_di1'").to_arrow_table(), overnight, "br_di1", CARRY)
