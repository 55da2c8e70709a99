"""Where a panel's formula stands: a section of a page of `docs`, or what a module says of itself. Nothing is written twice."""

import ast
from dataclasses import dataclass
from functools import cache

from models_py.kernel.settings import ROOT


@dataclass(frozen=True)
class How:
    """A file of the project; in Markdown a section by its heading, in Python the module's own words."""

    path: str
    heading: str = ""

    @property
    def place(self) -> str:
        return f"{self.path}{f', “{self.heading}”' if self.heading else ''}"

    def text(self) -> str:
        """What stands there, as Markdown.

        Raises:
            LookupError: there is no such file or heading.
        """
        return _text(self.path, self.heading)


@cache
def _text(path: str, heading: str) -> str:
    file = ROOT / path
    if not file.is_file():
        raise LookupError(f"no file {path}")
    content = file.read_text(encoding="utf-8")
    if file.suffix == ".py":
        return f"```text\n{ast.get_docstring(ast.parse(content))}\n```"
    lines = content.splitlines()
    starts = [number for number, line in enumerate(lines) if line.lstrip("#").strip() == heading and line.startswith("#")]
    if not starts:
        raise LookupError(f"{path} has no section {heading!r}")
    level = len(lines[starts[0]]) - len(lines[starts[0]].lstrip("#"))
    after = lines[starts[0] + 1 :]
    ends = (number for number, line in enumerate(after) if line.startswith("#") and len(line) - len(line.lstrip("#")) <= level)
    return "\n".join(after[: next(ends, len(after))]).strip()


PNL = How("models_py/ledger/positions.py")
LIMITS = How("models_py/risk/limits.py")
RISK = How("models_py/risk/var.py")
MOVES = How("models_py/quant/moves.py")
DECISION = How("models_py/desk/plan.py")
LINES = How("models_py/desk/lines.py")
POSITIONS = How("docs/method.md", "Marks")
QUALITY = How("docs/quality.md", "Six questions")
CURVES = How("docs/method.md", "Curves")
AS_KNOWN = How("models_py/gold/asof.py")
HEAT = How("docs/method.md", "Heat map")
EXPLORER = How("docs/method.md", "Series as known")
SURPRISES = How("docs/method.md", "Surprises")
SURVEYS = How("docs/method.md", "Surveys against outcomes")
RADAR = How("docs/method.md", "Release radar")
RUNS = How("docs/method.md", "Runs and sources")
LINEAGE = How("models_py/gold/lineage.py")
PERISHABLES = How("models_py/gold/perishables.py")
