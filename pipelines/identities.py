"""The identities among published figures, as the project lists them and as a release found them.

They are written in one place, `dbt_project/models/silver/int_identity_checks.yml`; what came of them stands in a release's table of checks.
"""

from typing import Any

import yaml

from models_py.gold import Release
from models_py.kernel.settings import ROOT
from pipelines import tables

LISTED = ROOT / "dbt_project" / "models" / "silver" / "int_identity_checks.yml"


def written() -> list[dict[str, Any]]:
    """Identity, what it says, tolerance, unit, its reason and severity, in the order of the file."""
    (model,) = yaml.safe_load(LISTED.read_text())["models"]
    found = []
    for test in model["data_tests"]:
        one, said = test["identity"], test["identity"]["arguments"]
        severity = (one.get("config") or {}).get("severity", "error")
        found.append(
            {"identity": one["name"], "says": said["says"], "within": str(said["within"]), "unit": said["unit"],
             "because": said["because"], "severity": severity}
        )  # fmt: skip
    return found


def found_by(release: Release | None) -> list[dict[str, Any]]:
    """Every identity with world, status, rows checked and missed, worst date and gap. Without a release none was checked."""
    results: dict[str, dict[str, Any]] = {}
    if release is not None and "rows_checked" in release.sql("select * from gold.quality limit 0").columns:
        rows = release.sql("select * from gold.quality where kind = 'identity'")
        results = {row["name"]: row for row in rows.iter_rows(named=True)}
    none = dict.fromkeys(("source", "failures", "rows_checked", "worst_date", "worst_gap"))
    return [
        one
        | {"world": release.world_id if release is not None else None}
        | {"status": (row := results.get(one["identity"], none)).get("status") or "not checked"}
        | {name: row[name] for name in none}
        for one in written()
    ]


def as_text(found: list[dict[str, Any]]) -> str:
    """A line an identity, those that fail first."""
    order = ("fail", "warn", "pass", "not checked")
    ranked = sorted(found, key=lambda one: (order.index(one["status"]), one["identity"]))
    rows = [
        (
            one["identity"], one["status"], f"{one['rows_checked'] or 0:,}", f"{one['failures'] or 0:,}",
            "" if one["worst_gap"] is None else f"{one['worst_gap']:.2g} on {one['worst_date']}", f"{one['within']} {one['unit']}",
        )
        for one in ranked
    ]  # fmt: skip
    checked = sum(bool(one["rows_checked"]) for one in found)
    world = found[0]["world"] or "nothing is published"
    title = f"{len(found)} identities, {checked} checked in {world}; the others: inputs missing"
    return tables.text(title, ("identity", "status", "rows", "miss", "worst", "within"), rows)
