"""What the Data page says of runs and sources: from the log of polls, the quarantine, the release's checks and its rows as known."""

from datetime import UTC, datetime
from functools import lru_cache

import polars as pl

from app.api.runs import DATA, run_at, run_names
from app.dashboard.instants import KEEP
from models_py.gold import Release
from models_py.gold.latest import latest
from models_py.gold.manifest import release_ids
from models_py.gold.perishables import standing
from models_py.kernel.lake import Lake
from models_py.kernel.stored import Poll, poll_logs, quarantined, read_polls
from models_py.quant.moves import freshness

DIMENSIONS = ("completeness", "timeliness", "validity", "consistency", "uniqueness", "point_in_time", "score")
WRONG = ("failed", "refused", "drifted", "late")
TOLD = {"contest": "values that disagree", "anomaly": "values outside their bands", "set aside": "values signed away"}
RUNS_READ = 30  # the newest; older ones are in the log
Schema = dict[str, pl.DataType | type[pl.DataType]]
INSTANT = pl.Datetime("us", "UTC")
RUNS: Schema = {
    "run": pl.String,
    "at": INSTANT,
    "release": pl.String,
    "sources": pl.Int64,
    "polls": pl.Int64,
    "ok": pl.Int64,
    "unchanged": pl.Int64,
    "empty": pl.Int64,
    "retried": pl.Int64,
    "wrong": pl.Int64,
    "bytes": pl.Int64,
    "why": pl.String,
}
SOURCES: Schema = {
    "source": pl.String,
    "series": pl.Int64,
    "last_success": INSTANT,
    "last_asked": INSTANT,
    "why": pl.String,
    "last_date": pl.Date,
    "on_time": pl.Int64,
    "late": pl.Int64,
    "stale": pl.Int64,
    "worst": pl.String,
    "age_bd": pl.Int64,
    "max_age_bd": pl.Int64,
    "rows": pl.Int64,
    "quarantined": pl.Int64,
    "sessions_left": pl.Int64,
}
PERISHABLES: Schema = {
    "source": pl.String, "kind": pl.String, "keeps": pl.Int64, "newest": pl.Date, "sessions_left": pl.Int64,
    "missed": pl.List(pl.String), "lost": pl.List(pl.String),
}  # fmt: skip


@lru_cache(maxsize=4096)
def _polls(lake: Lake, name: str) -> tuple[Poll, ...]:
    """One file of the log: a run writes it once."""
    return tuple(read_polls(lake, name))


def log(lake: Lake, known: datetime) -> list[tuple[str, Poll]]:
    """Run and poll of the newest runs, oldest first, up to an instant."""
    recent = set([run for run in run_names(lake) if run_at(run) <= known][-RUNS_READ:])
    named = [(name.rsplit("/", 1)[1].split("Z", 1)[0] + "Z", name) for name in poll_logs(lake)]
    found = [(run, poll) for run, name in named if run in recent for poll in _polls(lake, name) if poll.fetched_at <= known]
    return sorted(found, key=lambda row: (row[0], row[1].fetched_at))


def _final(polls: list[Poll]) -> list[Poll]:
    """The last poll of each request: what a retry made good did not go wrong."""
    return list({(poll.source, poll.request_id): poll for poll in polls}.values())


def runs(lake: Lake, polled: list[tuple[str, Poll]]) -> pl.DataFrame:
    """One row a run, newest first: what it asked and got, the release it made, the first thing that went wrong."""
    by_run: dict[str, list[Poll]] = {}
    for run, poll in polled:
        by_run.setdefault(run, []).append(poll)
    made, until = release_ids(lake), datetime.max.replace(tzinfo=UTC)
    rows = []
    for run, polls in sorted(by_run.items(), reverse=True):
        at = run_at(run)
        final = _final(polls)
        outcomes, wrong = [str(poll.outcome) for poll in final], [poll for poll in final if poll.outcome in WRONG]
        release = next((name for name in made if f"{at:%Y%m%dT%H%M%SZ}" <= name < f"{until:%Y%m%dT%H%M%SZ}"), None)
        until = at
        counts = [*(outcomes.count(name) for name in ("ok", "unchanged", "empty")), len(polls) - len(final)]
        why = f"{wrong[0].source} {wrong[0].key}: {wrong[0].outcome}, {wrong[0].reason}" if wrong else ""
        rows.append(
            (run, at, release, len({poll.source for poll in polls}), len(final), *counts, len(wrong), sum(poll.size for poll in polls), why)
        )
    return pl.DataFrame(rows, RUNS, orient="row")


@lru_cache(maxsize=KEEP)
def _rows(release: Release, known: datetime) -> dict[str, int]:
    """Readings known at an instant by the payload they were read from."""
    counted = release.sql(
        """
        select raw_sha256, count(*)::bigint as rows from (
            select raw_sha256 from gold.observations where available_at <= ?
            union all select raw_sha256 from gold.quotes where available_at <= ?
            union all select raw_sha256 from gold.documents where available_at <= ?
        ) where raw_sha256 is not null group by all
        """,
        (known, known, known),
    )
    return dict(counted.iter_rows())


@lru_cache(maxsize=KEEP)
def _ages(release: Release, known: datetime) -> pl.DataFrame:
    """series_id, source, reference_date, age_bd, max_age_bd, status of every series that has a source."""
    listed = {name: about for name, about in release.catalogue.items() if about["source"] and about["kind"] == "series"}
    found = latest(release.as_of(known), list(listed)).rows()
    rows = [
        (row["series_id"], listed[row["series_id"]]["source"], row["reference_date"], row["age_bd"], listed[row["series_id"]]["max_age_bd"])
        for row in found
    ]
    schema: Schema = {"series_id": pl.String, "source": pl.String, "reference_date": pl.Date, "age_bd": pl.Int64, "max_age_bd": pl.Int64}
    status = [freshness(age, budget) if age is not None and budget else "MISSING" for *_, age, budget in rows]
    return pl.DataFrame(rows, schema, orient="row").with_columns(pl.Series("status", status, pl.String))


def sources(release: Release, lake: Lake, known: datetime, polled: list[tuple[str, Poll]]) -> pl.DataFrame:
    """One row a source of the catalogue or of the log, by name."""
    ages, rows_of = _ages(release, known), _rows(release, known)
    by_source: dict[str, list[Poll]] = {}
    for _, poll in polled:
        by_source.setdefault(poll.source, []).append(poll)
    aside = [entry.source for entry in quarantined(lake) if not entry.resolved and entry.fetched_at <= known]
    left = {one.source: one.sessions_left for one in reversed(standing(lake, known))}  # of a source what goes first
    rows = []
    for source in sorted({*ages["source"].unique(), *by_source}):
        polls, mine = by_source.get(source, []), ages.filter(pl.col("source") == source)
        given = [poll.fetched_at for poll in polls if poll.outcome in DATA]
        wrong = [poll for poll in _final(polls) if poll.outcome in WRONG]
        why = f"{wrong[-1].key}: {wrong[-1].outcome}, {wrong[-1].reason}" if wrong else ""
        alive = mine.filter(pl.col("status").is_in(["OK", "LATE"])).sort(pl.col("age_bd") / pl.col("max_age_bd"))
        worst = alive.row(-1, named=True) if len(alive) else {"series_id": None, "age_bd": None, "max_age_bd": None}
        counts = [int((mine["status"] == status).sum()) for status in ("OK", "LATE", "STALE")]
        got = sum(rows_of.get(digest, 0) for digest in {poll.raw_sha256 for poll in polls if poll.raw_sha256})
        rows.append(
            (
                source,
                len(mine),
                max(given, default=None),
                max((poll.fetched_at for poll in polls), default=None),
                why,
                mine.filter(pl.col("reference_date") <= known.date())["reference_date"].max(),
                *counts,
                worst["series_id"],
                worst["age_bd"],
                worst["max_age_bd"],
                got,
                aside.count(source),
                left.get(source),
            )
        )
    return pl.DataFrame(rows, SOURCES, orient="row")


def perishables(lake: Lake, now: datetime) -> pl.DataFrame:
    """One row a kind of what a source drops: sessions it keeps, the newest held, sessions until something is lost, missed and lost."""
    rows = [
        (
            one.source,
            one.kind,
            one.keeps,
            one.newest,
            one.sessions_left,
            [str(day) for day, _ in one.missed],
            [str(day) for day in one.lost],
        )
        for one in standing(lake, now)
    ]
    return pl.DataFrame(rows, PERISHABLES, orient="row")


def late_series(release: Release, known: datetime) -> pl.DataFrame:
    """Series that are late, furthest beyond their promise first; what is stale or never came after them."""
    found = _ages(release, known).filter(pl.col("status") != "OK")
    return found.sort(pl.col("status") != "LATE", pl.col("age_bd") / pl.col("max_age_bd"), descending=[False, True])


def dimensions(release: Release) -> pl.DataFrame:
    """source and its scores out of 100 by dimension, the lowest total first."""
    found = release.sql("select source, name, value from gold.quality where kind = 'score'")
    if not len(found):
        return pl.DataFrame()
    wide = found.pivot("name", index="source", values="value")
    return wide.select("source", *[name for name in DIMENSIONS if name in wide.columns]).sort("score", "source")


def checks(release: Release) -> pl.DataFrame:
    """Every identity, what else does not pass at the door of the release, and what it only tells; what fails first."""
    found = release.sql(
        """
        select * from gold.quality
        where kind = 'identity' or kind in (select unnest(?)) or kind in ('test', 'expectation') and status <> 'pass'
        """,
        (list(TOLD),),
    )
    order = pl.col("status").replace_strict({"fail": 0, "error": 0, "warn": 1, "not checked": 2}, default=3)
    return found.sort(pl.col("kind").is_in(list(TOLD)), pl.col("kind") != "identity", order, "kind", "name")
