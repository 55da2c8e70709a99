"""The HTTP API: read-only, on loopback unless told otherwise. Routes are found by walking `app.api.routes`.

Each module there has a `router`, and a `SCOPE` where reading is not what it needs (None: nothing). Every answer carries the release it
was read from and its world; errors are problem+json with the id and value concerned.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import Depends, FastAPI
from fastapi.openapi.utils import get_openapi

from app.api import problems
from app.api.access import needs
from app.api.answers import Answers
from app.api.auth import Gate
from app.api.sizes import BoundedBodies
from app.api.sql import SqlPool
from app.api.strict import known_parameters
from app.metrics import Measured, registry, repeated
from models_py.kernel.registry import modules
from models_py.kernel.settings import Settings

ABOUT = """What was known, when: each series as of an instant, with the release it was read from.

Two clocks cut every table: `known`, when a value was public, and `held`, when this lake had it. Data are answered as JSON, CSV or
Parquet (`Accept`), page by page (`limit`, `next`), with an `ETag`. Rates and returns are decimals, instants are UTC.
"""


def create_app(settings: Settings | None = None) -> FastAPI:
    """The application over one lake and world; settings come from the environment if none are given."""
    app = FastAPI(title="Macro desk", version="0.1.0", description=ABOUT, responses=problems.RESPONSES, lifespan=_served)
    app.state.settings = settings or Settings()
    app.state.answers = Answers(app.state.settings.api_cache_mb * 2**20)
    app.state.gate = Gate(app.state.settings)
    app.state.sql = SqlPool(app.state.settings)
    app.state.registry = registry(app.state.settings)
    app.state.repeated = repeated(app.state.registry)
    app.add_middleware(BoundedBodies)
    app.add_middleware(Measured, registry=app.state.registry)
    problems.install(app)
    for module in modules("app.api.routes"):
        scope = getattr(module, "SCOPE", "read")
        gate = [] if scope is None else [Depends(needs(scope))]
        app.include_router(module.router, dependencies=[*gate, Depends(known_parameters)])
    app.openapi = lambda: _contract(app)         # type: ignore[method-assign]
    return app


@asynccontextmanager
async def _served(app: FastAPI) -> AsyncIterator[None]:
    yield
    app.state.sql.close()


def _contract(app: FastAPI) -> dict[str, Any]:
    """The contract, with the schema of problems, which no route returns by its type."""
    if app.openapi_schema is None:
        made = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        made["components"]["schemas"] |= problems.schemas()
        app.openapi_schema = made
    return app.openapi_schema
