"""The README's table of sources, from the connectors and the catalogue: `python -m pipelines.source_table` writes it.

What a source gives is the first line of its connector; how many series each world reads of it, the rows of `seeds/series.csv`.
The table stands between two marks; a test holds it against the registry.
"""

from collections import Counter
from pathlib import Path

from models_py.kernel import seeds
from pipelines.connectors import connectors
from pipelines.strategy_table import README

FIRST, LAST = "<!-- sources: python -m pipelines.source_table -->", "<!-- /sources -->"
WORLDS = ("sandbox", "live", "files")


def table() -> str:
    """One row a source, in Markdown, and the sum of each world."""
    counted = {world: Counter[str]() for world in WORLDS}
    for row in seeds.read("series").iter_rows(named=True):
        for world in row["worlds"].split():
            counted[world]["files" if world == "files" else row["source"]] += 1
    rows = [("source", "what", *(f"series, {world}" for world in WORLDS)), ("---",) * (2 + len(WORLDS))]
    rows += [
        (f"`{source}`", (module.__doc__ or "").partition("\n")[0].rstrip("."), *(_number(counted[world][source]) for world in WORLDS))
        for source, module in sorted(connectors().items())
    ]
    rows.append(("", "all", *(str(counted[world].total()) for world in WORLDS)))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


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


def _number(count: int) -> str:
    return str(count) if count else ""


if __name__ == "__main__":
    main()
