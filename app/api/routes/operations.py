"""`/polls`, `/quarantine`, `/journal`: what operators look into. Needs the scope `ops`."""

import json
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from app.api import runs
from app.api.answers import passing
from app.api.contract import measured, thing
from app.api.cut import Text
from app.api.desk import Desk, ReadBook
from app.api.lists import After, Few, newest_first
from app.api.problems import NotFound
from app.releases import lake_of
from models_py.kernel.stored import Outcome

router = APIRouter(tags=["operations"])
SCOPE = "ops"


class Poll(BaseModel):
    """A request made of a source, and what came of it."""

    poll_id: str
    source: str = Field(examples=["bcb_sgs"])
    key: str = Field(description="the source's own", examples=["433"])
    url: str = Field(description="without secrets")
    method: str
    status: int = Field(description="of the answer; 0 where none arrived")
    fetched_at: datetime
    outcome: str = Field(examples=["ok"])
    reason: str = Field(description="what went wrong")
    raw_sha256: str | None = Field(description="payload received")
    size: int = measured("bytes", "received")


class Polls(BaseModel):
    """One page of the polls of a run, the last first."""

    run_id: str
    next: str | None = Field(description="cursor of the page that follows")
    items: list[Poll]


class Quarantined(BaseModel):
    """A payload that could not be read."""

    poll_id: str
    source: str
    key: str
    raw_sha256: str
    fetched_at: datetime
    error: str = Field(description="kind of error", examples=["PayloadError"])
    reason: str
    resolved: bool = Field(description="read since, by a later parser")


class Quarantine(BaseModel):
    """One page of payloads set aside, the last by name first."""

    next: str | None = Field(description="cursor of the page that follows")
    items: list[Quarantined]


class Event(BaseModel):
    """An event of the journal."""

    seq: int
    at: datetime
    kind: str = Field(examples=["order"])
    key: str = Field(examples=["order:d73466035e851d23"])
    payload: dict[str, Any]
    previous: str = Field(description="hash of the event before")
    hash: str = Field(description="sha256 of the previous hash and this event's text")


class Journal(Desk):
    """One page of events, newest first."""

    next: str | None = Field(description="cursor of the page that follows")
    items: list[Event]


@router.get("/polls", **thing(Polls, summary="Polls of a run"))
def polls(
    request: Request,
    run_id: Annotated[str, Query(description="run", examples=["20261124T114500.000000Z"], max_length=40)],
    source: Annotated[Text, Query(description="one source", examples=["bcb_sgs"], max_length=63)] = None,
    outcome: Annotated[Outcome | None, Query(description="one outcome")] = None,
    limit: Few = 100,
    after: After = None,
) -> Response:
    """Every request of a run, with what came of it."""
    lake = lake_of(request.app.state.settings)
    if run_id not in runs.run_names(lake):
        raise NotFound(f"no run {run_id!r} in the log of polls", values={"id": run_id})
    wanted = {
        poll.poll_id: {name: getattr(poll, name) for name in Poll.model_fields}
        for poll in runs.polls_of(lake, run_id)
        if source in (None, poll.source) and outcome in (None, poll.outcome)
    }
    shown, following = newest_first(list(wanted), limit, after)
    return passing(request, {"run_id": run_id, "next": following, "items": [wanted[name] for name in shown]})


@router.get("/quarantine", **thing(Quarantine, summary="Payloads that could not be read"))
def quarantine(request: Request, limit: Few = 100, after: After = None) -> Response:
    """Which payload, why, and whether it was read since; the bytes stay in the vault."""
    lake = lake_of(request.app.state.settings)
    names = {name.removesuffix(".json").removeprefix("quarantine/"): name for name in lake.glob("quarantine/*/*.json")}
    shown, following = newest_first(list(names), limit, after)
    entries = [json.loads(lake.read(names[name])) for name in shown]
    items = [{field: entry[field] for field in Quarantined.model_fields} for entry in entries]
    return passing(request, {"next": following, "items": items})


@router.get("/journal", **thing(Journal, summary="Events of the journal"))
def journal(request: Request, desk: ReadBook, limit: Few = 100, after: After = None) -> Response:
    """The append-only list of what the desk decided, ordered, traded and was worth, with the chain of hashes."""
    events = {str(event.seq): event for event in desk.events}
    shown, following = newest_first(list(events), limit, after)
    items = [{name: getattr(events[seq], name) for name in Event.model_fields} for seq in shown]
    return passing(request, {**desk.told, "next": following, "items": items})
