"""`/releases`: what was published, and what each release is made of."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, Field

from app.api.answers import passing
from app.api.contract import measured, thing
from app.api.lists import After, Few, newest_first
from app.api.problems import NotFound
from app.releases import lake_of
from models_py.gold.manifest import Manifest, current_id, read_manifest, release_ids

router = APIRouter(tags=["releases"])

ReleaseId = Annotated[str, Path(description="release", examples=["20261124T114500Z-dac95527c5c9"], max_length=63)]


class Summary(BaseModel):
    """A published release."""

    release_id: str = Field(examples=["20261124T114500Z-dac95527c5c9"])
    is_current: bool = Field(description="readers open this one")
    world: str = Field(examples=["sandbox:20100104"])
    simulated: bool
    published_at: datetime
    commit: str = Field(description="code that made it")
    bronze_held_at: datetime | None = Field(description="newest fetch it was built from")
    quality_score: float = measured("out of 100", "score at the door")
    rows: dict[str, int] = Field(description="rows by table")
    latest_available_at: dict[str, str | None] = Field(description="newest knowledge by table, UTC")
    note: str


class Object(BaseModel):
    """A Parquet object."""

    sha256: str = Field(description="of its bytes, and its name")
    rows: int
    size: int = measured("bytes", "of the object")
    year: int | None = Field(description="of `available_at`, where the table is split by it")


class Whole(Summary):
    """A release and its objects."""

    digest: str = Field(description="of world and data: equal digests are equal data")
    quality: dict[str, Any] = Field(description="score, dimensions, sources, counts of checks and of statuses")
    objects: dict[str, list[Object]] = Field(description="by table")


class Releases(BaseModel):
    """One page of releases, newest first."""

    next: str | None = Field(description="cursor of the page that follows")
    items: list[Summary]


@router.get("/releases", **thing(Releases, summary="Releases, newest first"))
def list_releases(request: Request, limit: Few = 50, after: After = None) -> Response:
    """What was published in this lake."""
    lake = lake_of(request.app.state.settings)
    shown, following = newest_first(release_ids(lake), limit, after)
    current = current_id(lake)
    return passing(request, {"next": following, "items": [_summary(read_manifest(lake, name), current) for name in shown]})


@router.get("/releases/{release_id}", **thing(Whole, summary="One release"))
def one_release(request: Request, release_id: ReleaseId) -> Response:
    """The manifest: objects with their hashes, rows, quality. `current` names the one readers open."""
    lake = lake_of(request.app.state.settings)
    current = current_id(lake)
    wanted = current if release_id == "current" else release_id
    if wanted is None or wanted not in release_ids(lake):
        raise NotFound(f"no release {release_id!r} in this lake", values={"id": release_id})
    manifest = read_manifest(lake, wanted)
    objects = {table: [_object(item) for item in items] for table, items in manifest.objects.items()}
    more = {"digest": manifest.digest, "quality": dict(manifest.quality), "objects": objects}
    return passing(request, {**_summary(manifest, current), **more})


def _summary(manifest: Manifest, current: str | None) -> dict[str, Any]:
    return {
        "release_id": manifest.id,
        "is_current": manifest.id == current,
        "world": manifest.world,
        "simulated": manifest.simulated,
        "published_at": manifest.published_at,
        "commit": manifest.commit,
        "bronze_held_at": manifest.bronze_held_at,
        "quality_score": float(manifest.quality["score"]),
        "rows": manifest.rows,
        "latest_available_at": dict(manifest.latest_available_at),
        "note": manifest.note,
    }


def _object(item: Any) -> Mapping[str, Any]:
    return {"sha256": item.sha256, "rows": item.rows, "size": item.size, "year": item.year}
