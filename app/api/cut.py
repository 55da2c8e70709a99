"""Which release, and by which clocks: the parameters every data route has.

`known` is the public clock, `held` the lake's own. Both are instants with an offset, and neither may be later than the release.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from fastapi import Depends, Query, Request
from pydantic.json_schema import SkipJsonSchema

from app.api.problems import BadRange, NotFound, NotYetKnown
from app.releases import current_release, lake_of, named_release
from models_py.gold import AsOf, Release
from models_py.gold.manifest import release_ids
from models_py.kernel.clock import instant

INSTANT = {"format": "date-time"}
Known = Annotated[
    str | SkipJsonSchema[None],
    Query(
        description="what was public at this instant: ISO with offset (`+` is written `%2B`), not later than the release, its default",
        examples=["2024-01-10T08:40:00-03:00"],
        json_schema_extra=INSTANT,
    ),
]
Held = Annotated[
    str | SkipJsonSchema[None],
    Query(
        description="and what this lake had by this instant, as a decision then could use it; default: all it has",
        examples=["2024-01-10T11:45:00Z"],
        json_schema_extra=INSTANT,
    ),
]
ReleaseName = Annotated[
    str | SkipJsonSchema[None],
    Query(alias="release", description="id of a published release; default: the current one", examples=["20240110T114500Z-0123456789ab"]),
]
First = Annotated[date | SkipJsonSchema[None], Query(description="first reference date", examples=["2023-01-01"])]
Last = Annotated[date | SkipJsonSchema[None], Query(description="last reference date", examples=["2023-12-31"])]

Day = Annotated[date | SkipJsonSchema[None], Query(description="one reference date", examples=["2024-01-09"])]
Text = str | SkipJsonSchema[None]


@dataclass(frozen=True)
class Cut:
    """A release as it was known at `known`, of what the lake had at `held`."""

    release: Release
    known: datetime
    held: datetime | None

    @property
    def asof(self) -> AsOf:
        return AsOf(self.release, self.known, self.held)


def release_of(request: Request, release: ReleaseName = None) -> Release:
    """The release asked for, by default the current one; noted on the request, so that a problem can name it too.

    Raises:
        LakeError: nothing is published yet (answered with 503).
        NotFound: there is no such release.
    """
    settings = request.app.state.settings
    if release is not None and release not in release_ids(lake_of(settings)):
        raise NotFound(f"no release {release!r} in this lake", values={"id": release})
    found = current_release(settings) if release is None else named_release(settings, release)
    request.state.release = found
    return found


ReadRelease = Annotated[Release, Depends(release_of)]


def cut_of(request: Request, known: Known = None, held: Held = None, release: ReleaseName = None) -> Cut:
    """The release as asked for.

    Raises:
        NaiveCutoff: an instant has no offset, or is none.
        NotYetKnown: an instant is later than the release.
    """
    read = release_of(request, release)
    published_at = read.manifest.published_at
    at, had = published_at if known is None else instant(known), None if held is None else instant(held)
    for name, value in (("known", at), ("held", had)):
        if value is not None and value > published_at:
            raise NotYetKnown(
                f"{name} {value.isoformat()} is later than release {read.id}, published at {published_at.isoformat()}",
                values={name: value.isoformat(), "published_at": published_at.isoformat(), "release_id": read.id},
            )
    return Cut(read, at, had)


ReadCut = Annotated[Cut, Depends(cut_of)]


def check_range(first: date | None, last: date | None) -> None:
    """Refuse a range that ends before it begins.

    Raises:
        BadRange: it does.
    """
    if first is not None and last is not None and first > last:
        raise BadRange(f"first {first} is after last {last}", values={"first": first.isoformat(), "last": last.isoformat()})
