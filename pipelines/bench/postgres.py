"""A PostgreSQL server of its own for a benchmark, where the system has one: private folder, loopback, ended afterwards."""

import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from pwd import getpwnam
from shutil import which

from pipelines.bench.measure import installed
from pipelines.listening import free_port

START = 60.0                    # seconds that a server has to listen


def has_postgres() -> bool:
    """Whether the server and the driver are here."""
    return installed("asyncpg") and which("initdb") is not None and which("postgres") is not None


@contextmanager
def postgres() -> Iterator[str]:
    """The address of the server; it runs as `postgres` where we are root, as it asks. Commits are not synced."""
    user = "postgres" if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="macro-bench-pg-") as folder:
        data = Path(folder) / "data"
        if user:
            os.chown(folder, getpwnam(user).pw_uid, -1)
        subprocess.run(["initdb", "-D", str(data), "-A", "trust", "-U", "bench", "--no-sync"], check=True, capture_output=True, user=user)
        port = free_port("127.0.0.1", 0)
        options = {
            "listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": folder, "shared_buffers": "512MB", "fsync": "off",
        }  # fmt: skip
        command = ["postgres", "-D", str(data), *(part for name, value in options.items() for part in ("-c", f"{name}={value}"))]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, user=user)
        try:
            await_port(port)
            yield f"postgresql://bench@127.0.0.1:{port}/postgres"
        finally:
            process.terminate()
            process.wait(30)


def await_port(port: int, seconds: float = START) -> None:
    """Wait until something listens.

    Raises:
        OSError: nothing did in time.
    """
    deadline = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
