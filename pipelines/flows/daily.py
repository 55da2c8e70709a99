"""The daily flow: ingest, build, check, publish, settle the last orders, decide. 08:45 in São Paulo on weekdays.

    make run            the same as `macro run`
    prefect deploy      the deployment `daily` of prefect.yaml
"""

from functools import partial
from typing import Any

from prefect import flow, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.runtime import flow_run

from models_py.kernel.settings import Settings
from pipelines import stages
from pipelines.endpoints import endpoints, ready
from pipelines.perishables import most_perishable_first
from pipelines.progress import Stages, silent
from pipelines.report import RunReport, markdown_book, markdown_quality
from pipelines.runners import is_dask, runner
from pipelines.trade import trade

# Prefect's overloads do not follow a partial
stage: Any = partial(task, cache_policy=NO_CACHE, persist_result=False)


def _run_name() -> str:
    """World and instant of a run, for its name."""
    given = flow_run.parameters
    settings = given.get("settings") or Settings()
    at = given.get("now") or settings.clock.now().isoformat(timespec="minutes")
    return f"daily {given.get('world') or settings.world_id} {at}"


@stage(name="ingest", task_run_name="ingest {source}", retries=2, retry_delay_seconds=[1, 5])
def ingest_source(run: stages.Run, served: Any, source: str, step: Any) -> Any:
    """One source: fetch, vault, parse, load. A source that is down is reported, not raised; a retry is for our own faults."""
    return stages.ingest(run, served, [source], step)[0]


@stage(name="build")
def build(run: stages.Run, step: Any) -> Any:
    return stages.build(run, step)


@stage(name="check")
def check(run: stages.Run, built: Any, reports: list[Any], step: Any) -> Any:
    return stages.check(run, built, reports, step)


@stage(name="publish", retries=1, retry_delay_seconds=2)
def publish(run: stages.Run, built: Any, quality: Any, step: Any) -> Any:
    return stages.publish(run, built.path, quality, step)


@stage(name="trade")
def trade_session(run: stages.Run, step: Any) -> Any:
    return trade(run, step)


def ingest_sources(run: stages.Run, served: Any, step: Any) -> list[Any]:
    """Every source at once, wherever the flow's tasks run; what runs in another process shows no progress."""
    shown = silent if is_dask(run.settings) else step
    futures = [ingest_source.submit(run, dict(served), source, shown) for source in most_perishable_first(served)]
    return [future.result() for future in futures]


@flow(name="daily", flow_run_name=_run_name, task_runner=runner(Settings()), validate_parameters=False)
def daily(world: str | None = None, now: str | None = None, settings: Settings | None = None, quiet: bool = True) -> RunReport:
    """Everything from source bytes to a risk-checked book.

    Args:
        world, now: as the settings of the same name; only these two are given by a deployment, the rest is environment.
        settings: complete settings, for callers in this process.
        quiet: no progress on standard error.
    Raises:
        ConfigError: the settings cannot run; nothing is made.
        BuildError, QualityError, PublishError: nothing new is published and nothing is traded.
    """
    chosen: dict[str, Any] = {key: value for key, value in {"world": world, "now": now}.items() if value is not None}
    given = settings or Settings(**chosen)
    ready(given)
    run, shown = stages.start(given), Stages(quiet=quiet)
    with endpoints(run.settings, apart=True) as served, shown.stage("ingest") as step:
        reports = ingest_sources(run, served, step)
    with shown.stage("build") as step:
        built = build(run, step)
    with shown.stage("check") as step:
        quality = check(run, built, reports, step)
    with shown.stage("publish") as step:
        manifest = publish(run, built, quality, step)
    with shown.stage("trade") as step:
        book = trade_session(run, step)
    report = RunReport(manifest, quality, tuple(reports), book, shown.seconds)
    create_markdown_artifact(key="quality", markdown=markdown_quality(report), description=f"Checks of release {manifest.id}")
    create_markdown_artifact(key="book", markdown=markdown_book(report), description=f"Book after release {manifest.id}")
    return report
