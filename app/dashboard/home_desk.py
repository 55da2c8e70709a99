"""What the desk thinks and what is wrong, as Home shows it: agents, scores, problems of the desk and of the data."""

from typing import Any

import polars as pl

from app.dashboard.numbers import number
from models_py.execution.meaning import of_contract
from models_py.gold import Release
from models_py.ledger.book import Book

LINES: dict[str, pl.DataType | type[pl.DataType]] = {
    "contract": pl.String, "held": pl.Int64, "target": pl.Float64, "sized": pl.Float64, "limited": pl.Float64, "end": pl.Int64,
    "why": pl.String,
}  # fmt: skip

# numbers of an agent's model that say where it stands, in words
MODEL = {"i_star": "policy rate by the rule", "path_mean": "mean path it implies", "gap_mp": "market less path"}
CLASSES = {"rates_br": "Brazilian rates", "inflation_br": "Brazilian inflation", "fx_usdbrl": "USDBRL"}


def agent_lines(decision: dict[str, Any]) -> list[str]:
    """One line an agent: where it stands, with what confidence, and why not where it is silent."""
    lines = []
    for view in decision["views"]:
        said = {name: value for name, value in view["evidence"] if value is not None and name in MODEL}
        evidence = ", ".join(f"{MODEL[name]} {number(value, '+.2%' if name == 'gap_mp' else '.2%')}" for name, value in said.items())
        score = "no view" if view["score"] is None else f"score {number(view['score'], '+.2f')}"
        told = f"{view['status']}: {view['reason']}" if view["status"] != "OK" else evidence
        about = CLASSES.get(view["asset_class"], view["asset_class"])
        lines.append(f"**{view['agent'].capitalize()}** agent on {about}: {score}, confidence {view['confidence']:.2f} · {told}")
    return lines


def scores(decision: dict[str, Any]) -> pl.DataFrame:
    """Scores with their status, of the strategies that are built."""
    rows = [
        {
            "strategy": f"{score['strategy']} ({score['code']})",
            "score": "no view" if score["score"] is None else number(score["score"], "+.2f"),
            "status": score["status"],
            "why": score["reason"] or "",
        }
        for score in decision["scores"]
        if score["status"] != "NOT BUILT"
    ]
    return pl.DataFrame(rows, {"strategy": pl.String, "score": pl.String, "status": pl.String, "why": pl.String})


def lines(decision: dict[str, Any]) -> pl.DataFrame:
    """From target to order by contract, as journalled; what rounds to nothing is left out."""
    frame = pl.DataFrame(decision.get("lines", []), LINES)
    return frame.filter(pl.max_horizontal(pl.col("held", "target", "sized", "limited", "end").abs()) >= 0.5)


def lines_shown(followed: pl.DataFrame) -> pl.DataFrame:
    """The same for people."""
    rows = [
        {
            "contract": row["contract"].upper(),
            "to be": of_contract(row["contract"], row["target"]),
            "held": number(row["held"], "+,d"),
            "target": number(row["target"], "+,.0f"),
            "after stops and scale": number(row["sized"], "+,.0f"),
            "within limits": number(row["limited"], "+,.0f"),
            "ordered to be": number(row["end"], "+,d"),
            "why not the target": row["why"],
        }
        for row in followed.iter_rows(named=True)
    ]
    return pl.DataFrame(rows)


def desk_problems(book: Book | None) -> list[str]:
    """What is wrong with the desk, in words: a stop, signals that do not speak, orders that did not go or fill."""
    if book is None:
        return []
    found = [f"**Trading is halted**: {book.halt.reason}"] if book.halt.is_halted else []
    decision = book.last_decision
    if decision:
        spoken = [(score["strategy"], score) for score in decision["scores"]] + [(f"{v['agent']} agent", v) for v in decision["views"]]
        wrong = [(name, what) for name, what in spoken if what["status"] not in ("OK", "DEGRADED", "NOT BUILT")]
        found += [f"{name}: {what['status']}, {what['reason']}" for name, what in wrong]
    found += [f"order {refused['order_id']} refused, {'; '.join(refused['why'])}" for refused in book.refusals[-3:]]
    return found + [f"order {lapse['order_id']} lapsed: {lapse['reason']}" for lapse in book.lapses[-3:]]


def data_problems(release: Release) -> pl.DataFrame:
    """What the release's own checks found: series that are late, stale or missing, tests and expectations that warn or fail."""
    return release.sql(
        """
        select name, lower(status) as status, detail from gold.quality
        where kind = 'series' and status <> 'OK' or kind in ('test', 'expectation') and status <> 'pass'
        order by kind <> 'series' desc, status = 'STALE', status, name
        """
    )


def tally(found: pl.DataFrame) -> str:
    """Problems of the data counted by what they are: `2 late, 195 stale`."""
    counts = found.group_by("status", maintain_order=True).len()
    return ", ".join(f"{number} {status}" for status, number in counts.iter_rows())
