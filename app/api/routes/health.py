"""`/health`: is there a release, how old is it, how good are its data? Needs no key: monitors ask it."""

from datetime import datetime

from fastapi import APIRouter, Request, Response
from pydantic import Field

from app.api.answers import origin, passing
from app.api.contract import Origin, measured, thing
from app.api.cut import ReadRelease

router = APIRouter(tags=["health"])
SCOPE = None


class Health(Origin):
    """What a monitor asks first."""

    status: str = Field(description="ok: the score of the release is at or above the minimum; else degraded", examples=["ok"])
    published_at: datetime
    age_seconds: float = measured("seconds", "since it was published")
    quality_score: float = measured("out of 100", "of the release")
    minimum_quality: float = measured("out of 100", "below which nothing is published")
    rows: dict[str, int] = Field(description="rows by gold table")


@router.get("/health", **thing(Health, summary="State of the current release"))
def health(request: Request, release: ReadRelease) -> Response:
    """Which release is served, how old and how good it is; 503 where nothing is published."""
    settings, manifest = request.app.state.settings, release.manifest
    score = float(manifest.quality["score"])
    told = origin(release)
    state = {
        **told,
        "status": "ok" if score >= settings.minimum_quality else "degraded",
        "published_at": manifest.published_at,
        "age_seconds": (settings.clock.now() - manifest.published_at).total_seconds(),
        "quality_score": score,
        "minimum_quality": settings.minimum_quality,
        "rows": manifest.rows,
    }
    return passing(request, state, told)
