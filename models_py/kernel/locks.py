"""One at a time: among the processes of a machine, and on a lake that machines share, among machines.

On disk a lock file does it, which the system frees with its process. On S3 such a file keeps this machine's processes apart, and a
claim the machines: an object under `claims/<what>/` whose name nobody else writes. Who lists his claim alone has the lock; who does not
takes it back and comes again. Listings of S3 show every write that ended before them, so that of two who claim at once one at least
sees the other. No conditional write is needed. A claim is renewed while it is held. One that was not for a minute, by the server's own
clock, is a dead machine's and is removed; who could not renew his for half of that no longer has it.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from uuid import uuid4

from filelock import FileLock, Timeout

from models_py.kernel.errors import LakeError
from models_py.kernel.lake import Lake
from models_py.kernel.log import get_logger

LEASE_SECONDS = 60.0
_log = get_logger(__name__)


class Held:
    """A lock that is held. On disk it is as long as the process lives."""

    def check(self) -> None:
        """Nothing on disk.

        Raises:
            LakeError: it may have gone to another.
        """


class Claim(Held):
    """A claim on what machines share, renewed in the background until it is given back."""

    def __init__(self, lake: Lake, what: str) -> None:
        self._lake, self._folder, self._id = lake, f"claims/{what}", uuid4().hex
        self._renewed, self._over = 0.0, Event()
        self._thread = Thread(target=self._keep, name=f"claim {what}", daemon=True)

    def take(self, seconds: float) -> None:
        """Wait for the lock.

        Raises:
            Timeout: another held it all the time.
            LakeDown, LakeRefused: the lake cannot be asked.
        """
        until, pause = time.monotonic() + seconds, 0.1 + int(self._id[:4], 16) / 2**16
        while True:
            self._write()
            if not self._others():
                self._thread.start()
                return
            self._lake.remove(self._folder, self._id)
            if time.monotonic() + pause > until:
                raise Timeout(self._lake.uri(self._folder))
            time.sleep(pause)
            pause = min(2 * pause, 10.0)

    def check(self) -> None:
        """Raise unless the claim was renewed lately."""
        unheard = time.monotonic() - self._renewed
        if unheard > LEASE_SECONDS / 2:
            raise LakeError(f"{self._lake.uri(self._folder)} was not renewed for {unheard:.0f} s: another may have it")

    def give_back(self) -> None:
        self._over.set()
        self._thread.join()
        try:
            self._lake.remove(self._folder, self._id)
        except LakeError as error:               # it runs out by itself
            _log.warning("claim not given back", claim=self._folder, reason=str(error))

    def _write(self) -> None:
        started = time.monotonic()
        self._lake.write(b"", self._folder, self._id)
        self._renewed = started

    def _keep(self) -> None:
        while not self._over.wait(LEASE_SECONDS / 6):
            try:
                self._write()
            except LakeError as error:
                _log.warning("claim not renewed", claim=self._folder, reason=str(error))

    def _others(self) -> list[str]:
        """Claims of others that are alive; dead ones are removed."""
        alive = []
        for name in self._lake.glob(f"{self._folder}/*"):
            if name.rsplit("/", 1)[1] == self._id:
                continue
            try:
                with self._lake.asked(self._folder) as fs:
                    age = fs.modified(self._lake.path(self._folder, self._id)) - fs.modified(self._lake.path(name))
            except FileNotFoundError:
                continue                         # just given back
            if age.total_seconds() > LEASE_SECONDS:
                self._lake.remove(name)
            else:
                alive.append(name)
        return alive


@contextmanager
def only_one(lake: Lake, what: str, seconds: float) -> Iterator[Held]:
    """Hold what `what` names alone, on this machine and, where the lake is shared, over machines.

    Raises:
        Timeout: another held it for so long.
        LakeDown, LakeRefused: the lake cannot be asked.
    """
    started = time.monotonic()
    with FileLock(lake.local("state", "locks") / f"{what}.lock", timeout=seconds):
        if lake.is_local:
            yield Held()
            return
        claim = Claim(lake, what)
        claim.take(seconds - (time.monotonic() - started))
        try:
            yield claim
        finally:
            claim.give_back()
