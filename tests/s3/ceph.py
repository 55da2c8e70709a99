"""A real S3 server for tests: Ceph's RADOS gateway on one node, all in memory, listening on loopback alone.

One monitor, one object store daemon and the gateway, from Debian's packages ceph-mon, ceph-osd and radosgw. No manager is needed.
It holds at most 1 GiB. Where the packages are missing, the tests that need it are skipped, and on continuous integration fail.
"""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

KEY, SECRET = "lake", "a-secret-that-no-file-may-hold"
NEEDED = ("ceph-mon", "ceph-osd", "radosgw", "ceph-authtool", "monmaptool", "radosgw-admin")
START_SECONDS = 120.0

CONF = """[global]
fsid = {fsid}
mon host = v1:127.0.0.1:{port}
public addr = 127.0.0.1
cluster addr = 127.0.0.1
ms bind msgr2 = false
auth cluster required = none
auth service required = none
auth client required = none
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 4
osd pool default pgp num = 4
osd pool default pg autoscale mode = off
mon allow pool size one = true
osd crush chooseleaf type = 0
mon max pg per osd = 1000
run dir = {folder}
log file = {folder}/$name.log
admin socket = {folder}/$name.asok
pid file = {folder}/$name.pid
keyring = {folder}/keyring
[mon]
mon data = {folder}/mon
[osd]
osd data = {folder}/osd
osd objectstore = memstore
memstore device bytes = 1073741824
osd memory target = 939524096
[client.rgw]
rgw data = {folder}/rgw
rgw thread pool size = 32
"""


@dataclass(frozen=True)
class S3:
    """Where the server answers, and what it takes for a key."""

    endpoint: str
    key: str = KEY
    secret: str = SECRET


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def require() -> None:
    """Skip where the server cannot be started, and fail where it has to be."""
    missing = [name for name in NEEDED if shutil.which(name) is None]
    if missing:
        reason = f"no {', '.join(missing)}: apt-get install --no-install-recommends ceph-mon ceph-osd radosgw"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)


@contextmanager
def serve(folder: Path) -> Iterator[S3]:
    """The gateway, with one user and no bucket, until the block ends."""
    require()
    conf, ports = folder / "ceph.conf", (free_port(), free_port())
    for name in ("mon", "osd", "rgw"):
        (folder / name).mkdir(parents=True)
    fsid = str(uuid4())
    conf.write_text(CONF.format(fsid=fsid, port=ports[0], folder=folder))
    keyring, monmap = folder / "keyring", folder / "monmap"
    _run("ceph-authtool", "--create-keyring", keyring, "--gen-key", "-n", "mon.", "--cap", "mon", "allow *")
    _run("ceph-authtool", keyring, "--gen-key", "-n", "client.admin", "--cap", "mon", "allow *", "--cap", "osd", "allow *")
    _run("monmaptool", "--create", "--fsid", fsid, "--addv", "a", f"[v1:127.0.0.1:{ports[0]}]", monmap)
    try:
        _run("ceph-mon", "-c", conf, "-i", "a", "--mkfs", "--monmap", monmap, "--keyring", keyring)
        _run("ceph-mon", "-c", conf, "-i", "a")
        disk = str(uuid4())
        number = _run("ceph", "-c", conf, "osd", "new", disk).strip()
        _run("ceph-osd", "-c", conf, "-i", number, "--mkfs", "--osd-uuid", disk)
        _run("ceph-osd", "-c", conf, "-i", number, tries=5)         # on a busy machine it may ask before it has the monitors' map
        _run("radosgw", "-c", conf, "-n", "client.rgw", f"--rgw-frontends=beast endpoint=127.0.0.1:{ports[1]}")
        endpoint = f"http://127.0.0.1:{ports[1]}"
        _wait(endpoint)
        user = ("user", "create", "--uid=lake", "--display-name=lake", f"--access-key={KEY}", f"--secret-key={SECRET}")
        _run("radosgw-admin", "-c", conf, "-n", "client.rgw", *user)
        yield S3(endpoint)
    finally:
        for pid in folder.glob("*.pid"):
            with suppress(ProcessLookupError, ValueError):
                os.kill(int(pid.read_text()), signal.SIGKILL)


def _run(*command: object, tries: int = 1) -> str:
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=START_SECONDS)
    if done.returncode and tries > 1:
        time.sleep(1)
        return _run(*command, tries=tries - 1)
    assert done.returncode == 0, f"{command[0]}: {done.stderr[-2000:]}"
    return done.stdout


def _wait(endpoint: str) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        with suppress(httpx.TransportError):
            if httpx.get(endpoint, timeout=5).status_code < 500:
                return
        time.sleep(0.2)
    pytest.fail(f"the gateway at {endpoint} did not answer in {START_SECONDS:g} s")
