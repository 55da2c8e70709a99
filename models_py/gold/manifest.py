"""The manifest of a release: which objects make it up, where they came from and how good they are.

    gold/objects/<sha256>.parquet         a table, or a year of one; named by its bytes, never changed
    gold/releases/<utc>-<digest>.json     a manifest
    gold/CURRENT                          one line: the id of the release that readers open

The digest covers the world and the data alone: the same bronze and commit give the same digest, whenever and after whatever
accidents it is built. The table of checks is in the release but not in its digest.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from models_py.kernel.clock import instant
from models_py.kernel.errors import LakeError
from models_py.kernel.ids import ReleaseId
from models_py.kernel.lake import Lake

FORMAT = 2              # 1: the digest covered the table of checks as well
READABLE = (1, 2)
CHECKS = "quality"          # the table of a run's checks: it tells of the run that published, not of the data


@dataclass(frozen=True)
class GoldObject:
    """One Parquet object of a table; `year` of available_at where the table is split by it."""

    sha256: str
    rows: int
    size: int
    year: int | None = None

    @property
    def path(self) -> str:
        return f"gold/objects/{self.sha256}.parquet"


@dataclass(frozen=True)
class Ahead:
    """Rows of a table that only count from an instant after the release: a policy rate already set, a target already given.

    `until` is the last such instant; rows that never count are left out.
    """

    rows: int
    until: str


@dataclass(frozen=True)
class Manifest:
    """What a release is. Instants are UTC; `bronze_held_at` is the newest fetch it was built from.

    `latest_available_at` is, by table, the newest knowledge at the release; what counts from a later instant stands in `ahead`.
    """

    world: str
    published_at: datetime
    commit: str
    objects: Mapping[str, tuple[GoldObject, ...]]
    quality: Mapping[str, Any]
    bronze_held_at: datetime | None
    latest_available_at: Mapping[str, str | None] = field(default_factory=dict)
    note: str = ""
    format: int = FORMAT
    ahead: Mapping[str, Ahead] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """An instant with another offset is the same instant in UTC: the id is made from it.

        Raises:
            LakeError: an instant without offset.
        """
        for name in ("published_at", "bronze_held_at"):
            at: datetime | None = getattr(self, name)
            if at is not None and at.tzinfo is None:
                raise LakeError(f"manifest: {name} {at.isoformat()} has no offset")
            object.__setattr__(self, name, at and at.astimezone(UTC))

    @property
    def simulated(self) -> bool:
        return self.world.startswith("sandbox")

    @property
    def digest(self) -> str:
        left_out = () if self.format == 1 else (CHECKS,)
        content = {table: [item.sha256 for item in items] for table, items in sorted(self.objects.items()) if table not in left_out}
        return hashlib.sha256(json.dumps([self.format, self.world, content]).encode()).hexdigest()

    @property
    def id(self) -> ReleaseId:
        return ReleaseId(f"{self.published_at:%Y%m%dT%H%M%SZ}-{self.digest[:12]}")

    @property
    def rows(self) -> dict[str, int]:
        """Rows by table."""
        return {table: sum(item.rows for item in items) for table, items in sorted(self.objects.items())}

    def to_json(self) -> bytes:
        content = {
            "id": self.id,
            "digest": self.digest,
            "simulated": self.simulated,
            "rows": self.rows,
            **asdict(self),
            "published_at": self.published_at.isoformat(),
            "bronze_held_at": self.bronze_held_at and self.bronze_held_at.isoformat(),
        }
        return json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False).encode()

    @classmethod
    def from_json(cls, text: bytes) -> "Manifest":
        """Read a manifest and check that its digest is that of its objects.

        Raises:
            LakeError: another format, or a digest that does not match.
        """
        content = json.loads(text)
        if content.get("format") not in READABLE:
            raise LakeError(f"release {content.get('id')} has format {content.get('format')}, this code reads {READABLE}")
        manifest = cls(
            world=content["world"],
            published_at=instant(content["published_at"]),
            commit=content["commit"],
            objects={table: tuple(GoldObject(**item) for item in items) for table, items in content["objects"].items()},
            quality=content["quality"],
            bronze_held_at=content["bronze_held_at"] and instant(content["bronze_held_at"]),
            latest_available_at=content["latest_available_at"],
            note=content["note"],
            format=content["format"],
            ahead={table: Ahead(**told) for table, told in content.get("ahead", {}).items()},
        )
        if manifest.id != content["id"] or manifest.digest != content["digest"]:
            raise LakeError(f"release {content['id']}: its objects give digest {manifest.digest}, the manifest says {content['digest']}")
        return manifest


def current_id(lake: Lake) -> ReleaseId | None:
    """The id that CURRENT names; None before the first release."""
    return ReleaseId(lake.read("gold/CURRENT").decode().strip()) if lake.exists("gold/CURRENT") else None


def release_ids(lake: Lake) -> list[ReleaseId]:
    """All published releases, oldest first."""
    return [ReleaseId(name.removeprefix("gold/releases/").removesuffix(".json")) for name in lake.glob("gold/releases/*.json")]


def read_manifest(lake: Lake, release_id: str | None = None) -> Manifest:
    """The manifest of a release, by default of the current one.

    Raises:
        LakeError: nothing is published, or there is no such release.
    """
    wanted = release_id or current_id(lake)
    if wanted is None:
        raise LakeError(f"nothing is published in {lake.root}: run `macro run` first")
    if "/" in wanted or not lake.exists("gold/releases", f"{wanted}.json"):
        raise LakeError(f"no release {wanted!r} in {lake.root}")
    return Manifest.from_json(lake.read("gold/releases", f"{wanted}.json"))
