"""The HTTP API: read-only, on loopback unless told otherwise. Routes are found by walking `app.api.routes`.

Every answer carries the release it was read from and its world; errors are problem+json with the id and value concerned.
"""

from collections.abc import Awaitable, Callable

from fastapi import FastAPI, Request, Response

from app.api import problems
from models_py.kernel.registry import modules
from models_py.kernel.settings import Settings


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application over one lake and world; settings come from the environment if none are given."""
    app = FastAPI(
        title="Macro desk",
        version="0.1.0",
        description="What was known, when: each series as of an instant, with the release it was read from.",
        responses=problems.RESPONSES,
    )
    app.state.settings = settings or Settings()

    async def provenance(request: Request, answer: Callable[[Request], Awaitable[Response]]) -> Response:
        response = await answer(request)
        release = getattr(request.state, "release", None)
        if release is not None:
            response.headers["X-Release"] = release.id
            response.headers["X-World"] = release.world_id
            response.headers["X-Simulated"] = str(release.manifest.simulated).lower()
        return response

    problems.install(app)
    app.middleware("http")(provenance)
    for module in modules("app.api.routes"):
        app.include_router(module.router)
    return app
