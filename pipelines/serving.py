"""The API as `macro api` starts it, in a process of its own on a free port of loopback, for as long as it is needed."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from pydantic import SecretStr

from models_py.kernel.errors import MacroError
from models_py.kernel.settings import ROOT, Settings

GUARDED = ("MACRO_API_", "MACRO_NOW")       # keys and addresses of the server that people use


class NotServed(MacroError):
    """The API did not start."""


@dataclass(frozen=True)
class Served:
    """Where it answers, and its process."""

    url: str
    pid: int

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])


@contextmanager
def serving(settings: Settings) -> Iterator[Served]:
    """The API over the lake and world of the settings. It has no keys: this machine may read, and nobody else is heard.

    Raises:
        NotServed: it ended before it listened, and what it said.
    """
    command = [sys.executable, "-m", "pipelines.cli", "api", "--port", "0", "--json"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(GUARDED)}
    environment |= {"MACRO_LAKE": settings.lake, "MACRO_WORLD": settings.world, "MACRO_SEED": str(settings.seed)} | _bucket(settings)
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            told = process.communicate(timeout=20)[1].decode(errors="replace").strip().splitlines()
            raise NotServed(f"the API did not start: {told[-1] if told else 'it said nothing'}")
        yield Served(json.loads(line)["url"], process.pid)
    finally:
        process.terminate()
        process.communicate(timeout=20)


def _bucket(settings: Settings) -> dict[str, str]:
    """How to reach the lake's S3 server, by environment: a process's own is seen by its user alone."""
    told = {name: getattr(settings, name) for name in type(settings).model_fields if name.startswith("s3_")}
    plain = {name: value.get_secret_value() if isinstance(value, SecretStr) else value for name, value in told.items()}
    return {f"MACRO_{name.upper()}": str(value) for name, value in plain.items() if value is not None}
