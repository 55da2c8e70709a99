"""Grain: release_lag, frequency, event, event_date. When each became known by its rule; see models_py.quant.release_times."""

from models_py.quant.release_times import release_times


def model(dbt, session):
    dbt.config(materialized="table")
    return release_times(dbt.ref("int_release_events").to_arrow_table(), dbt.ref("int_release_calendar").to_arrow_table())
