"""Which code made a release: the git commit, marked where the working tree differs from it."""

import subprocess
from functools import cache
from importlib.metadata import version

from models_py.kernel.settings import ROOT


@cache
def commit() -> str:
    """The short commit, with `+` after it when tracked files differ; the package version outside a checkout."""
    if not (ROOT / ".git").exists():
        return f"v{version('macro-desk')}"
    head = _git("rev-parse", "--short=12", "HEAD")
    return f"{head}+" if _git("status", "--porcelain", "--untracked-files=no") else head


def _git(*arguments: str) -> str:
    answer = subprocess.run(["git", "-C", str(ROOT), *arguments], capture_output=True, text=True, check=False)
    return answer.stdout.strip()
