"""Paths of the lake, on disk or on S3 through fsspec.

    <root>/<world>/raw/objects/<aa>/<sha256>      payloads as received       raw/polls/<source>/…   every request made
                   bronze/<table>/*.parquet       append-only rows           bronze/_dlt_loads/…
                   gold/objects, gold/releases    published releases         gold/CURRENT
                   build/<run>.duckdb             private to one build       cache/                 disposable fits
                   desk/journal.db, desk/audit    the book                   quarantine/            what did not parse

A world has a folder of its own, so that a book or a release never mixes two.
"""

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit
from uuid import uuid4

import fsspec
from fsspec import AbstractFileSystem

from models_py.kernel import s3
from models_py.kernel.errors import LakeError
from models_py.kernel.settings import Settings


@dataclass(frozen=True)
class Lake:
    """One world's part of a lake."""

    root: str
    world_id: str
    fs: AbstractFileSystem

    @property
    def is_local(self) -> bool:
        return "file" in (self.fs.protocol if isinstance(self.fs.protocol, tuple) else (self.fs.protocol,))

    def path(self, *parts: str) -> str:
        """A path below the root, as this lake's filesystem wants it.

        Raises:
            LakeError: a part would leave the root.
        """
        for part in parts:
            if part.startswith("/") or ".." in part.split("/"):
                raise LakeError(f"path part leaves the lake: {part!r}")
        return "/".join((self.root.rstrip("/"), *parts))

    def uri(self, *parts: str) -> str:
        """The same path as a URI that dlt, DuckDB and pyarrow read."""
        return self.path(*parts) if self.is_local else self.fs.unstrip_protocol(self.path(*parts))

    @property
    def base(self) -> Path:
        """Where this machine keeps what is private to the lake: the lake itself, or a folder named by world and address."""
        if self.is_local:
            return Path(self.root)
        address = hashlib.sha256(self.fs.unstrip_protocol(self.root).encode()).hexdigest()[:12]
        return Path.home() / ".local" / "state" / "macro-desk" / f"{self.world_id.replace(':', '-')}-{address}"

    def local(self, *parts: str) -> Path:
        """A folder on this machine's disk for private files (build, cache, state); made if missing."""
        path = self.base.joinpath(*parts)
        path.mkdir(parents=True, exist_ok=True)
        return path

    @contextmanager
    def asked(self, *parts: str) -> Iterator[AbstractFileSystem]:
        """The filesystem, for one thing to be done at a path; failures of a remote one are told as errors of the desk.

        Raises:
            LakeDown, LakeRefused: see `models_py.kernel.s3.told`.
        """
        with nullcontext() if self.is_local else s3.told(self.uri(*parts)):
            yield self.fs

    def exists(self, *parts: str) -> bool:
        with self.asked(*parts) as fs:
            return bool(fs.exists(self.path(*parts)))

    def read(self, *parts: str) -> bytes:
        """Whole content of an object.

        Raises:
            LakeError: there is none.
        """
        try:
            with self.asked(*parts) as fs:
                return bytes(fs.cat_file(self.path(*parts)))
        except FileNotFoundError as error:
            raise LakeError(f"not in the lake: {'/'.join(parts)}") from error

    def write(self, content: bytes, *parts: str) -> None:
        """Write an object so that a reader sees all of it or none: synced aside, then renamed (an S3 put is atomic).

        Raises:
            LakeError: there is no such bucket.
        """
        target = self.path(*parts)
        if not self.is_local:
            try:
                with self.asked(*parts) as fs:
                    fs.pipe_file(target, content)
            except FileNotFoundError as error:
                raise LakeError(f"no bucket for {self.uri(*parts)}: make it first") from error
            return
        path = Path(target)
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.{uuid4().hex}")
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)

    def keep(self, file: Path, *parts: str) -> None:
        """Take a file of this machine as an object, as `write` does: synced and renamed where both lie on one disk, else sent.

        Raises:
            LakeError: there is no such bucket.
        """
        if not self.is_local:
            try:
                with self.asked(*parts) as fs:
                    fs.put_file(str(file), self.path(*parts))
            except FileNotFoundError as error:
                raise LakeError(f"no bucket for {self.uri(*parts)}: make it first") from error
            return
        with file.open("rb") as written:
            os.fsync(written.fileno())
        path = Path(self.path(*parts))
        path.parent.mkdir(parents=True, exist_ok=True)
        file.replace(path)

    def open(self, mode: str, *parts: str) -> IO[Any]:
        if self.is_local and "w" in mode:
            Path(self.path(*parts)).parent.mkdir(parents=True, exist_ok=True)
        with self.asked(*parts) as fs:
            handle: IO[Any] = fs.open(self.path(*parts), mode)
            return handle

    def size(self, *parts: str) -> int:
        """Bytes of an object."""
        with self.asked(*parts) as fs:
            return int(fs.size(self.path(*parts)))

    def remove(self, *parts: str) -> None:
        """Remove an object, or all that lies below a path; what is not there is removed already."""
        with self.asked(*parts) as fs, suppress(FileNotFoundError):
            fs.rm(self.path(*parts), recursive=True)

    def glob(self, pattern: str) -> list[str]:
        """Paths below the root that match, relative to it, sorted."""
        prefix = self.path("")
        with self.asked(pattern) as fs:
            return sorted(str(found).removeprefix(prefix) for found in fs.glob(self.path(pattern)))

    def read_json_lines(self, pattern: str) -> Iterator[dict[str, Any]]:
        """Objects of all JSON-lines files that match, in the order of their names; a torn last line is left out."""
        for name in self.glob(pattern):
            for line in self.read(name).split(b"\n"):
                if line.startswith(b"{") and line.endswith(b"}"):
                    yield json.loads(line)


def open_lake(settings: Settings, *, make: bool = True) -> Lake:
    """The lake of the settings' world; made and marked with its world on first use, unless only looked at (`make=False`).

    Raises:
        LakeError: the folder belongs to another world or seed.
    """
    scheme = urlsplit(settings.lake).scheme
    if scheme in ("", "file"):
        root = str(Path(settings.lake.removeprefix("file://")).absolute() / settings.world)
        fs: AbstractFileSystem = fsspec.filesystem("file")
    else:
        fs = fsspec.filesystem(scheme, **s3.storage_options(settings, settings.lake))
        root = f"{settings.lake.split('://', 1)[1].rstrip('/')}/{settings.world}"
    lake = Lake(root, settings.world_id, fs)
    if lake.exists("world.json"):
        found = json.loads(lake.read("world.json"))["world"]
        if found != settings.world_id:
            raise LakeError(f"lake {root} belongs to {found}, not {settings.world_id}: set MACRO_LAKE to another folder")
    elif make:
        lake.write(json.dumps({"world": settings.world_id}).encode(), "world.json")
    return lake
