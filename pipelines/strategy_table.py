"""The README's table of strategies and agents, rendered from the registry: `python -m pipelines.strategy_table` writes it.

The table stands between two marks; a test holds it against the registry.
"""

import re
from collections.abc import Iterable
from pathlib import Path

from models_py.desk.policy import VIEW_LEGS
from models_py.kernel.registry import agents, strategies
from models_py.kernel.settings import ROOT

README = ROOT / "README.md"
FIRST, LAST = "<!-- strategies: python -m pipelines.strategy_table -->", "<!-- /strategies -->"
TRADED = {
    "usdbrl": "DOL", "usdbrl_ndf": "NDF", "di1": "DI1", "real": "DAP", "bei": "DAP against DI1", "ust": "Treasuries",
    "us_bei": "TIPS against Treasuries", "frc": "FRC", "sofr": "SOFR", "cds": "default swaps", "embi": "dollar bonds",
    "ibovespa": "Ibovespa", "sp500": "S&P 500",
}  # fmt: skip
TERM = re.compile(r"_(\d+)(bd|d|y)$")


def table() -> str:
    """One row a strategy, by id, and agent, in Markdown; a star marks a strategy outside the production set."""
    rows = [("strategy", "id", "trades", "horizon", "case"), ("---",) * 5]
    every = sorted(strategies().values(), key=lambda s: s.code)
    rows += [(f"`{s.name}`", s.code + ("" if s.enabled else " *"), _traded(s.legs), s.horizon, _case(s.case)) for s in every]
    for agent in agents().values():
        legs = {leg for asset_class in agent.asset_classes for leg in VIEW_LEGS.get(asset_class, {})}
        rows.append((f"agent `{agent.name}`", agent.code, _traded(legs), f"{agent.horizon_days} sessions", _case(agent.case)))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _traded(legs: Iterable[str]) -> str:
    """Instruments with their terms: `DI1, 252 · 504 bd`. A country's legs are one instrument."""
    terms: dict[str, dict[str, list[int]]] = {}
    for leg in legs:
        term = TERM.search(leg)
        kind = TERM.sub("", leg)
        held = terms.setdefault(TRADED[kind if kind in TRADED else kind.split("_")[0]], {})
        if term:
            held.setdefault(term[2], []).append(int(term[1]))
    told = {name: " · ".join(f"{' · '.join(map(str, sorted(set(n))))} {unit}" for unit, n in held.items()) for name, held in terms.items()}
    return "; ".join(f"{name}, {term}" if term else name for name, term in sorted(told.items()))


def _case(text: str) -> str:
    return " ".join(text.split("\n\n")[0].split())


def rendered(readme: str) -> str:
    """The README with the table of today.

    Raises:
        ValueError: a mark is missing.
    """
    start, end = readme.index(FIRST) + len(FIRST), readme.index(LAST)
    return f"{readme[:start]}\n{table()}\n{readme[end:]}"


def main(path: Path = README) -> None:
    """Write the table into the README."""
    path.write_text(rendered(path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
