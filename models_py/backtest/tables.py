"""Tables and lists of a replay's page: result, months, regimes, trading, risk, grades, inputs, and what the result is not."""

from collections.abc import Iterable, Sequence
from html import escape
from math import isfinite, sqrt

import numpy as np

from models_py.backtest import costs, metrics, sharpe
from models_py.backtest.inputs import worst_grade
from models_py.backtest.replay import Replay
from models_py.kernel.registry import agents, strategies

SEED = 20100104                  # of the bootstrap


def results(replay: Replay) -> str:
    columns = ["", "return % a year", "vol %", "Sharpe ± se", "Lo", "worst drawdown %", "under water", "months up", "skew", "tail", "PSR"]
    rows = [_line("desk, after costs", replay.excess, replay), _line("desk, before costs", replay.gross, replay)]
    rows += [_line(name, column, replay) for name, column in zip(replay.signals, replay.by_signal.T, strict=True)]
    x = replay.excess
    skewness, kurtosis = sharpe.shape(x)
    ratio = sharpe.ratio(x) / sqrt(sharpe.YEAR)
    spread = max((sharpe.error(x) / sqrt(sharpe.YEAR)) ** 2, 0.0) if len(x) > 1 else 0.0
    deflated = sharpe.deflated(ratio, len(x), skewness, kurtosis, trials=replay.trials, variance=spread)
    low, high = sharpe.bootstrap(x, seed=SEED)
    note = (
        f"Deflated Sharpe ratio {_number(deflated, 3)} with N = {replay.trials} (parameters are the specification's; promotion asks 0.95). "
        f"Sharpe ratio between {_number(low)} and {_number(high)} in 90 % of stationary bootstraps (mean block 21 days, seed {SEED}). "
        "Lines of signals are their share of the desk's own book, on the desk's NAV."
    )
    return _table(columns, rows) + f'<p class="sub">{note}</p>'


def _line(name: str, x: np.ndarray, replay: Replay) -> list[str]:
    s = metrics.summarise(x, replay.sessions)
    return [
        name, _percent(s.annual_return), _percent(s.volatility, sign=False), f"{_number(s.sharpe)} ± {_number(s.sharpe_error)}",
        _number(s.sharpe_lo), _percent(s.max_drawdown, sign=False), f"{s.days_under_water:,}", _percent(s.hit_months, 0, sign=False),
        _number(s.skew), _number(s.tail_ratio), _number(s.psr),
    ]  # fmt: skip


def months(replay: Replay) -> str:
    found_months = metrics.monthly(replay.excess, replay.sessions)
    years = sorted({month[:4] for month in found_months})
    names = [f"{m:02d}" for m in range(1, 13)]
    rows = []
    for year in years:
        found = [found_months.get(f"{year}-{month}") for month in names]
        whole = float(np.prod([1 + r for r in found if r is not None]) - 1)
        rows.append([year, *("" if r is None else f"{r * 100:+.1f}" for r in found), f"{whole * 100:+.1f}"])
    return _table(["", *names, "year"], rows)


def regimes(replay: Replay) -> str:
    rows = [[n, f"{days:,}", _percent(r), _number(s)] for n, (days, r, s) in metrics.by_period(replay.excess, replay.sessions).items()]
    return _table(["regime", "sessions", "return % a year", "Sharpe"], rows)


def trading(replay: Replay) -> str:
    rows = [
        [name, _percent(costs.drag(column)), f"{int((column > 0).sum()):,}"]
        for name, column in zip(replay.signals, replay.cost_by_signal.T, strict=True)
    ]
    rows.append(["desk", _percent(costs.drag(replay.cost)), f"{int((replay.cost > 0).sum()):,}"])
    years = max(len(replay.sessions) / sharpe.YEAR, 1e-9)
    refused = ", ".join(f"{code} {count:,}" for code, count in sorted(replay.refused.items())) or "none"
    note = (
        f"Costs took {_percent(costs.share_of_gross(replay.gross, replay.cost), 0, sign=False)} % of the gross gain. Turnover "
        f"{replay.turnover.sum() / years:.1f} times NAV a year, one way, of contract values (a DI1 counts its whole PU). "
        f"{replay.orders:,} orders, {replay.fills:,} fills, {replay.lapses:,} lapsed for want of a price; refused by checks: {refused}."
    )
    return _table(["", "cost % of NAV a year", "sessions traded"], rows) + f'<p class="sub">{escape(note)}</p>'


def risk(replay: Replay) -> str:
    bound = ", ".join(f"{limit} on {count:,}" for limit, count in sorted(replay.binding.items())) or "none on any"
    stopped = "; ".join(f"{name} suspended on {day}, 20 % below its high, flat until approved" for name, day in replay.suspended.items())
    scale = float(np.nanmean(replay.scale)) if len(replay.scale) else float("nan")
    items = [
        f"Limits that cut the target: {bound} of {len(replay.decided):,} decisions.",
        f"Vol target scale, mean {scale:.2f} (target 6 % a year, scale at most 1.5; volatility found: "
        f"{metrics.summarise(replay.excess, replay.sessions).volatility * 100:.1f} %).",
        f"Risk could not be measured, and no new risk was taken, at {replay.unmeasured:,} decisions.",
        f"A circuit breaker was on at {replay.halved:,} decisions.",
        stopped or "No strategy was suspended.",
    ]
    return _list(items)


def grades(replay: Replay) -> str:
    horizons = {name: strategy.horizon for name, strategy in strategies().items()}
    horizons |= {f"agent {name}": f"{agent.horizon_days} sessions" for name, agent in agents().items()}
    rows = []
    for name, counts in sorted(replay.statuses.items()):
        days = sum(counts.values())
        said = ", ".join(f"{status} {count / days:.0%}" for status, count in sorted(counts.items()))
        fresh = replay.last_fresh.get(name)
        grade = worst_grade(replay.inputs, name.removeprefix("agent "))
        rows.append([name, grade, horizons.get(name, ""), said, "never" if fresh is None else str(fresh)])
    columns = ["", "weakest grade", "horizon", "status over the decisions", "last OK"]
    return _table(columns, rows, text=4) + (
        '<p class="sub">market: quoted; derived: computed from quoted prices by a published rule; proxy: stands for something else. '
        "inflation_br_focus_gap is the 12-month form: breakeven of 252 business days against Focus 12 months.</p>"
    )


def inputs(replay: Replay) -> str:
    rows = [[i.series_id, i.grade, str(i.first or ""), str(i.last or ""), f"{i.rows:,}", f"{i.assumed:.0%}"] for i in replay.inputs]
    total = sum(i.rows for i in replay.inputs)
    assumed = sum(i.rows * i.assumed for i in replay.inputs) / total if total else 0.0
    note = f"{assumed:.1%} of the rows have a publication time that is assumed by rule, not on record."
    return _table(["series", "grade", "first", "last", "rows", "time assumed"], rows, text=2) + f'<p class="sub">{note}</p>'


def limits(replay: Replay) -> str:
    items = [
        "Fills are whole, at the session's settlement, plus the one-way cost of the specification (doubled with the VIX above 30). "
        "Impact is not charged: volumes are no input yet.",
        "Stops, hit rates and crowding are of each signal's own paper result, not of the book's fills.",
        "A suspension at 20 % waits for a person; a replay has none, so that a suspended strategy stays flat to the end.",
        "The regime multiplier is 1 until the cross-asset agent is there.",
        "Rules and parameters were written with this history known: a replay checks the machine and bounds hope, it is no forecast.",
    ]
    if replay.simulated:
        items.insert(0, "The world is simulated: its premia are what its author wrote into it. Nothing here is evidence about a market.")
    elif any(i.grade == "derived" for i in replay.inputs):
        items.insert(
            0, "Curves are derived from federal bonds less a measured premium, and contracts are marked on them: no bid or offer of a "
            "future of those days was traded at these prices. The dollar future carries no cupom basis.",
        )  # fmt: skip
    return _list(items)


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]], text: int = 1) -> str:
    """Rows of text; the first `text` columns are words, the others numbers."""
    mark = ["t" if k < text else "n" for k in range(len(columns))]
    head = "".join(f'<th class="{m}">{escape(c)}</th>' for m, c in zip(mark, columns, strict=True))
    body = "".join("<tr>" + "".join(f'<td class="{m}">{escape(c)}</td>' for m, c in zip(mark, r, strict=True)) + "</tr>" for r in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _list(items: Sequence[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(item)}</li>' for item in items)}</ul>"


def _number(value: float, digits: int = 2) -> str:
    return f"{value:.{digits}f}" if isfinite(value) else "–"


def _percent(value: float, digits: int = 2, *, sign: bool = True) -> str:
    if not isfinite(value):
        return "–"
    return f"{value * 100:+.{digits}f}" if sign else f"{value * 100:.{digits}f}"
