"""The research flow: the desk's history, and each of its strategies alone, replayed side by side on one release.

A replay is a function of the release and the policy, so that it does not matter where it runs: threads here, a Dask cluster with the
runner `dask`. Each counts how many were tried beside it, for the deflated Sharpe ratio.
"""

from datetime import date
from functools import partial
from typing import Any

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from models_py.backtest.alone import policies
from models_py.backtest.replay import Replay
from models_py.backtest.replay import replay as run_desk
from models_py.desk.policy import Policy
from models_py.gold import open_release
from models_py.kernel.settings import Settings
from pipelines.runners import runner

stage: Any = partial(task, cache_policy=NO_CACHE, persist_result=False)


def replay_one(settings: Settings, release_id: str, first: date, last: date, policy: Policy, trials: int) -> Replay:
    """One replay; opens the release where it runs."""
    with open_release(settings, release_id) as release:
        return run_desk(release, first, last, policy=policy, trials=trials)


@stage(name="replay", task_run_name="replay {name}")
def replay_task(name: str, settings: Settings, release_id: str, first: date, last: date, policy: Policy, trials: int) -> Replay:
    return replay_one(settings, release_id, first, last, policy, trials)


@flow(name="research", task_runner=runner(Settings()), validate_parameters=False)
def research(settings: Settings, first: date, last: date, names: list[str] | None = None) -> dict[str, Replay]:
    """Replays by name: the desk and its strategies, or those named.

    Raises:
        LakeError: nothing is published.
        UnknownSeries: no session between the two.
    """
    with open_release(settings) as release:
        release_id, every = release.id, policies(release)
    chosen = {name: policy for name, policy in every.items() if names is None or name in names}
    asked = {name: replay_task.submit(name, settings, release_id, first, last, policy, len(chosen)) for name, policy in chosen.items()}
    return {name: future.result() for name, future in asked.items()}
