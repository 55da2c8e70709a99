"""The gate as routes have it: what a request shows, and the scope a module of routes needs."""

from collections.abc import Awaitable, Callable

from fastapi import Request, Security
from fastapi.security import APIKeyHeader, HTTPBearer

from app.api.auth import SCOPES, Presented

_key = APIKeyHeader(name="X-API-Key", scheme_name="key", description="an API key", auto_error=False)
_token = HTTPBearer(scheme_name="token", description="a JSON Web Token, or an API key", auto_error=False)


def needs(scope: str) -> Callable[..., Awaitable[None]]:
    """A dependency that lets through who has a scope, and notes him on the request."""
    assert scope in SCOPES

    async def admitted(request: Request, _shown: object = Security(_key), _bearer: object = Security(_token)) -> None:
        request.state.caller = request.app.state.gate.admit(shown(request), scope)

    return admitted


def shown(request: Request) -> Presented:
    """What a request shows of its sender."""
    headers = request.headers
    return Presented(
        request.client.host if request.client else None, headers.get("host"), headers.get("x-api-key"), headers.get("authorization")
    )
