"""The world: one seed, its truth, its exchange, and the prints of every source.

`World(seed, until)` is a pure function of its arguments: no clock, no network. It simulates every weekday from 2006 (burn-in; what
sources publish starts in 2010, price indices in 2009) to the end of the year of `until`, and a longer horizon changes no earlier
number. Truth is simulated when first needed, in about half a second: less than reading it back would take, so a cache folder keeps
the prints alone. SIMULATED data, never evidence about markets.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from types import ModuleType

import numpy as np

from pipelines.sandbox.world import (
    bulletins,
    cot_prints,
    documents,
    focus_prints,
    focus_surveys,
    fred_daily,
    fred_money,
    fred_monthly,
    print_store,
    rtn,
    sgs_accounts,
    sgs_activity,
    sgs_prices,
    sgs_rates,
    siconfi,
    sidra,
    treasury,
    treasury_cash,
    treasury_rates,
    yahoo_prints,
)
from pipelines.sandbox.world.anbima import Anbima
from pipelines.sandbox.world.auctions import Auctions
from pipelines.sandbox.world.b3 import B3
from pipelines.sandbox.world.exchange import Exchange
from pipelines.sandbox.world.exchange_files import ExchangeFiles
from pipelines.sandbox.world.grid import make_grid
from pipelines.sandbox.world.market import Market
from pipelines.sandbox.world.prints import Prints
from pipelines.sandbox.world.publisher import Catalogue, Publisher
from pipelines.sandbox.world.retail import Retail
from pipelines.sandbox.world.texts import Text
from pipelines.sandbox.world.truth import Truth, simulate

DEFAULT_SEED = 20100104
DEFAULT_UNTIL = date(2026, 12, 31)
MODULES = {
    "bcb_sgs": (sgs_prices, sgs_rates, sgs_activity, sgs_accounts),
    "fred": (fred_daily, fred_money, fred_monthly),
    "us_treasury": (treasury,),
    "bcb_focus": (focus_prints,),
}
SOURCES = tuple(MODULES)
# Series that are made when they are asked for, and not kept on disk: a world in which nobody reads them is not slower.
ON_REQUEST: Mapping[str, Mapping[str, ModuleType]] = {
    source: {key: module for module in modules for key in module.KEYS}
    for source, modules in {
        "cftc": (cot_prints,), "us_treasury": (treasury_rates, treasury_cash), "ibge_sidra": (sidra,), "stn": (rtn, siconfi),
        "yahoo": (yahoo_prints,),
    }.items()
}


@dataclass
class World:
    """One seeded world.

    Args:
        seed: any integer; two seeds differ in every series.
        until: the world is simulated to the end of this year, and holds every print published by then; default 2026.
        cache: folder for Parquet copies of prints, named by seed, horizon and a hash of the code; None = no copy.
    """

    seed: int = DEFAULT_SEED
    until: date | None = None
    cache: Path | None = None

    def __post_init__(self) -> None:
        self.until = date((self.until or DEFAULT_UNTIL).year, 12, 31)
        self._prints: dict[tuple[str, str], Prints] = {}
        self._documents: dict[str, tuple[Text, ...]] = {}

    @cached_property
    def _publisher(self) -> Publisher:
        assert self.until is not None
        truth, curves = simulate(self.seed, make_grid(self.until))
        return Publisher(self.seed, truth, curves)

    @property
    def truth(self) -> Truth:
        """States of the economy: `daily`, `monthly`, `quarterly`, `weekly` columns by name, with `days`, `months`, `quarters`, `weeks`."""
        return self._publisher.truth

    @cached_property
    def b3(self) -> B3:
        """The exchange: curves, spot and settlements of each session."""
        return Exchange(Market(self._publisher)).accessors()

    @cached_property
    def exchange_files(self) -> ExchangeFiles:
        """What the exchange publishes beside its price report."""
        return ExchangeFiles(Market(self._publisher), self.b3)

    @cached_property
    def ptax(self) -> bulletins.Bulletins:
        """Reference rates of currencies: every bulletin of every day."""
        return bulletins.build(self._publisher)

    @cached_property
    def anbima(self) -> Anbima:
        """The association that marks federal bonds: yields, prices, curve, indices and unit values of each session."""
        return Anbima(Market(self._publisher))

    @cached_property
    def retail(self) -> Retail:
        """Tesouro Direto: prices of the bonds that the Treasury sells to the public."""
        return Retail(self.anbima.bond_market)

    @cached_property
    def auctions(self) -> Auctions:
        """The Treasury's auctions: results by bond."""
        return Auctions(self.anbima.bond_market)

    @cached_property
    def _catalogues(self) -> Mapping[str, Catalogue]:
        found: dict[str, Catalogue] = {}
        for source, modules in MODULES.items():
            merged: Catalogue = {}
            for module in modules:
                merged |= module.catalogue(self._publisher)
            found[source] = merged
        return found

    @cached_property
    def _stored(self) -> print_store.Store | None:
        if self.cache is None:
            return None
        name = f"prints-{self.seed}-{self.until}-{print_store.code_hash()}.parquet"
        path = self.cache / name
        if not path.exists():
            print_store.write(path, [self._build(source, key) for source in SOURCES for key in sorted(self._catalogues[source])])
        return print_store.Store(path)

    def keys(self, source: str) -> tuple[str, ...]:
        """Codes the source publishes in this world, sorted; empty for a source that is not simulated here."""
        stored = () if source not in MODULES else self._catalogues[source] if self._stored is None else self._stored.keys(source)
        return tuple(sorted((*stored, *ON_REQUEST.get(source, ()))))

    def prints(self, source: str, key: str) -> Prints:
        """Every print of a series.

        Raises:
            KeyError: the source does not publish the key in this world.
        """
        if (source, key) not in self._prints:
            stored = None if key in ON_REQUEST.get(source, ()) else self._stored
            self._prints[source, key] = self._build(source, key) if stored is None else stored.read(source, key)
        return self._prints[source, key]

    def documents(self, source: str) -> tuple[Text, ...]:
        """Every version of every document of a committee, by instant of publication; written when first asked for.

        Raises:
            KeyError: no committee of this world.
        """
        if source not in self._documents:
            self._documents[source] = documents.build(self._publisher, self.prints, source)
        return self._documents[source]

    def survey(self, name: str, indicator: str, part: str) -> focus_surveys.Survey:
        """A table of a Focus set beside the twelve-month one, summed up anew each time it is asked for.

        Raises:
            KeyError: no such set, indicator or part: see `focus_surveys.SETS`.
        """
        return focus_surveys.survey(self._publisher, name, indicator, part)

    def _build(self, source: str, key: str) -> Prints:
        if key in ON_REQUEST.get(source, ()):
            found: Prints = ON_REQUEST[source][key].series(self._publisher, key)
            return found
        return self._catalogues[source][key]()

    def digest(self) -> str:
        """Hash of every print and document of every source: equal for equal arguments, in any process."""
        total = sha256()
        for source in documents.SOURCES:
            total.update(repr(self.documents(source)).encode())
        for source in dict.fromkeys((*SOURCES, *ON_REQUEST)):
            for key in self.keys(source):
                found = self.prints(source, key)
                total.update(f"{source}|{key}|".encode())
                for column in (found.source_date.astype(np.int64), found.published_at.astype(np.int64), found.value, found.vintage,
                               *(found.extra[name].astype(np.float64) for name in sorted(found.extra))):
                    total.update(np.ascontiguousarray(column).tobytes())
        return total.hexdigest()
