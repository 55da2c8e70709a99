"""The book as text: scores, views, targets, orders, fills, positions, P&L, value at risk, stress, limits."""

from collections.abc import Mapping, Sequence
from typing import Any

from models_py.execution.meaning import of_contract, of_leg
from pipelines import tables

SEEN = 0.5                    # contracts: what rounds to nothing is no line


def book_text(book: Mapping[str, Any]) -> str:
    """The desk's summary for a person. Amounts are BRL."""
    decision = book["decision"]
    late = ", catch-up: made when the session's settlement window was over" if decision["catch_up"] else ""
    silent = "; nothing was sent for it" if decision["sends"] is False else ""
    head = f"decision {decision['decision_id']} for session {decision['session']}{late}{silent}"
    wanted = [_scores(book), _targets(book), _lines(book["lines"]), _orders(book["orders"])]
    return "\n\n".join([head, *wanted, _fills(book["fills"]), _positions(book["positions"]), _pnl(book), _risk(book)])


def _scores(book: Mapping[str, Any]) -> str:
    spoken = [s for s in book["scores"] if s["status"] != "NOT BUILT"]
    rows = [(s["strategy"], s["code"], _number(s["score"]), s["status"], s["reason"] or "") for s in spoken]
    rows += [
        (f"agent {v['agent']}", f"{v['asset_class']} ({v['confidence']:.2f})", _number(v["score"]), v["status"], v["reason"] or "")
        for v in book["views"]
    ]
    table = tables.text("Scores", ("who", "code or class (confidence)", "score", "status", "why"), rows)
    silent = len(book["scores"]) - len(spoken)
    return f"{table}\n  {silent} more NOT BUILT here, for want of inputs or legs: `macro strategies`" if silent else table


def _targets(book: Mapping[str, Any]) -> str:
    rows = []
    for target in book["targets"]:
        exposure = target["exposure"] * book["nav"]
        unit = "BRL" if target["leg"].startswith("usd") else "BRL a basis point"
        rows.append((target["leg"], of_leg(target["leg"], exposure), unit, f"{abs(exposure):,.0f}"))
    return tables.text("Targets, before stops, volatility target and limits", ("leg", "to be", "unit", "exposure"), rows, numbers=1)


def _lines(lines: Sequence[Mapping[str, Any]]) -> str:
    """From target to order, by contract; `why` where the position after the order is not the target."""
    numbers = ("held", "target", "sized", "limited", "end")
    rows = [
        (line["contract"], *(f"{line[name]:+,.0f}" for name in numbers), line["why"])
        for line in lines
        if any(abs(line[name]) >= SEEN for name in numbers)
    ]
    columns = ("contract", "held", "target", "after stops and scale", "within limits", "ordered to be", "why not the target")
    return tables.text("From target to order, contracts", columns, rows, middle=5)


def _orders(orders: Sequence[Mapping[str, Any]]) -> str:
    rows = [
        (
            o["contract"], o["side"], of_contract(o["contract"], o["quantity"]), o["session"], ", ".join(o["allocation"]), o["purpose"],
            o["state"], f"{o['quantity']:+,d}",
        )
        for o in orders
    ]  # fmt: skip
    columns = ("contract", "side on screen", "to be", "session", "for", "purpose", "state", "contracts")
    told = [f"  {o['contract']} {o['state']}, {o['why']}" for o in orders if o["why"]]
    return "\n".join([tables.text("Orders", columns, rows, numbers=1), *told])


def _fills(fills: Sequence[Mapping[str, Any]]) -> str:
    rows = [(f["contract"], f["session"], f"{f['quantity']:+,d}", f"{f['price']:,.4f}", f"{f['cost']:,.0f}") for f in fills]
    return tables.text("Fills", ("contract", "session", "contracts", "price", "cost, BRL"), rows, numbers=3)


def _positions(positions: Sequence[Mapping[str, Any]]) -> str:
    rows = [
        (
            p["contract"], of_contract(p["contract"], p["quantity"]), p["marked"], p["grade"], f"{p['quantity']:+,d}", f"{p['price']:,.4f}",
            f"{p['value']:+,.0f}", f"{-p['dv01']:+,.0f}" if p["dv01"] else "",
        )
        for p in positions
    ]  # fmt: skip
    columns = ("contract", "we are", "marked", "grade", "contracts", "price", "value, BRL", "BRL for +1 bp")
    return tables.text("Positions", columns, rows, numbers=4)


def _pnl(book: Mapping[str, Any]) -> str:
    rows = [
        (name.replace("_", " "), *(f"{part[kind]:+,.0f}" for kind in ("variation", "cost", "interest", "total")))
        for name, part in book["pnl"].items()
    ]
    told = tables.text("P&L, BRL", ("period", "variation", "cost", "interest", "total"), rows, numbers=4)
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
