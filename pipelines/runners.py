"""Where the tasks of a flow run that need not wait for one another: threads of this process, or processes of a Dask cluster.

Tasks share immutable files and what the lake holds, never memory, so that the result is the same. A cluster of several machines needs
a lake that all of them reach (S3), sources that all of them reach (not the simulated ones, which answer on loopback), and Prefect's API.
"""

import os
from typing import Any

from models_py.kernel.errors import ConfigError
from models_py.kernel.settings import Settings

THREADS = 2


def is_dask(settings: Settings) -> bool:
    """Whether tasks leave this process."""
    return settings.runner == "dask" if settings.runner is not None else settings.profile == "cluster"


def runner(settings: Settings) -> Any:
    """Prefect's task runner of the settings: the Dask scheduler they name, else a cluster of this machine's processes.

    Raises:
        ConfigError: the extra is missing, or machines would be sent to what only this one reaches.
    """
    from prefect.task_runners import ThreadPoolTaskRunner

    if not is_dask(settings):
        return ThreadPoolTaskRunner(max_workers=THREADS)
    try:
        from prefect_dask import DaskTaskRunner
    except ImportError as error:
        raise ConfigError("the runner dask needs the extra cluster: pip install 'macro-desk[cluster]'") from error
    if settings.dask is not None:
        return DaskTaskRunner(address=settings.dask)
    size = {"n_workers": os.cpu_count() or 1, "threads_per_worker": 1}
    return DaskTaskRunner(cluster_class="distributed.LocalCluster", cluster_kwargs={**size, "host": "127.0.0.1", "dashboard_address": None})
