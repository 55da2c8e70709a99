"""Runs, sources, scores and checks of the Data page as tables for people."""

from datetime import datetime
from typing import Any

import polars as pl

from app.dashboard.instants import SAO_PAULO
from app.dashboard.numbers import number


def runs_shown(found: pl.DataFrame) -> pl.DataFrame:
    """Runs for people."""
    rows = [
        {
            "run": f"{row['at'].astimezone(SAO_PAULO):%Y-%m-%d %H:%M}",
            "sources": number(row["sources"], ",d"),
            "requests": number(row["polls"], ",d"),
            "ok": number(row["ok"], ",d"),
            "unchanged": number(row["unchanged"], ",d"),
            "empty": number(row["empty"], ",d"),
            "retried": number(row["retried"], ",d"),
            "wrong": number(row["wrong"], ",d"),
            "MB": number(row["bytes"] / 1e6, ",.1f"),
            "release": row["release"] or "none",
            "first that went wrong": row["why"],
        }
        for row in found.iter_rows(named=True)
    ]
    return pl.DataFrame(rows)


def sources_shown(found: pl.DataFrame, known: datetime) -> pl.DataFrame:
    """Sources for people."""
    rows = []
    for row in found.iter_rows(named=True):
        late = [f"{row['late']} late"] * bool(row["late"]) + [f"{row['stale']} stale"] * bool(row["stale"])
        rows.append(
            {
                "source": row["source"],
                "last success": _ago(row["last_success"], known),
                "last date": str(row["last_date"] or ""),
                "series": number(row["series"], ",d"),
                "oldest against its promise": "" if row["worst"] is None else f"{row['worst']} {row['age_bd']} of {row['max_age_bd']} bd",
                "beyond it": ", ".join(late),
                "rows": number(row["rows"], ",d"),
                "quarantine": number(row["quarantined"], ",d"),
                "sessions left": "" if row["sessions_left"] is None else str(row["sessions_left"]),
                "wrong": row["why"],
            }
        )
    return pl.DataFrame(rows)


def perishables_shown(found: pl.DataFrame) -> pl.DataFrame:
    """What sources drop, for people."""
    rows = [
        {
            "source": row["source"],
            "what": row["kind"],
            "newest held": str(row["newest"] or "none"),
            "kept, sessions": number(row["keeps"], ",d"),
            "sessions left": number(row["sessions_left"], ",d"),
            "missed, still to be had": ", ".join(row["missed"]),
            "lost for good": _few(row["lost"]),
        }
        for row in found.iter_rows(named=True)
    ]
    return pl.DataFrame(rows)


def _few(days: list[str]) -> str:
    return ", ".join(days[-5:]) + (f" and {len(days) - 5} before" if len(days) > 5 else "")


def dimensions_shown(found: pl.DataFrame) -> pl.DataFrame:
    """Scores for people: 100 only where nothing is missing."""
    shown: list[dict[str, Any]] = [
        {name.replace("_", " "): value if name == "source" else number(value, ".2f") for name, value in row.items()}
        for row in found.iter_rows(named=True)
    ]
    return pl.DataFrame(shown)


def checks_shown(found: pl.DataFrame) -> pl.DataFrame:
    """Checks for people, with what an identity compared where the release says it."""
    rows = []
    for row in found.iter_rows(named=True):
        gap = "" if row.get("worst_gap") is None else f"{row['worst_gap']:.3g} on {row['worst_date']}"
        compared = row.get("rows_checked")
        rows.append(
            {
                "check": row["name"].replace("_", " "),
                "kind": row["kind"],
                "status": row["status"],
                "fails": number(row["failures"], ",d"),
                "compared": "" if compared is None else number(compared, ",d"),
                "largest gap": gap,
                "detail": (row["detail"] or "")[:160],
            }
        )
    return pl.DataFrame(rows)


def _ago(at: datetime | None, known: datetime) -> str:
    if at is None:
        return "never"
    hours = (known - at).total_seconds() / 3600
    return f"{at.astimezone(SAO_PAULO):%Y-%m-%d %H:%M}" + (f", {number(hours / 24, ',.0f')} d ago" if hours >= 24 else "")
