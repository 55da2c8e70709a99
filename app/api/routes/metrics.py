"""`/metrics`: what Prometheus scrapes, in its text format. Needs no key, like `/health`; it is no part of the contract of data."""

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

router = APIRouter(tags=["health"])
SCOPE = None


@router.get("/metrics", include_in_schema=False)
def metrics(request: Request) -> Response:
    """Gauges of the release that is served and counts of answers (`app.metrics`); without a release the latter alone."""
    return Response(generate_latest(request.app.state.registry), media_type=CONTENT_TYPE_LATEST)
