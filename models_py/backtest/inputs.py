"""What a replay was read from: each input with its grade, its span, and how much of its knowledge time is merely assumed."""

from dataclasses import dataclass
from datetime import date

from models_py.desk.policy import Policy
from models_py.desk.speakers import needed, speaking_now
from models_py.gold.release import Release
from models_py.kernel.registry import Agent, Strategy

WORST = ("market", "derived", "proxy")


@dataclass(frozen=True)
class InputUse:
    """One input over a replay. `assumed` is the share of its rows whose time of publication is by rule, not on record."""

    series_id: str
    title: str
    grade: str
    used_by: tuple[str, ...]
    first: date | None
    last: date | None
    rows: int
    assumed: float


def inputs_used(release: Release, policy: Policy, first: date, last: date) -> tuple[InputUse, ...]:
    """Inputs of all strategies and agents, rows that became known between two sessions, in order of name."""
    strategies, agents = speaking_now(policy, release.catalogue)
    names = needed(policy, release.catalogue)
    rows = release.sql(
        """
        select
            series_id,
            min(reference_date) as first,
            max(reference_date) as last,
            count(*) as rows,
            avg((availability = 'assumed')::double) as assumed,
        from (select * from gold.observations union all by name select * from gold.factors)
        where series_id in (select unnest(?)) and available_at::date between ? and ?
        group by series_id
        """,
        (list(names), first, last),
    )
    found = {row["series_id"]: row for row in rows.iter_rows(named=True)}
    speakers: dict[str, Strategy | Agent] = {**strategies, **agents}
    made = []
    for name in names:
        row, about = found.get(name, {}), release.catalogue.get(name, {})
        users = tuple(who for who, speaker in speakers.items() if name in speaker.needs)
        made.append(
            InputUse(
                name, str(about.get("title") or name), str(about.get("grade") or "unknown"), users, row.get("first"), row.get("last"),
                int(row.get("rows", 0)), float(row.get("assumed") or 0.0),
            )
        )  # fmt: skip
    return tuple(made)


def worst_grade(inputs: tuple[InputUse, ...], strategy: str) -> str:
    """The weakest grade among a strategy's inputs; a grade that is not known counts as the weakest."""
    grades = [entry.grade for entry in inputs if strategy in entry.used_by]
    return max(grades, key=lambda grade: WORST.index(grade) if grade in WORST else len(WORST), default="unknown")
