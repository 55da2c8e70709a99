"""The README's table of strategies and agents, rendered from the registry: `python -m pipelines.strategy_table` writes it.

The table stands between two marks; a test holds it against the registry.
"""

from collections.abc import Iterable
from pathlib import Path

from models_py.desk.policy import VIEW_LEGS
from models_py.kernel.registry import agents, strategies
from models_py.kernel.settings import ROOT

README = ROOT / "README.md"
FIRST, LAST = "<!-- strategies: python -m pipelines.strategy_table -->", "<!-- /strategies -->"
TRADED = {"usdbrl": "DOL", "di1": "DI1", "bei": "DAP against DI1"}


def table() -> str:
    """One row a strategy and agent, by name, in Markdown."""
    rows = [("strategy", "id", "trades", "horizon", "case"), ("---",) * 5]
    rows += [(f"`{s.name}`", s.code, _traded(s.legs), s.horizon, _case(s.case)) for s in strategies().values() if s.enabled]
    for agent in agents().values():
        legs = {leg for asset_class in agent.asset_classes for leg in VIEW_LEGS.get(asset_class, {})}
        rows.append((f"agent `{agent.name}`", agent.code, _traded(legs), f"{agent.horizon_days} sessions", _case(agent.case)))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _traded(legs: Iterable[str]) -> str:
    terms: dict[str, list[int]] = {}
    for leg in legs:
        kind, _, term = leg.partition("_")
        terms.setdefault(TRADED.get(kind, kind), []).extend([int(term.removesuffix("bd"))] if term else [])
    return "; ".join(f"{name}, {' · '.join(map(str, sorted(days)))} bd" if days else name for name, days in sorted(terms.items()))


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
