"""`/health`: is there a release, how old is it, how good are its data?"""

from datetime import datetime

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from app.api.release import CurrentRelease

router = APIRouter(tags=["health"])


class Health(BaseModel):
    """What a monitor asks first."""

    status: str = Field(description="ok: a release is published and its score is at or above the minimum")
    world: str
    simulated: bool
    release_id: str
    published_at: datetime
    age_seconds: float
    quality_score: float = Field(description="out of 100, of the release")
    minimum_quality: float
    rows: dict[str, int] = Field(description="rows by gold table")


@router.get("/health")
def health(request: Request, release: CurrentRelease) -> Health:
    """The state of the current release; 503 where nothing is published."""
    settings, manifest = request.app.state.settings, release.manifest
    score = float(manifest.quality["score"])
    return Health(
        status="ok" if score >= settings.minimum_quality else "degraded",
        world=release.world_id,
        simulated=manifest.simulated,
        release_id=release.id,
        published_at=manifest.published_at,
        age_seconds=(settings.clock.now() - manifest.published_at).total_seconds(),
        quality_score=score,
        minimum_quality=settings.minimum_quality,
        rows=manifest.rows,
    )
