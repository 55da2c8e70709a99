"""The HTTP API: read-only, on loopback unless told otherwise. Routes are found by walking `app.api.routes`.

Every answer carries the release it was read from and its world; errors are problem+json with the id and value concerned.
"""

from collections.abc import Awaitable, Callable

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from models_py.kernel.errors import LakeError, MacroError, NaiveCutoff, UnknownSeries
from models_py.kernel.registry import modules
from models_py.kernel.settings import Settings

PROBLEM = "application/problem+json"
STATUS: dict[type[MacroError], int] = {UnknownSeries: 404, NaiveCutoff: 422, LakeError: 503}


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application over one lake and world; settings come from the environment if none are given."""
    app = FastAPI(
        title="Macro desk",
        version="0.1.0",
        description="What was known, when: each series as of an instant, with the release it was read from.",
    )
    app.state.settings = settings or Settings()

    async def problem(request: Request, error: Exception) -> JSONResponse:
        status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 500)
        body = {
            "type": "about:blank",
            "title": type(error).__name__,
            "status": status,
            "detail": str(error),
            "instance": request.url.path,
        }
        return JSONResponse(body, status, media_type=PROBLEM)

    async def provenance(request: Request, answer: Callable[[Request], Awaitable[Response]]) -> Response:
        response = await answer(request)
        release = getattr(request.state, "release", None)
        if release is not None:
            response.headers["X-Release"] = release.id
            response.headers["X-World"] = release.world_id
            response.headers["X-Simulated"] = str(release.manifest.simulated).lower()
        return response

    app.add_exception_handler(MacroError, problem)
    app.middleware("http")(provenance)
    for module in modules("app.api.routes"):
        app.include_router(module.router)
    return app
