"""A real Postgres for tests: Debian's, in a folder of its own, on loopback alone, gone when the block ends."""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.s3.ceph import free_port

PASSWORD = "a-password-that-no-message-may-tell"
START_SECONDS = 60.0


def binaries() -> Path:
    """Folder of the newest server there is."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not found:
        reason = "no Postgres: apt-get install --no-install-recommends postgresql"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    return found[-1].parent


@contextmanager
def serve() -> Iterator[str]:
    """URL of a server with an empty database; it asks for a password."""
    programs, port = binaries(), free_port()
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    given: dict[str, object] = {"cwd": folder}
    (folder / "password").write_text(PASSWORD)
    if os.geteuid() == 0:                           # the server refuses to be root
        owner = pwd.getpwnam("postgres")
        for path in (folder, folder / "password"):
            os.chown(path, owner.pw_uid, owner.pw_gid)
        given |= {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
    data = folder / "data"
    make = [programs / "initdb", "-D", data, "-U", "desk", "-A", "scram-sha-256", f"--pwfile={folder / 'password'}", "--no-sync"]
    subprocess.run(make, check=True, capture_output=True, **given)  # type: ignore[call-overload]
    options = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "fsync=off", "timezone=UTC"]
    command = [programs / "postgres", "-D", data, "-p", str(port), *(part for option in options for part in ("-c", option))]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **given) as running:  # type: ignore[call-overload]
        try:
            until = time.monotonic() + START_SECONDS
            while subprocess.run([programs / "pg_isready", "-h", "127.0.0.1", "-p", str(port)], capture_output=True).returncode:
                assert time.monotonic() < until, "Postgres does not answer"
                time.sleep(0.1)
            yield f"postgresql://desk:{PASSWORD}@127.0.0.1:{port}/postgres"
        finally:
            running.terminate()
            running.wait()
            shutil.rmtree(folder)
