"""Where DuckDB reads the objects of a release: in the lake itself, or for one on S3 in a copy on this machine's disk.

    <private>/cache/objects/<sha256>.parquet        the bytes of gold/objects/<sha256>.parquet, hashed on arrival

Objects never change, so a machine fetches each once, and a release that is open needs its server no more: what can fail fails when
it is opened. A connection reaches this folder alone, and no credentials. The copy may be deleted at any time between openings;
objects that no opening asked for in thirty days are.
"""

import hashlib
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

from models_py.gold.manifest import GoldObject
from models_py.kernel.errors import LakeError
from models_py.kernel.lake import Lake

AT_ONCE = 8
KEPT_SECONDS = 30 * 86_400.0


def folder(lake: Lake) -> Path:
    """The folder that holds the objects on this machine."""
    return Path(lake.path("gold/objects")) if lake.is_local else lake.local("cache", "objects")


def place(lake: Lake, item: GoldObject) -> Path:
    """Where an object is read from."""
    return folder(lake) / f"{item.sha256}.parquet"


def fetch(lake: Lake, items: Iterable[GoldObject]) -> None:
    """Have the objects at their places.

    Raises:
        LakeError: an object is missing, or its bytes do not give its name.
        LakeDown, LakeRefused: the server does not give it.
    """
    if lake.is_local:
        return
    wanted = {item.sha256: item for item in items}
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="objects") as pool:
        list(pool.map(lambda item: _fetch(lake, item), wanted.values()))
    _forget(folder(lake), wanted)


def _fetch(lake: Lake, item: GoldObject) -> None:
    path = place(lake, item)
    if path.exists():
        path.touch()
        return
    content = lake.read(item.path)
    if (found := hashlib.sha256(content).hexdigest()) != item.sha256:
        raise LakeError(f"{item.path} holds other bytes: {len(content):,} of {item.size:,}, sha256 {found}")
    aside = path.with_name(f".{path.name}.{uuid4().hex}")
    aside.write_bytes(content)
    aside.replace(path)


def _forget(where: Path, wanted: Iterable[str]) -> None:
    """Drop what was not asked for in a long time; the newest file tells the time."""
    seen = {path: path.stat().st_mtime for path in where.glob("*.parquet")}
    newest = max(seen.values(), default=0.0)
    keep = {f"{sha}.parquet" for sha in wanted}
    for path, at in seen.items():
        if newest - at > KEPT_SECONDS and path.name not in keep:
            path.unlink(missing_ok=True)
