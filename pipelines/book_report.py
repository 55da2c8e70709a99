"""The book as text: scores, views, targets, orders, fills, positions, P&L, value at risk, stress, limits."""

from collections.abc import Mapping, Sequence
from typing import Any

from pipelines import tables


def book_text(book: Mapping[str, Any]) -> str:
    """The desk's summary for a person. Amounts are BRL."""
    decision = book["decision"]
    late = ", catch-up: made when the session's settlement window was over" if decision["catch_up"] else ""
    silent = "; nothing was sent for it" if decision["sends"] is False else ""
    head = f"decision {decision['decision_id']} for session {decision['session']}{late}{silent}"
    parts = [head, _scores(book), _targets(book), _orders(book["orders"]), _fills(book["fills"]), _positions(book["positions"])]
    return "\n\n".join([*parts, _pnl(book), _risk(book)])


def _scores(book: Mapping[str, Any]) -> str:
    rows = [(s["strategy"], s["code"], _number(s["score"]), s["status"], s["reason"] or "") for s in book["scores"]]
    rows += [
        (f"agent {v['agent']}", f"{v['asset_class']} ({v['confidence']:.2f})", _number(v["score"]), v["status"], v["reason"] or "")
        for v in book["views"]
    ]
    return tables.text("Scores", ("who", "code or class (confidence)", "score", "status", "why"), rows)


def _targets(book: Mapping[str, Any]) -> str:
    rows = []
    for target in book["targets"]:
        money = target["leg"].startswith("usd")
        exposure = target["exposure"] * book["nav"]
        unit = "BRL long of the leg" if money else "BRL a basis point"
        rows.append((target["leg"], f"{exposure:+,.0f}", unit))
    return tables.text("Targets, before stops, volatility target and limits", ("leg", "exposure", "unit"), rows)


def _orders(orders: Sequence[Mapping[str, Any]]) -> str:
    rows = [
        (o["contract"], o["side"], o["session"], ", ".join(o["allocation"]), o["purpose"], o["state"], f"{o['quantity']:+,d}")
        for o in orders
    ]
    return tables.text("Orders", ("contract", "side on screen", "session", "for", "purpose", "state", "contracts"), rows, numbers=1)


def _fills(fills: Sequence[Mapping[str, Any]]) -> str:
    rows = [(f["contract"], f["session"], f"{f['quantity']:+,d}", f"{f['price']:,.4f}", f"{f['cost']:,.0f}") for f in fills]
    return tables.text("Fills", ("contract", "session", "contracts", "price", "cost"), rows, numbers=3)


def _positions(positions: Sequence[Mapping[str, Any]]) -> str:
    rows = [
        (p["contract"], p["marked"], p["grade"], f"{p['quantity']:+,d}", f"{p['price']:,.4f}", f"{p['value']:+,.0f}", f"{-p['dv01']:+,.0f}")
        for p in positions
    ]
    columns = ("contract", "marked", "grade", "contracts", "price", "value", "BRL for +1 bp")
    return tables.text("Positions (DI1 and DAP: + receives)", columns, rows, numbers=4)


def _pnl(book: Mapping[str, Any]) -> str:
    rows = [
        (name.replace("_", " "), *(f"{part[kind]:+,.0f}" for kind in ("variation", "cost", "interest", "total")))
        for name, part in book["pnl"].items()
    ]
    told = tables.text("P&L", ("period", "variation", "cost", "interest", "total"), rows, numbers=4)
    parts = ", ".join(f"{name} {value:+,.0f}" for name, value in book["pnl_by_strategy"].items())
    return f"{told}\nNAV {book['nav']:,.2f} after session {book['session']}; by strategy since inception: {parts or 'nothing traded'}"


def _risk(book: Mapping[str, Any]) -> str:
    parts = [f"RISK NOT MEASURED: {book['risk_reason']}. No new risk is taken until it is"] if book["risk_reason"] else []
    if book["risk"] is not None:
        parts += _figures(book["risk"])
    held = [
        (r["id"], r["title"], r["status"], _percent(r["value"]), f"{r['hard']:.2%}", _percent(r["used"], 0)) for r in book["limits"]
    ]
    parts.append(tables.text("Limits, shares of NAV", ("id", "limit", "status", "value", "hard", "used"), held, numbers=3))
    return "\n\n".join(parts)


def _figures(risk: Mapping[str, Any]) -> list[str]:
    nav, when = risk["nav"], f"after session {risk['session']}" + ("" if risk["is_current"] else ", the last one measured")
    rows = [
        (name.replace("_", " "), f"{result['var']:,.0f}", f"{result['var'] / nav:.2%}", f"{result['es']:,.0f}")
        for name, result in risk["var"].items()
    ]
    title = f"Risk {when}, 1 day, {risk['days']} days of history"
    families = tables.text(title, ("family", "VaR 99 %", "of NAV", "ES 97.5 %"), rows, numbers=3)
    stressed = [(name, f"{value:+,.0f}", f"{value / nav:+.2%}") for name, value in risk["stress"].items()]
    return [families, tables.text(f"Stress {when}", ("scenario", "P&L", "of NAV"), stressed, numbers=2)]


def _percent(value: float | None, digits: int = 2) -> str:
    return "not measured" if value is None else f"{value:.{digits}%}"


def _number(value: float | None) -> str:
    return "no view" if value is None else f"{value:+.2f}"
