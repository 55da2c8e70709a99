"""What a lake holds, read back for comparison."""

from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from models_py.kernel.lake import Lake
from models_py.kernel.stored import bronze_files


def rows(lake: Lake, table: str) -> list[dict[str, Any]]:
    """Rows of a bronze table in complete loads, in an order of their own."""
    found = [row for name in bronze_files(lake, table) for row in pq.read_table(lake.open("rb", name)).to_pylist()]
    return sorted(found, key=repr)


def outcomes(lake: Lake, source: str) -> Counter[str]:
    """Polls of a source by outcome."""
    return Counter(poll["outcome"] for poll in lake.read_json_lines(f"raw/polls/{source}/*.jsonl"))


def everything(lake: Lake) -> bytes:
    """All bytes of all files of a lake, one after the other."""
    return b"".join(path.read_bytes() for path in sorted(Path(lake.root).rglob("*")) if path.is_file())
