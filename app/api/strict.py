"""A parameter that a route does not have is refused: a misspelt filter would otherwise answer another question."""

from fastapi import Request
from fastapi.dependencies.models import Dependant

from app.api.problems import Refusal


class UnknownParameter(Refusal):
    """A parameter that the route does not have."""

    status = 422


async def known_parameters(request: Request) -> None:
    """Refuse a query with a parameter that is not in the contract of its route.

    Raises:
        UnknownParameter: the first such.
    """
    if not request.scope["query_string"]:
        return
    route = request.scope["route"]
    allowed = _names(route.dependant)
    for name in request.query_params:
        if name not in allowed:
            offered = ", ".join(sorted(allowed)) or "none"
            raise UnknownParameter(f"{route.path} has no parameter {name[:80]!r}; it has {offered}", values={"field": f"query.{name}"})


def _names(dependant: Dependant) -> set[str]:
    return {field.alias for field in dependant.query_params}.union(*(_names(inner) for inner in dependant.dependencies))
