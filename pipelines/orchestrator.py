"""Prefect set up from our settings: no telemetry, its state under the lake, quiet unless something fails."""

import os
from collections.abc import Mapping

from models_py.kernel.lake import open_lake
from models_py.kernel.settings import Settings


def environment(settings: Settings) -> Mapping[str, str]:
    """Variables Prefect reads when it is first imported. With PREFECT_API_URL set, that server is used instead of a private one."""
    return {
        "PREFECT_HOME": str(open_lake(settings).local("prefect")),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "90",
        "PREFECT_LOGGING_LEVEL": "ERROR",
        "PREFECT_LOGGING_TO_API_ENABLED": "false",
        "DO_NOT_TRACK": "1",
    }


def configure(settings: Settings) -> None:
    """Put the variables into the environment, leaving what is already set; call before importing prefect."""
    for name, value in environment(settings).items():
        os.environ.setdefault(name, value)
