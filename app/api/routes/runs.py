"""`/runs`: what ingestion asked the sources, and what came. `/sources`: how each source stands."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, Field

from app.api import runs
from app.api.answers import origin, passing
from app.api.contract import Origin, measured, thing
from app.api.cut import ReadRelease
from app.api.lists import After, Few, newest_first
from app.api.problems import NotFound
from app.releases import lake_of
from models_py.gold import Release
from models_py.gold.manifest import release_ids
from models_py.kernel.lake import Lake
from models_py.kernel.stored import polled_sources

router = APIRouter(tags=["runs"])

RunId = Annotated[str, Path(description="run", examples=["20261124T114500.000000Z"], max_length=40)]


class Asked(BaseModel):
    """One source in one run."""

    source: str = Field(examples=["bcb_sgs"])
    outcomes: dict[str, int] = Field(description="polls by outcome: ok, empty, late, unchanged, drifted, failed, refused")
    size: int = measured("bytes", "received")
    first_at: datetime | None = Field(description="first poll")
    last_at: datetime | None = Field(description="last poll")
    reasons: list[str] = Field(description="key and reason of what went wrong, the first twenty")


class Run(BaseModel):
    """A run of ingestion."""

    run_id: str = Field(examples=["20261124T114500.000000Z"])
    at: datetime = Field(description="instant of the run")
    release_id: str | None = Field(description="release published at that instant, if any was")
    sources: list[Asked]


class Runs(BaseModel):
    """One page of runs, newest first."""

    next: str | None = Field(description="cursor of the page that follows")
    items: list[Run]


class Source(BaseModel):
    """How a source stands."""

    source: str = Field(examples=["bcb_sgs"])
    series: int = Field(description="series of the catalogue that it brings in this world")
    last_date: str | None = Field(description="newest reference date of the release", examples=["2026-11-23"])
    quality_score: float | None = measured("out of 100", "of the release; null where nothing is promised")
    last_run: Asked | None = Field(description="its polls in the newest run that asked it")
    last_success: datetime | None = Field(description="when it last gave data")


class Sources(Origin):
    """Every source of the release and of the log of polls."""

    items: list[Source]


@router.get("/runs", **thing(Runs, summary="Runs, newest first"))
def list_runs(request: Request, limit: Few = 20, after: After = None) -> Response:
    """What each run asked, by source and outcome."""
    lake = lake_of(request.app.state.settings)
    shown, following = newest_first(runs.run_names(lake), limit, after)
    return passing(request, {"next": following, "items": [_run(lake, name) for name in shown]})


@router.get("/runs/{run_id}", **thing(Run, summary="One run"))
def one_run(request: Request, run_id: RunId) -> Response:
    """What one run asked."""
    lake = lake_of(request.app.state.settings)
    if run_id not in runs.run_names(lake):
        raise NotFound(f"no run {run_id!r} in the log of polls", values={"id": run_id})
    return passing(request, _run(lake, run_id))


@router.get("/sources", **thing(Sources, summary="Sources"))
def list_sources(request: Request, release: ReadRelease) -> Response:
    """Series, newest date, score and last polls of each source."""
    lake = lake_of(request.app.state.settings)
    named = {str(row["source"]) for row in release.catalogue.values() if row.get("source")}
    found = [_source(lake, release, name) for name in sorted(named | set(polled_sources(lake)))]
    told = origin(release)
    return passing(request, {**told, "items": found}, told)


def _run(lake: Lake, name: str) -> dict[str, Any]:
    at = runs.run_at(name)
    made = next((release for release in release_ids(lake) if release.startswith(f"{at:%Y%m%dT%H%M%SZ}-")), None)
    return {"run_id": name, "at": at, "release_id": made, "sources": [asdict(one) for one in runs.asked(lake, name)]}


def _source(lake: Lake, release: Release, name: str) -> dict[str, Any]:
    brought = [row for row in release.catalogue.values() if row.get("source") == name]
    dates = [row["last_date"] for row in brought if row.get("last_date")]
    polled = runs.last_polls(lake, name)
    return {
        "source": name,
        "series": len(brought),
        "last_date": max(dates, default=None),
        "quality_score": release.manifest.quality.get("sources", {}).get(name),
        "last_run": polled and asdict(polled[0]),
        "last_success": polled and polled[1],
    }
