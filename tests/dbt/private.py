"""dbt in private: the models of the project, or of a changed copy of it, run over a few bronze rows with every check off."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from tests.conftest import ROOT
from tests.dbt.lake import load

DATED = ("observations", "quotes", "curves", "marks", "returns", "factors", "frontier")
Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Project:
    """A dbt project and a folder of its own for bronze, build and what dbt parsed."""

    root: Path
    folder: Path

    @property
    def lake(self) -> Path:
        return self.folder / "lake"

    @property
    def path(self) -> Path:
        """The build: always here, since dbt parses again when the path changes."""
        return self.folder / "build.duckdb"

    def run(self, observations: Rows, quotes: Rows, *, world: str, now: str) -> dict[str, pl.DataFrame]:
        """The gold tables that carry a knowledge time, as dbt builds them, Python models included."""
        shutil.rmtree(self.lake, ignore_errors=True)
        self.path.unlink(missing_ok=True)
        load(self.lake / world, "observations", observations)
        load(self.lake / world, "quotes", quotes)
        bad = [result.message for result in self.dbt("run", world=world, now=now) if result.status != "success"]
        assert not bad, bad
        with duckdb.connect(str(self.path), read_only=True) as connection:
            connection.execute("set global timezone = 'UTC'")
            return {table: connection.sql(f"from gold.{table}").pl() for table in DATED}

    def failures(self, test: str, *, world: str, now: str) -> int:
        """How many rows a data test finds in what was built last."""
        (result,) = [one for one in self.dbt("test", "--select", test, world=world, now=now) if one.node.name == test]
        return int(result.failures)

    def dbt(self, *command: str, world: str, now: str) -> Any:
        """The results of one command of dbt, run in this process."""
        from dbt.adapters.duckdb.connections import DuckDBConnectionManager
        from dbt.cli.main import dbtRunner

        told = {"LAKE": self.lake, "WORLD": world, "NOW": now, "BUILD": self.path, "ROOT": self.root}
        folders = ("--project-dir", self.root, "--profiles-dir", self.root, "--target-path", self.folder / "target")
        quiet = ("--quiet", "--no-version-check", "--no-send-anonymous-usage-stats", "--log-level-file", "none")
        with pytest.MonkeyPatch.context() as patch:
            for name, value in told.items():
                patch.setenv(f"MACRO_{name}", str(value))
            try:
                outcome = dbtRunner().invoke([*quiet, *command, *map(str, folders), "--log-path", str(self.folder / "logs")])
            finally:
                DuckDBConnectionManager.close_all_connections()
        assert outcome.exception is None, outcome.exception
        return outcome.result


def project(folder: Path, changes: Mapping[str, tuple[str, str]] | None = None) -> Project:
    """The project as it is, or a copy in which one text of each named file of `dbt_project` is replaced by another."""
    if not changes:
        return Project(ROOT, folder)
    root = folder / "project"
    shutil.copytree(ROOT / "dbt_project", root / "dbt_project")
    for name in ("dbt_project.yml", "profiles.yml"):
        shutil.copy(ROOT / name, root)
    for name, (old, new) in changes.items():
        path = root / "dbt_project" / name
        text = path.read_text()
        assert text.count(old) == 1, f"{name} says {text.count(old)} times: {old}"
        path.write_text(text.replace(old, new))
    return Project(root, folder)


def named(*tables: Rows) -> list[list[dict[str, Any]]]:
    """The rows of each table with a payload each, so that what gold holds leads back to one of them."""
    names = map("{:064x}".format, count())
    return [[dict(row) | {"raw_sha256": next(names)} for row in rows] for rows in tables]


def known(gold: Mapping[str, pl.DataFrame]) -> dict[str, datetime]:
    """When each payload of `named` became known, by what gold says of it."""
    stated = pl.concat([gold[table].select("raw_sha256", "available_at") for table in ("observations", "quotes")])
    return dict(stated.group_by("raw_sha256").agg(pl.col("available_at").min()).iter_rows())


def poisoned(rows: Rows, instants: Mapping[str, datetime], after: datetime, poison: str) -> list[dict[str, Any]]:
    """The rows, all that became known after the instant (or is not known yet) being NaN, a billion times too large, blank or gone."""
    kept: list[dict[str, Any]] = []
    for row in rows:
        at = instants.get(row["raw_sha256"])
        if at is not None and at <= after:
            kept.append(dict(row))
        elif poison != "nothing":
            kept.append(dict(row) | {"value": {"nan": float("nan"), "huge": row["value"] * 1e9, "blank": None}[poison]})
    return kept


def differences(truth: Mapping[str, pl.DataFrame], other: Mapping[str, pl.DataFrame], until: datetime) -> dict[str, pl.DataFrame]:
    """Rows known by an instant that one side has and the other has not, by table; nothing where both are the same, NaN being itself."""
    found: dict[str, pl.DataFrame] = {}
    with duckdb.connect() as connection:
        connection.execute("set global timezone = 'UTC'")
        for table in truth:
            for side, frame in (("one", truth[table]), ("two", other[table])):
                connection.register(side, frame.filter(pl.col("available_at") <= until).to_arrow())
            rows = connection.sql("(from one except all from two) union all (from two except all from one)").pl()
            if rows.height:
                found[table] = rows
    return found
