"""Grain: series_id, reference_date, available_at. Tone of central banks by document; see models_py.nlp.paths."""

from models_py.nlp.paths import tone_paths


def model(dbt, session):
    dbt.config(materialized="table")
    kinds = "kind in ('copom_stmt', 'copom_min', 'fomc_stmt', 'fomc_min')"
    return tone_paths(dbt.ref("int_document_vintages").filter(kinds).to_arrow_table())
