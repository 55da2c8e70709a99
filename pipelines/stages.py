"""The stages of a run as plain functions: ingest, build, check, publish, trade. Flows and the command line call these."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from models_py.gold.manifest import Manifest, current_id, read_manifest
from models_py.kernel.clock import Clock
from models_py.kernel.errors import ConfigError, QualityError
from models_py.kernel.lake import Lake, open_lake
from models_py.kernel.log import get_logger
from models_py.kernel.settings import Settings
from pipelines.connectors import Endpoint
from pipelines.progress import Step, silent

_log = get_logger(__name__)


@dataclass(frozen=True)
class Run:
    """What every stage of one run shares. `at` is the instant of the run, read once."""

    settings: Settings
    lake: Lake
    at: datetime

    @property
    def id(self) -> str:
        return f"{self.at:%Y%m%dT%H%M%SZ}"


def start(settings: Settings) -> Run:
    """Open the lake and read the clock once.

    Raises:
        LakeError: the folder belongs to another world.
        ConfigError: the clock stands before the lake's current release, whose data a run of an earlier day would hold.
    """
    frozen = Clock(settings.now).frozen()
    fixed = settings.model_copy(update={"now": frozen.now()})
    looked_at = open_lake(fixed, make=False)
    if current_id(looked_at) is not None and (last := read_manifest(looked_at)).published_at > frozen.now():
        raise ConfigError(
            f"the clock {frozen.now().isoformat()} is before the current release {last.id} of {looked_at.root}: "
            "give --now at or after it, or MACRO_LAKE another folder"
        )
    return Run(fixed, open_lake(fixed), frozen.now())


def ingest(run: Run, endpoints: Mapping[str, Endpoint], sources: Sequence[str] | None = None, progress: Step = silent) -> list[Any]:
    """Fetch, vault and load what can have changed; one report a source."""
    from pipelines.ingest import ingest as ingest_sources

    return list(ingest_sources(run.settings, run.lake, endpoints, sources=sources, progress=progress))


def standing(run: Run) -> list[Any]:
    """What the lake says of its sources, for a build that asks none."""
    from pipelines.ingest import standing as standing_of

    return standing_of(run.lake)


def build(run: Run, progress: Step = silent) -> Any:
    """Run dbt from scratch into a private file.

    Raises:
        BuildError: a model or a test failed.
    """
    from pipelines.transform import build as build_models

    return build_models(run.settings, run.lake, run.id, progress=progress)


def check(run: Run, built: Any, reports: Sequence[Any], progress: Step = silent) -> Any:
    """Great Expectations and the score; the error names what failed. Whatever comes of it, `macro quality explain` tells of it.

    Raises:
        QualityError: an expectation failed, or the score is below the minimum: nothing may be published.
    """
    from pipelines import last_check
    from pipelines.quality import check as check_build

    logging.disable(logging.INFO)           # Great Expectations tells of its temporary folders
    try:
        quality = check_build(run.settings, built, run.at, reports, progress=progress)
    finally:
        logging.disable(logging.NOTSET)
    last_check.keep(run.lake, quality.table, score=quality.score, at=run.at)
    if quality.failures:
        raise QualityError(f"{len(quality.failures)} checks failed, nothing is published: " + "; ".join(map(str, quality.failures[:5])))
    if quality.score < run.settings.minimum_quality:
        raise QualityError(
            f"quality score {quality.score:.1f} is below {run.settings.minimum_quality:g}, nothing is published: {quality.worst}"
        )
    return quality


def publish(run: Run, build_path: Path, quality: Any, progress: Step = silent) -> Manifest:
    """Make the build the current release; in the profile `cluster` a snapshot of the catalogue as well.

    Raises:
        PublishError: another publisher, or an older build.
        LakeDown: the lake or the catalogue cannot be reached.
        ConfigError: the profile is cluster and no catalogue is set.
    """
    from models_py.gold.ducklake import enlisted
    from pipelines.publish import publish as publish_build

    manifest = publish_build(
        run.lake, build_path, published_at=run.at, score=quality.summary(), checks=quality.table, progress=progress,
        enlist=partial(enlisted, run.settings, run.lake) if run.settings.profile == "cluster" else None,
    )  # fmt: skip
    build_path.unlink(missing_ok=True)
    _log.info("published", release=manifest.id, world=manifest.world, rows=sum(manifest.rows.values()), score=manifest.quality["score"])
    return manifest
