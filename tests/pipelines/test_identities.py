"""The list of identities: all of them with or without a release, those that fail first, and none that passes unseen."""

import json
from datetime import date

import duckdb
import pyarrow as pa
import pytest
from typer.testing import CliRunner

from pipelines import checks, identities
from pipelines.cli import app

NAMES = [one["identity"] for one in identities.written()]


class Published:
    """A release of which one identity fails, one passes and nothing is said of the others."""

    world_id = "files"

    def __init__(self) -> None:
        rows = [
            {"name": NAMES[1], "status": "fail", "failures": 2, "rows_checked": 1200, "worst_date": date(2020, 3, 31), "worst_gap": 0.02},
            {"name": NAMES[2], "status": "pass", "failures": 0, "rows_checked": 340, "worst_date": date(2012, 2, 29), "worst_gap": 9e-5},
        ]
        empty = dict.fromkeys(checks.SCHEMA.names) | {"kind": "identity"}
        self.connection = duckdb.connect()
        self.connection.register("found", pa.Table.from_pylist([empty | row for row in rows], checks.SCHEMA))
        self.connection.execute("create schema gold; create table gold.quality as from found")

    def sql(self, query):
        return self.connection.sql(query).pl()


def test_without_a_release_every_identity_is_listed_and_none_was_checked(tmp_path):
    told = CliRunner().invoke(app, ["catalogue", "identities", "--json", "--lake", str(tmp_path)])
    found = json.loads(told.stdout)
    assert told.exit_code == 0
    assert [one["identity"] for one in found] == NAMES
    assert {one["status"] for one in found} == {"not checked"}


def test_a_release_tells_rows_misses_and_the_worst_and_what_fails_comes_first():
    found = identities.found_by(Published())
    by_name = {one["identity"]: one for one in found}
    assert len(found) == len(NAMES)
    assert (by_name[NAMES[1]]["status"], by_name[NAMES[1]]["failures"], by_name[NAMES[1]]["world"]) == ("fail", 2, "files")
    assert by_name[NAMES[0]]["status"] == "not checked"
    lines = identities.as_text(found).splitlines()
    assert lines[0] == f"{len(NAMES)} identities, 2 checked in files; the others: inputs missing"
    assert "fail" in lines[3]
    assert "1,200" in lines[3]
    assert "0.02 on 2020-03-31" in lines[3]


def test_a_release_of_before_identities_were_counted_checked_none():
    release = Published()
    release.connection.execute("create or replace table gold.quality as select kind, name, status from gold.quality")
    assert {one["status"] for one in identities.found_by(release)} == {"not checked"}


def test_an_identity_that_fails_ends_the_command_with_one(monkeypatch, tmp_path):
    monkeypatch.setattr(identities, "found_by", lambda release: [{**identities.written()[0], "status": "fail", "world": "x",
        "rows_checked": 1, "failures": 1, "worst_date": None, "worst_gap": None, "source": None}])  # fmt: skip
    assert CliRunner().invoke(app, ["catalogue", "identities", "--lake", str(tmp_path)]).exit_code == 1


@pytest.mark.parametrize("one", identities.written(), ids=lambda one: one["identity"])
def test_an_identity_is_written_whole(one):
    assert [name for name in ("says", "within", "unit", "because") if not one[name]] == []
    assert one["severity"] in ("error", "warn")
