"""Reports that quote a family of instruments beside the exchange's own: column `quoted_by` of `seeds/instruments.csv`.

    anbima/TPF@live        the source, the report as its connector names it, the world in which it is asked for

Several stand one after another, a space between them.
"""

import re
from dataclasses import dataclass

from models_py.kernel import seeds
from models_py.kernel.errors import ConfigError

_ENTRY = re.compile(r"(\w+)/(\w+)@(\w+)")


@dataclass(frozen=True, slots=True)
class QuotedBy:
    """One family in one report of a source."""

    family: str
    source: str
    report: str


def quoted_by(world: str) -> list[QuotedBy]:
    """Families and the reports asked for in a world, in the order of the seed.

    Raises:
        ConfigError: an entry of another form.
    """
    found = []
    for row in seeds.read("instruments").iter_rows(named=True):
        for entry in (row["quoted_by"] or "").split():
            named = _ENTRY.fullmatch(entry)
            if named is None:
                raise ConfigError(f"instruments.csv, {row['family']}: {entry!r} is not <source>/<report>@<world>")
            if named[3] == world:
                found.append(QuotedBy(row["family"], named[1], named[2]))
    return found
