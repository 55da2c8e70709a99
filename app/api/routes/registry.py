"""`/strategies`, `/agents`: what the desk can think with, as declared in the running code."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, Field

from app.api.answers import passing
from app.api.contract import measured, thing
from app.api.problems import NotFound
from models_py.kernel.registry import Agent, Strategy, agents, strategies

router = APIRouter(tags=["desk"])


class StrategyCard(BaseModel):
    """A strategy as declared."""

    name: str = Field(examples=["fx_usdbrl_momentum"])
    code: str = Field(examples=["FX_BR_02"])
    asset_class: str = Field(examples=["fx"])
    needs: list[str] = Field(description="series and factors it is given")
    legs: dict[str, float] = Field(description="sign that a positive score takes in each leg")
    horizon: str = Field(examples=["1M"])
    rebalance: str = Field(examples=["weekly"])
    cost_bp: float = measured("basis points", "charged to its paper result")
    enabled: bool = Field(description="part of the production set")
    source: str = Field(description="where the idea was published")
    case: str = Field(description="why it pays, what it measures, when it fails")


class AgentCard(BaseModel):
    """An agent as declared."""

    name: str = Field(examples=["monetary"])
    code: str
    asset_classes: list[str] = Field(description="classes it speaks on")
    needs: list[str] = Field(description="series and factors it is given")
    horizon_days: int = measured("days", "how far it looks")
    source: str = Field(description="where the idea was published")
    case: str = Field(description="what it measures, and when it fails")


class Strategies(BaseModel):
    """All of them, by name."""

    items: list[StrategyCard]


class Agents(BaseModel):
    """All of them, by name."""

    items: list[AgentCard]


Name = Annotated[str, Path(description="name", max_length=63)]


@router.get("/strategies", **thing(Strategies, summary="Strategies"))
def list_strategies(request: Request) -> Response:
    """Every strategy, in production or not."""
    return passing(request, {"items": [_card(one, StrategyCard) for one in strategies().values()]})


@router.get("/strategies/{name}", **thing(StrategyCard, summary="One strategy"))
def one_strategy(request: Request, name: Name) -> Response:
    """Its declaration and investment case."""
    return passing(request, _card(_named(strategies(), name, "strategy"), StrategyCard))


@router.get("/agents", **thing(Agents, summary="Agents"))
def list_agents(request: Request) -> Response:
    """Every agent."""
    return passing(request, {"items": [_card(one, AgentCard) for one in agents().values()]})


@router.get("/agents/{name}", **thing(AgentCard, summary="One agent"))
def one_agent(request: Request, name: Name) -> Response:
    """Its declaration and case."""
    return passing(request, _card(_named(agents(), name, "agent"), AgentCard))


def _named(found: Mapping[str, Any], name: str, kind: str) -> Any:
    if name not in found:
        raise NotFound(f"no {kind} {name!r} is registered", values={"id": name})
    return found[name]


def _card(one: Strategy | Agent, model: type[BaseModel]) -> dict[str, Any]:
    return {name: getattr(one, name) for name in model.model_fields}
