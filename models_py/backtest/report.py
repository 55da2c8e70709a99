"""A replay on one page: static HTML with its charts inside, readable without a network and on paper.

Every number says its unit; what is simulated, derived, assumed or stale says so at the top, not in a footnote.
"""

from collections.abc import Iterable
from html import escape
from math import isfinite, sqrt
from pathlib import Path

import numpy as np

from models_py.backtest import metrics, sharpe, svg, tables
from models_py.backtest.replay import Replay
from models_py.risk.limits import LIMITS

WORLDS = {"sandbox": ("SIMULATED", "#E69F00", "#000"), "files": ("FILES", "#0072B2", "#fff"), "live": ("LIVE", "#009E73", "#000")}
STYLE = """
:root{color-scheme:light}
body{font:14px/1.45 system-ui,sans-serif;max-width:860px;margin:0 auto;padding:16px;color:#1a1a1a;background:#fff}
h1{font-size:21px;margin:8px 0} h2{font-size:15px;margin:22px 0 4px} p{margin:4px 0 8px} .sub{color:#666;font-size:12px}
.banner{padding:6px 12px;font-weight:700;letter-spacing:.06em;-webkit-print-color-adjust:exact;print-color-adjust:exact}
table{border-collapse:collapse;width:100%;font-size:12px}
th,td{padding:3px 6px;text-align:right;border-bottom:1px solid #e3e3e3;font-variant-numeric:tabular-nums;vertical-align:top}
th.t,td.t{text-align:left} td:not(.t){white-space:nowrap} .wide{overflow-x:auto} li{margin:2px 0}
svg{width:100%;min-width:600px;height:auto} svg text{font:11px system-ui,sans-serif} svg text:not([fill]){fill:#1a1a1a}
@media print{body{max-width:none;padding:0;font-size:11px} section{break-inside:avoid}}
"""


def write(replay: Replay, path: Path | str) -> Path:
    """Write the page; its path. The same replay gives the same bytes."""
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(html(replay), encoding="utf-8")
    return target


def html(replay: Replay) -> str:
    """The whole page."""
    name, colour, ink = WORLDS.get(replay.world_id.split(":")[0], (replay.world_id.upper(), "#666666", "#fff"))
    first, last = (str(replay.sessions[k]) for k in (0, -1)) if len(replay.sessions) else ("-", "-")
    whose = "no real market, no real money" if replay.simulated else "real history, replayed"
    parts = [
        f'<div class="banner" style="background:{colour};color:{ink}">{escape(name)} · {whose}</div>',
        f"<h1>{escape(finding(replay))}</h1>",
        f'<p class="sub">Replay of the desk, {first} to {last}, {len(replay.sessions):,} sessions · world {escape(replay.world_id)} · '
        f"release {escape(replay.release_id)} · BRL {replay.nav[0] / 1e6:,.1f} mn at the first close · "
        "results after costs, over the CDI, in percent of NAV</p>",
        *_charts(replay),
        _section("Result", tables.results(replay)),
        _section("Month by month, % over the CDI after costs", tables.months(replay)),
        _section("By regime", tables.regimes(replay)),
        _section("Costs and trading", tables.trading(replay)),
        _section("Risk and stops", tables.risk(replay)),
        _section("What each strategy was read from", tables.grades(replay)),
        _section("Inputs", tables.inputs(replay)),
        _section("What this result is not", tables.limits(replay)),
    ]
    title = f"Replay {first} to {last}"
    head = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title><style>{STYLE}</style>'
    return f'<!doctype html><html lang="en"><head>{head}</head><body>{"".join(parts)}</body></html>\n'


def finding(replay: Replay) -> str:
    """The result in one sentence, good or bad."""
    x = replay.excess
    ratio, error = sharpe.ratio(x), sharpe.error(x)
    if not (isfinite(ratio) and isfinite(error)):
        return "The desk held no position: there is no result"
    mean = float(x.mean() * sharpe.YEAR)
    verdict = "cannot be told from luck" if abs(ratio) < 2 * error else "is more than two standard errors from zero"
    return f"The desk made {mean * 100:+.2f} % a year over the CDI after costs: Sharpe {ratio:.2f} ± {error:.2f}, which {verdict}"


def _charts(replay: Replay) -> Iterable[str]:
    if len(replay.sessions) < 2:
        return
    total = np.cumsum(np.log1p(replay.excess))
    names = sorted({*replay.signals, *replay.scores})
    colours = {_short(name): svg.COLOURS[1 + k % (len(svg.COLOURS) - 1)] for k, name in enumerate(names)}
    parts = {"desk": total} | {_short(name): np.cumsum(column) for name, column in zip(replay.signals, replay.by_signal.T, strict=True)}
    yield _section(
        "Where the result came from", svg.lines(replay.sessions, parts, unit="%, cumulative, over CDI", colours=colours),
        "Sum of daily results after costs, % of NAV; the desk's line is compounded.",
    )  # fmt: skip
    yearly = {_short(name): float(column.mean() * sharpe.YEAR) for name, column in zip(replay.signals, replay.by_signal.T, strict=True)}
    if yearly:
        yearly["costs, in all of the above"] = -float(replay.cost.mean() * sharpe.YEAR)
        yield _section("Who made it", svg.bars(list(yearly), list(yearly.values()), unit="% of NAV a year, after costs"))
    depth = metrics.drawdowns(replay.excess)
    worst = f"Worst {depth.max() * 100:.1f} %, longest {metrics.under_water(replay.excess):,} sessions under water."
    yield _section("How far below its high", svg.lines(replay.sessions, {"drawdown": -depth}, unit="%", fill=True, height=170), worst)
    year = sharpe.YEAR
    if len(replay.sessions) > year:
        windows = np.lib.stride_tricks.sliding_window_view(replay.excess, year)
        sd = windows.std(axis=1, ddof=1)
        rolled = np.where(sd > 0, windows.mean(axis=1) / np.where(sd > 0, sd, 1) * sqrt(year), np.nan)
        chart = svg.lines(replay.sessions[year - 1 :], {"1-year Sharpe": rolled}, unit="ratio", percent=False, height=170)
        yield _section("Sharpe ratio of the last year", chart)
    hard = next(limit.hard for limit in LIMITS if limit.id == "L1")
    used = {"VaR 99 % 1 day": replay.value_at_risk, "limit L1": np.full(len(replay.value_at_risk), hard)}
    yield _section("Value at risk against its limit", svg.lines(replay.decided, used, unit="% of NAV", height=170))
    scores = {_short(name): values for name, values in replay.scores.items()}
    yield _section(
        "Scores as traded", svg.lines(replay.decided, scores, unit="score", percent=False, height=190, colours=colours),
        "+1 full long, −1 full short.",
    )


def _section(title: str, body: str, sub: str = "") -> str:
    told = f'<p class="sub">{escape(sub)}</p>' if sub else ""
    return f'<section><h2>{escape(title)}</h2>{told}<div class="wide">{body}</div></section>'


def _short(name: str) -> str:
    """A signal's name as short as a label needs."""
    return {"agent_monetary_rates_br": "monetary agent"}.get(name, name.replace("_br_", " ").replace("_usdbrl_", " ").replace("_", " "))
