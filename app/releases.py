"""The release the application reads: CURRENT is asked at each request, the objects are opened once a release."""

from functools import lru_cache
from threading import Lock

from models_py.gold import Release, open_release
from models_py.gold.manifest import current_id
from models_py.kernel.errors import LakeError
from models_py.kernel.lake import open_lake
from models_py.kernel.settings import Settings

_lock = Lock()


@lru_cache(maxsize=4)
def _opened(settings: Settings, release_id: str) -> Release:
    return open_release(settings, release_id)


def current_release(settings: Settings) -> Release:
    """The current release, opened once and shared by threads (each query has a cursor of its own).

    Raises:
        LakeError: nothing is published yet.
    """
    release_id = current_id(open_lake(settings, make=False))
    if release_id is None:
        raise LakeError(f"nothing is published in {settings.lake}: run `macro run` first")
    with _lock:
        return _opened(settings, release_id)
