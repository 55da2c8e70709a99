"""B3, quotes of the day (`cotacao.b3.com.br/mds/api/v1/DerivativeQuotation/{X}`): futures of a commodity, fifteen minutes late, JSON.

While a session is open the answer bears the clock's time in São Paulo; after it and on other days, the time at which the last session
closed, with its last quotes. Contracts that do not trade have the settlement of the eve and limits alone. Of a commodity that is none
the service says so with status 200: how it does is not on record.
"""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

import numpy as np

from pipelines.sandbox.render._b3_trades import Instrument, instruments
from pipelines.sandbox.view import SAO_PAULO, View
from pipelines.sandbox.wire import JSON, Answer, Call, as_json, not_found
from pipelines.sandbox.world.intraday import MINUTES, OPENS, SIGMA, STEPS, Path, paths

SOURCE = "b3_intraday"
_PATH = "/mds/api/v1/DerivativeQuotation"
ROUTES = tuple(f"{_PATH}/{family}" for family in SIGMA)
DELAY = timedelta(minutes=15)

_ROUTE = re.compile(rf"{_PATH}/(\w{{1,6}})/?")
_TITLES = {"DI1": "DI DE 1 DIA", "DAP": "CUPOM DE IPCA", "DDI": "CUPOM CAMBIAL", "FRC": "FRA DE CUPOM", "DOL": "DOLAR"}
_TICK = {"DI1": 0.005, "DAP": 0.005, "DDI": 0.01, "FRC": 0.01, "DOL": 0.5}
_WIDTH = 0.06                              # limits around the settlement of the eve, as a share, and least in points
_LEAST = 0.9


def key(call: Call) -> str:
    """The commodity asked for."""
    return call.route.rstrip("/").rsplit("/", 1)[-1]


def answer(call: Call, view: View) -> Answer:
    found = _ROUTE.fullmatch(call.route)
    if found is None:
        return not_found(call, ROUTES)
    at, day, steps = _moment(view)
    message = {"dtTm": f"{at:%Y-%m-%d %H:%M:%S}"}
    if found[1] not in SIGMA or day is None:
        return Answer(as_json({"BizSts": {"cd": "NOK", "desc": "Quote not available."}, "Msg": message}), JSON)
    securities = view.memory.get(("b3_intraday", found[1], str(day), steps), lambda: _securities(view, found[1], day, steps))
    return Answer(as_json({"BizSts": {"cd": "OK"}, "Msg": message, "Scty": securities}), JSON)


def _moment(view: View) -> tuple[datetime, np.datetime64 | None, int]:
    """What the answer says the time is, the session it is of, and how many steps of it are out."""
    now = view.now.astimezone(SAO_PAULO)
    days = view.sessions
    opening = now.replace(hour=OPENS, minute=0, second=0, microsecond=0)
    is_today = days.size > 0 and days[-1] == np.datetime64(now.date())
    if is_today and now >= opening:
        steps = min(max(int((now - DELAY - opening) / timedelta(minutes=MINUTES)), 0), STEPS)
        return min(now, opening + timedelta(minutes=MINUTES * STEPS) + DELAY), days[-1], steps
    before = days[:-1] if is_today else days
    if not before.size:
        return now, None, 0
    day = before[-1].item()
    closing = datetime(day.year, day.month, day.day, OPENS, tzinfo=SAO_PAULO) + timedelta(minutes=MINUTES * STEPS) + DELAY
    return closing, before[-1], STEPS


def _securities(view: View, family: str, day: np.datetime64, steps: int) -> list[dict[str, object]]:
    settlements, sessions = view.archive.settlements(day, corrected=False), view.exchange.sessions
    eve = int(np.searchsorted(sessions, day)) - 1
    held = dict(view.archive.settlements(sessions[eve], corrected=True).select("symbol", "open_interest").iter_rows()) if eve >= 0 else {}
    traded = {one.symbol: one for one in instruments(settlements, view.seed, day) if one.family == family}
    found = [
        _security(path, traded[path.symbol], family, steps, held.get(path.symbol))
        for path in paths(view.seed, day, family, settlements, steps)
    ]
    if family == "DI1":
        spot = {"AsstSummry": {"mtrtyCode": "9999-12-31"}, "code": family}
        found.append({"SctyQtn": {}, "asset": spot, "mkt": {"cd": "SPOT"}, "symb": "DI1D", "desc": "DI1 SIMULADO"})
    return found


def _security(path: Path, one: Instrument, family: str, steps: int, held: int | None) -> dict[str, object]:
    """A contract; `one` says how much it trades in the whole session, `held` its open interest at the eve."""
    share, tick = steps / STEPS, _TICK[family]
    trades = int(one.figures.get("RglrTxsQty", 0) * share)
    quotes: dict[str, float] = {}
    if path.previous is not None:
        reach = max(_WIDTH * abs(path.previous), _LEAST)
        quotes = {
            "bottomLmtPric": _to(path.previous - reach, tick), "prvsDayAdjstmntPric": path.previous,
            "topLmtPric": _to(path.previous + reach, tick),
        }  # fmt: skip
    summary: dict[str, object] = {"mtrtyCode": path.maturity}
    bid: Mapping[str, object] = {}
    ask: Mapping[str, object] = {}
    if trades and path.prices.size:
        last = _to(float(path.prices[-1]), tick)
        quotes |= {
            "opngPric": _to(float(path.prices[0]), tick), "minPric": _to(float(path.prices.min()), tick),
            "maxPric": _to(float(path.prices.max()), tick), "avrgPric": round(float(path.prices.mean()), 4), "curPrc": last,
        }  # fmt: skip
        contracts = trades * 12
        face = last * 50 if family == "DOL" else 100_000.0
        interest = {"opnCtrcts": held} if held else {}
        summary = {
            "grssAmt": round(contracts * face, 2), **summary, **interest, "tradQty": trades, "traddCtrctsQty": contracts,
        }  # fmt: skip
        bid, ask = {"buyOffer": {"price": _to(last - tick, tick)}}, {"sellOffer": {"price": _to(last + tick, tick)}}
    asset = {"AsstSummry": summary, "code": family}
    named = {"symb": path.symbol, "desc": f"{_TITLES[family]} SIMULADO"}
    return {"SctyQtn": quotes, "asset": asset, **bid, "mkt": {"cd": "FUT"}, **ask, **named}


def _to(value: float, tick: float) -> float:
    return round(round(value / tick) * tick, 3)
