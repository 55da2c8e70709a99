"""The sandbox in a process of its own: rendering answers and reading them are halves of the work, and each takes a core.

The other process lives as long as its standard input is open, so it ends with this one, however that ends.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from models_py.kernel.errors import ConfigError
from models_py.kernel.settings import ROOT, Settings
from pipelines.connectors import Endpoint
from pipelines.sandbox.server import key_of

_ADDRESS = re.compile(r"at (http://[\d.]+:\d+):")
_PATIENCE = 10.0                         # seconds to end in


class Apart:
    """A sandbox elsewhere, by its address."""

    def __init__(self, base_url: str, seed: int) -> None:
        self.base_url, self._seed = base_url, seed

    def endpoint(self, source: str) -> Endpoint:
        """Base URL of a source, and a key where the source wants one."""
        return Endpoint(f"{self.base_url}/{source}", key_of(source, self._seed))


@contextmanager
def serve_apart(settings: Settings) -> Iterator[Apart]:
    """Serve the settings' world at the run's instant, in another process, until the context ends.

    Raises:
        ConfigError: it did not start; what it says itself is on standard error.
    """
    command = [
        sys.executable, "-m", "pipelines.sandbox.server", "--attached", "--port", "0", "--now", settings.clock.now().isoformat(),
        "--seed", str(settings.seed), "--faults", settings.sandbox_faults, "--pace", str(settings.sandbox_pace), "--lake", settings.lake,
    ]  # fmt: skip
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        try:
            line = process.stdout.readline() if process.stdout else ""
            address = _ADDRESS.search(line)
            if address is None:
                raise ConfigError(f"the sandbox of seed {settings.seed} did not start: {line.strip() or 'it said nothing'}")
            yield Apart(address[1], settings.seed)
        finally:
            if process.stdin:
                process.stdin.close()
            try:
                process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
